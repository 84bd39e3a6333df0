"""What the clock brings about: holds expire, refunds settle, disputes open and end."""

import sqlite3
import time
from collections.abc import Callable

from infra.stripe_sandbox import clock, disputes, paying, refunds, schedule
from infra.stripe_sandbox.session import Body, Session

_HAPPENS: dict[str, Callable[[Session, Body], object]] = {
    "charge": disputes.open_by_card,
    "dispute": disputes.decide,
    "payment_intent": paying.expire,
    "refund": refunds.settle,
}


def catch_up(connection: sqlite3.Connection) -> None:
    for appointment in schedule.due(connection, now=time.time()):
        account = appointment.account
        now = clock.now(connection, account)
        session = Session(connection=connection, account=account, now=now)
        schedule.cancel(session, appointment.object_id)
        subject = session.find_any(appointment.object_id)
        _HAPPENS[subject["object"]](session, subject)
