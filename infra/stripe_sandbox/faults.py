"""Rules that make the sandbox fail, each for the next so many requests that match it.

A request uses up at most one rule: the oldest whose method and path fit and that has uses left.
Rules are kept with everything else, so a rule set before a `kill -9` still holds after it.
"""

import sqlite3
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from infra.stripe_sandbox.accounts import EVERYBODY


class Fault(StrEnum):
    LATENCY = "latency"
    RATE_LIMIT = "rate_limit"
    REFUSE = "refuse"
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


def add(connection: sqlite3.Connection, account: str, rule: Rule) -> int:
    """A rule for one account's requests, or for everybody's."""
    cursor = connection.execute(
        "INSERT INTO fault_rules (account, fault, method, path, remaining, milliseconds)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (account, rule.fault, rule.method, rule.path, rule.times, rule.milliseconds),
    )
    return int(cursor.lastrowid or 0)


def listed(connection: sqlite3.Connection, account: str) -> list[dict[str, Any]]:
    """One account's own, or everybody's and every account's."""
    rows = connection.execute(
        "SELECT * FROM fault_rules WHERE ? IN (?, account) ORDER BY id", (account, EVERYBODY)
    )
    return [dict(row) for row in rows]


def clear(connection: sqlite3.Connection, account: str) -> None:
    """Forget what `listed` lists."""
    connection.execute("DELETE FROM fault_rules WHERE ? IN (?, account)", (account, EVERYBODY))


def take(
    connection: sqlite3.Connection, account: str, method: str, path: str
) -> tuple[Fault | None, float]:
    """The fault of this request, used up, and for a latency its seconds."""
    rows = connection.execute(
        "SELECT * FROM fault_rules WHERE remaining > 0 AND account IN (?, ?) ORDER BY id",
        (EVERYBODY, account),
    )
    for row in rows:
        if fnmatchcase(method, row["method"]) and fnmatchcase(path, row["path"]):
            connection.execute(
                "UPDATE fault_rules SET remaining = remaining - 1 WHERE id = ?", (row["id"],)
            )
            return Fault(row["fault"]), row["milliseconds"] / 1000
    return None, 0.0
