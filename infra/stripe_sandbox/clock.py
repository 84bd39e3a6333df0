"""The sandbox's clocks: the machine's, set ahead by as much as a test asked for.

One account can be set ahead alone, so that tests with accounts of their own don't disturb each
other.
"""

import sqlite3
import time
from datetime import UTC, datetime

from infra.stripe_sandbox.accounts import EVERYBODY


def now(connection: sqlite3.Connection, account: str = EVERYBODY) -> float:
    """What time it is for an account, in seconds since the epoch."""
    return time.time() + ahead(connection, account)


def ahead(connection: sqlite3.Connection, account: str) -> float:
    """By how many seconds an account's clock is ahead of the machine's."""
    row = connection.execute(
        "SELECT coalesce(sum(ahead_seconds), 0) FROM clocks WHERE account IN (?, ?)",
        (EVERYBODY, account),
    ).fetchone()
    return float(row[0])


def advance(connection: sqlite3.Connection, account: str, seconds: float) -> None:
    """For one account, or for everybody."""
    connection.execute(
        "INSERT INTO clocks VALUES (?, ?)"
        " ON CONFLICT DO UPDATE SET ahead_seconds = ahead_seconds + excluded.ahead_seconds",
        (account, seconds),
    )
    connection.execute(
        "UPDATE schedule SET due_at = due_at - ? WHERE ? IN (?, account)",
        (seconds, account, EVERYBODY),
    )


def rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
