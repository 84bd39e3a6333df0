"""What will happen to an object by itself: one appointment per object, kept until it is due.

There is no timer: the sandbox looks at the schedule before it serves a request, so time passes
exactly when somebody could notice.
"""

import sqlite3
from typing import NamedTuple

from infra.stripe_sandbox.session import Session


class Appointment(NamedTuple):
    account: str
    object_id: str


def appoint(session: Session, object_id: str, *, due_at: float) -> None:
    """`due_at` in seconds since the epoch, on the sandbox's clock."""
    session.connection.execute(
        "INSERT OR REPLACE INTO schedule VALUES (?, ?, ?)", (session.account, object_id, due_at)
    )


def cancel(session: Session, object_id: str) -> None:
    session.connection.execute(
        "DELETE FROM schedule WHERE account = ? AND object = ?", (session.account, object_id)
    )


def due(connection: sqlite3.Connection, *, now: float) -> list[Appointment]:
    rows = connection.execute(
        "SELECT account, object FROM schedule WHERE due_at <= ? ORDER BY due_at", (now,)
    )
    return [Appointment(*row) for row in rows]
