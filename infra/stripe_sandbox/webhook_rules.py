"""Rules that make webhooks unreliable, each for the next so many events that match it.

An event uses up at most one rule: the oldest of its account, or of everybody, whose type fits
and that has uses left.
"""

import sqlite3
from enum import StrEnum
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from infra.stripe_sandbox.accounts import EVERYBODY


class Knob(StrEnum):
    DELAY = "delay"
    DROP = "drop"
    DUPLICATE = "duplicate"
    REORDER = "reorder"


class WebhookRule(BaseModel):
    """What becomes of the next `times` events whose type (with `*`) matches."""

    model_config = ConfigDict(extra="forbid")

    knob: Knob
    type: str = Field(default="*", examples=["payment_intent.*"])
    times: int = Field(default=1, ge=1)
    seconds: float = Field(default=0, ge=0, description="Of a delay.")
    copies: int = Field(default=2, ge=2, le=100, description="Of a duplicate, in all.")


class TakenRule(NamedTuple):
    """`is_used_up` by this event, which was the last it was for."""

    id: int
    knob: Knob
    seconds: float
    copies: int
    is_used_up: bool


def add(connection: sqlite3.Connection, account: str, rule: WebhookRule) -> int:
    """A rule for one account's events, or for everybody's."""
    cursor = connection.execute(
        "INSERT INTO webhook_rules (account, knob, type, remaining, seconds, copies)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (account, rule.knob, rule.type, rule.times, rule.seconds, rule.copies),
    )
    return int(cursor.lastrowid or 0)


def listed(connection: sqlite3.Connection, account: str) -> list[dict[str, Any]]:
    """One account's own, or everybody's and every account's."""
    rows = connection.execute(
        "SELECT * FROM webhook_rules WHERE ? IN (?, account) ORDER BY id", (account, EVERYBODY)
    )
    return [dict(row) for row in rows]


def remove(connection: sqlite3.Connection, rule_id: int) -> None:
    connection.execute("DELETE FROM webhook_rules WHERE id = ?", (rule_id,))


def take(connection: sqlite3.Connection, account: str, event_type: str) -> TakenRule | None:
    """The rule for this event, used up by one."""
    rows = connection.execute(
        "SELECT * FROM webhook_rules WHERE remaining > 0 AND account IN (?, ?) ORDER BY id",
        (EVERYBODY, account),
    )
    for row in rows:
        if fnmatchcase(event_type, row["type"]):
            connection.execute(
                "UPDATE webhook_rules SET remaining = remaining - 1 WHERE id = ?", (row["id"],)
            )
            return TakenRule(
                row["id"], Knob(row["knob"]), row["seconds"], row["copies"], row["remaining"] == 1
            )
    return None
