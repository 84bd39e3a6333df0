"""What the clock brings about: authorizations that expire, refunds that settle."""

import sqlite3

from infra.stripe_sandbox import payment_intents, refunds, schedule
from infra.stripe_sandbox.session import Session


def catch_up(connection: sqlite3.Connection, now: float) -> None:
    for appointment in schedule.due(connection, now=now):
        session = Session(connection=connection, account=appointment.account, now=now)
        subject = session.find_any(appointment.object_id)
        if subject["object"] == "refund":
            refunds.settle(session, subject)
        else:
            payment_intents.expire(session, subject)
