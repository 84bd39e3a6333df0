"""Postings straight in the ledger: of whatever moment, and without what they describe."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text

from adapters.postgres.engine import Database
from domain import ledger
from domain.ledger import Posting, PostingKind


def captured(amount: int = 2_300, **given: Any) -> Posting:
    order_id: UUID = given.pop("order_id", None) or uuid4()
    defaults: dict[str, Any] = {
        "key": f"{order_id}:captured",
        "kind": PostingKind.CAPTURED,
        "order_id": order_id,
        "currency": "USD",
        "entries": {ledger.PSP: amount, ledger.CUSTOMER: -amount},
    }
    return Posting(**(defaults | given))


async def dated(database: Database, posting: Posting, at: datetime) -> None:
    """Posted at another time: only a superuser could change it later."""
    async with database.transaction() as session:
        row = await session.execute(
            text(
                "INSERT INTO payments.postings (key, order_id, kind, currency, at)"
                " VALUES (:key, :order_id, :kind, :currency, :at) RETURNING id"
            ),
            {
                "key": posting.key,
                "order_id": posting.order_id,
                "kind": posting.kind,
                "currency": posting.currency,
                "at": at,
            },
        )
        posting_id = row.scalar_one()
        for account, amount in posting.entries.items():
            await session.execute(
                text(
                    "INSERT INTO payments.entries (posting_id, account, amount, currency, at)"
                    " VALUES (:id, :account, :amount, :currency, :at)"
                ),
                {
                    "id": posting_id,
                    "account": account,
                    "amount": amount,
                    "currency": posting.currency,
                    "at": at,
                },
            )
