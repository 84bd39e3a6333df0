"""Rules that make the sandbox fail, each for the next so many requests that match it.

A request uses up at most one rule: the oldest whose method and path fit and that has uses left.
Rules are kept with everything else, so a rule set before a `kill -9` still holds after it.
"""

import sqlite3
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Fault(StrEnum):
    LATENCY = "latency"
    RATE_LIMIT = "rate_limit"
    ERROR_BEFORE = "error_before"
    ERROR_AFTER = "error_after"
    HANG_BEFORE = "hang_before"
    HANG_AFTER = "hang_after"
    RESET_AFTER = "reset_after"


class Rule(BaseModel):
    """One fault, for `times` requests whose method and path (both with `*`) match."""

    model_config = ConfigDict(extra="forbid")

    fault: Fault
    method: str = "POST"
    path: str = Field(default="*", examples=["/v1/payment_intents/*/capture"])
    times: int = Field(default=1, ge=1)
    milliseconds: int = Field(default=0, ge=0, description="Of a latency.")


def add(connection: sqlite3.Connection, rule: Rule) -> int:
    cursor = connection.execute(
        "INSERT INTO faults (fault, method, path, remaining, milliseconds) VALUES (?, ?, ?, ?, ?)",
        (rule.fault, rule.method, rule.path, rule.times, rule.milliseconds),
    )
    return int(cursor.lastrowid or 0)


def listed(connection: sqlite3.Connection) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute("SELECT * FROM faults ORDER BY id")]


def clear(connection: sqlite3.Connection) -> None:
    connection.execute("DELETE FROM faults")


def take(connection: sqlite3.Connection, method: str, path: str) -> tuple[Fault | None, float]:
    """The fault of this request, used up, and for a latency its seconds."""
    for row in connection.execute("SELECT * FROM faults WHERE remaining > 0 ORDER BY id"):
        if fnmatchcase(method, row["method"]) and fnmatchcase(path, row["path"]):
            connection.execute(
                "UPDATE faults SET remaining = remaining - 1 WHERE id = ?", (row["id"],)
            )
            return Fault(row["fault"]), row["milliseconds"] / 1000
    return None, 0.0
