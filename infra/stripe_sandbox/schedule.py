"""What will happen to an object by itself: one appointment per object, kept until it is due.

Appointments are kept in the machine's time: setting a clock ahead moves them nearer.
"""

import sqlite3
from typing import NamedTuple

from infra.stripe_sandbox import clock
from infra.stripe_sandbox.session import Session

# Stripe does some things "some time later"; here it is always as long.
LATER_SECONDS = 5


class Appointment(NamedTuple):
    account: str
    object_id: str


def appoint(session: Session, object_id: str, *, due_at: float) -> None:
    """`due_at` in seconds since the epoch, on the account's clock."""
    ahead = clock.ahead(session.connection, session.account)
    session.connection.execute(
        "INSERT OR REPLACE INTO schedule VALUES (?, ?, ?)",
        (session.account, object_id, due_at - ahead),
    )


def cancel(session: Session, object_id: str) -> None:
    session.connection.execute(
        "DELETE FROM schedule WHERE account = ? AND object = ?", (session.account, object_id)
    )


def due(connection: sqlite3.Connection, *, now: float) -> list[Appointment]:
    """Those of every account; `now` on the machine's clock."""
    rows = connection.execute(
        "SELECT account, object FROM schedule WHERE due_at <= ? ORDER BY due_at", (now,)
    )
    return [Appointment(*row) for row in rows]


def next_due_at(connection: sqlite3.Connection) -> float | None:
    """On the machine's clock."""
    due_at: float | None = connection.execute("SELECT min(due_at) FROM schedule").fetchone()[0]
    return due_at
