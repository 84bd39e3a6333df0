"""Webhooks on their way: what has to be sent, when, and in which order.

A delivery is written in the transaction of its event, so an event that happened is sent even
after a `kill -9`. It is held while a `reorder` rule collects more, and may have to follow
another: then it becomes due when the other was attempted.
"""

import sqlite3
import time
from collections.abc import Collection
from typing import Any, NamedTuple

from infra.stripe_sandbox import webhook_rules
from infra.stripe_sandbox.accounts import EVERYBODY
from infra.stripe_sandbox.session import Body, Session
from infra.stripe_sandbox.webhook_rules import Knob

AT_ONCE = 8
_LONGEST_PAUSE_SECONDS = 60 * 60


class Endpoint(NamedTuple):
    url: str
    secret: str


class Delivery(NamedTuple):
    """`attempts` counts those that failed."""

    id: int
    account: str
    event: str
    attempts: int


def set_endpoint(connection: sqlite3.Connection, account: str, endpoint: Endpoint) -> None:
    """Where one account's events go, or those of everybody who has no endpoint of their own."""
    connection.execute(
        "INSERT OR REPLACE INTO webhook_endpoints VALUES (?, ?, ?)", (account, *endpoint)
    )


def remove_endpoint(connection: sqlite3.Connection, account: str) -> None:
    connection.execute("DELETE FROM webhook_endpoints WHERE account = ?", (account,))


def endpoint_of(connection: sqlite3.Connection, account: str) -> Endpoint | None:
    row = connection.execute(
        "SELECT url, secret FROM webhook_endpoints WHERE account IN (?, ?)"
        " ORDER BY account DESC LIMIT 1",
        (EVERYBODY, account),
    ).fetchone()
    return Endpoint(*row) if row else None


def dispatch(session: Session, event: Body) -> None:
    """Have an event sent as the rules want it."""
    rule = webhook_rules.take(session.connection, session.account, event["type"])
    now = time.time()
    if rule is None:
        _insert(session, event, next_at=now)
    elif rule.knob is Knob.DELAY:
        _insert(session, event, next_at=now + rule.seconds)
    elif rule.knob is Knob.DUPLICATE:
        for _ in range(rule.copies):
            _insert(session, event, next_at=now)
    elif rule.knob is Knob.REORDER:
        _insert(session, event, held_by=rule.id)
        if rule.is_used_up:
            release(session.connection, rule.id)


def send_again(session: Session, event: Body) -> None:
    """Past every rule."""
    _insert(session, event, next_at=time.time())


def release(connection: sqlite3.Connection, rule_id: int) -> None:
    """Send what a rule held, the last first, each once the one before was attempted."""
    held = connection.execute(
        "SELECT id FROM deliveries WHERE held_by = ? ORDER BY id DESC", (rule_id,)
    ).fetchall()
    before: int | None = None
    for row in held:
        connection.execute(
            "UPDATE deliveries SET held_by = NULL, follows = ?, next_at = ? WHERE id = ?",
            (before, time.time() if before is None else None, row["id"]),
        )
        before = row["id"]


def pending(connection: sqlite3.Connection, account: str) -> list[dict[str, Any]]:
    """What was not delivered yet, of one account or of all."""
    rows = connection.execute(
        "SELECT * FROM deliveries WHERE ? IN (?, account) ORDER BY id", (account, EVERYBODY)
    )
    return [dict(row) for row in rows]


def due(connection: sqlite3.Connection, under_way: Collection[int]) -> list[Delivery]:
    """What to attempt now, besides what is under way, the longest due first."""
    rows = connection.execute(
        "SELECT id, account, event, attempts FROM deliveries"
        " WHERE next_at <= ? ORDER BY next_at, id LIMIT ?",
        (time.time(), AT_ONCE),
    )
    waiting = [Delivery(*row) for row in rows if row["id"] not in under_way]
    return waiting[: AT_ONCE - len(under_way)]


def next_due_at(connection: sqlite3.Connection, under_way: Collection[int]) -> float | None:
    """When the next will be due, besides what is under way."""
    rows = connection.execute(
        "SELECT id, next_at FROM deliveries WHERE next_at IS NOT NULL ORDER BY next_at LIMIT ?",
        (len(under_way) + 1,),
    )
    return next((row["next_at"] for row in rows if row["id"] not in under_way), None)


def finish(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """Delivered, or given up."""
    connection.execute("DELETE FROM deliveries WHERE id = ?", (delivery.id,))
    _let_follow(connection, delivery)


def postpone(connection: sqlite3.Connection, delivery: Delivery) -> None:
    """To be tried again: after a second, then after two, four and so on up to an hour."""
    pause = min(2**delivery.attempts, _LONGEST_PAUSE_SECONDS)
    connection.execute(
        "UPDATE deliveries SET attempts = attempts + 1, next_at = ? WHERE id = ?",
        (time.time() + pause, delivery.id),
    )
    _let_follow(connection, delivery)


def _let_follow(connection: sqlite3.Connection, delivery: Delivery) -> None:
    connection.execute(
        "UPDATE deliveries SET follows = NULL, next_at = ? WHERE follows = ?",
        (time.time(), delivery.id),
    )


def _insert(
    session: Session, event: Body, *, next_at: float | None = None, held_by: int | None = None
) -> None:
    session.connection.execute(
        "INSERT INTO deliveries (account, event, next_at, held_by) VALUES (?, ?, ?, ?)",
        (session.account, event["id"], next_at, held_by),
    )
