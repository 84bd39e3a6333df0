"""Every movement of money, append-only and in the transaction of its effect.

For each PaymentIntent, at any time: authorized = captured + voided + expired + still held,
refunded - refund_failed = what its refunds took, and disputed - dispute_won = what its dispute
took. A capture of a part voids the rest.
"""

import sqlite3
from enum import StrEnum
from typing import Any

from infra.stripe_sandbox.clock import rfc3339
from infra.stripe_sandbox.session import Body, Session


class Movement(StrEnum):
    AUTHORIZED = "authorized"
    CAPTURED = "captured"
    VOIDED = "voided"
    EXPIRED = "expired"
    REFUNDED = "refunded"
    REFUND_FAILED = "refund_failed"
    DISPUTED = "disputed"
    DISPUTE_WON = "dispute_won"


def record(
    session: Session,
    movement: Movement,
    intent: Body,
    *,
    amount: int,
    refund: Body | None = None,
) -> None:
    """One entry; `amount` in minor units. An amount of 0 moves nothing and is not written."""
    if amount == 0:
        return
    metadata = intent["metadata"] | (refund["metadata"] if refund else {})
    session.connection.execute(
        "INSERT INTO ledger (at, kind, payment_intent, refund, amount, currency, order_id)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            rfc3339(session.now),
            movement,
            intent["id"],
            refund["id"] if refund else None,
            amount,
            intent["currency"],
            metadata.get("order_id"),
        ),
    )


def read(
    connection: sqlite3.Connection, *, after: int, order_id: str | None
) -> tuple[list[dict[str, Any]], int]:
    """The entries above a sequence, oldest first, and the last sequence of the whole ledger."""
    rows = connection.execute(
        "SELECT * FROM ledger WHERE sequence > ? AND (? IS NULL OR order_id = ?) ORDER BY sequence",
        (after, order_id, order_id),
    )
    items = [dict(row) for row in rows]
    for item in items:
        if item["refund"] is None:
            del item["refund"]
    last = connection.execute("SELECT coalesce(max(sequence), 0) FROM ledger").fetchone()[0]
    return items, last


def of_payment(connection: sqlite3.Connection, intent_id: str) -> list[dict[str, Any]]:
    """Its entries, oldest first."""
    rows = connection.execute(
        "SELECT * FROM ledger WHERE payment_intent = ? ORDER BY sequence", (intent_id,)
    )
    return [dict(row) for row in rows]
