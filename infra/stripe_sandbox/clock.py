"""The sandbox's clock: the machine's, set ahead by as much as a test asked for."""

import sqlite3
import time
from datetime import UTC, datetime


def now(connection: sqlite3.Connection) -> float:
    """Seconds since the epoch."""
    ahead = connection.execute("SELECT ahead_seconds FROM clock").fetchone()[0]
    return time.time() + float(ahead)


def advance(connection: sqlite3.Connection, seconds: float) -> None:
    connection.execute("UPDATE clock SET ahead_seconds = ahead_seconds + ?", (seconds,))


def rfc3339(seconds: float) -> str:
    moment = datetime.fromtimestamp(seconds, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
