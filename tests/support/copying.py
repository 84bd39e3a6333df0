"""Many orders like one that is there, quickly: its rows again, and money of its own at Stripe."""

import asyncio
import json
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from domain.orders import step_key
from tests.support.charging import hold
from tests.support.house import House

# In each, what tells the orders apart; the ledger's rows are numbered besides.
_TABLES = {
    "ordering.orders": "id",
    "catalog.reservations": "order_id",
    "payments.payments": "order_id",
    "payments.authorizations": "order_id",
    "payments.refunds": "order_id",
    "payments.postings": "order_id",
}
Rows = dict[str, list[dict[str, Any]]]

_NUMBERS = count(1_000_000)


async def copy(house: House, order_id: UUID, *, times: int) -> None:
    rows = {table: await _rows(house, table, order_id) for table in _TABLES}
    entries = await house.select(
        "SELECT to_jsonb(e) AS row FROM payments.entries e JOIN payments.postings p "
        "ON p.id = e.posting_id WHERE p.order_id = %s",
        order_id,
    )
    rows["payments.entries"] = [each["row"] for each in entries]
    await asyncio.gather(*(_copy(house, order_id, rows) for _ in range(times)))


async def _rows(house: House, table: str, order_id: UUID) -> list[dict[str, Any]]:
    query = f"SELECT to_jsonb(t) AS row FROM {table} t WHERE {_TABLES[table]} = %s"  # noqa: S608
    return [each["row"] for each in await house.select(query, order_id)]


async def _copy(house: House, order_id: UUID, rows: Rows) -> None:
    new = uuid4()
    text = json.dumps(rows).replace(str(order_id), str(new))
    for old, made in (await _pay(house, new, rows)).items():
        text = text.replace(old, made)
    copied = json.loads(text)
    numbers = {posting["id"]: next(_NUMBERS) for posting in copied["payments.postings"]}
    for posting in copied["payments.postings"]:
        posting["id"] = numbers[posting["id"]]
    for entry in copied["payments.entries"]:
        entry["posting_id"] = numbers[entry["posting_id"]]
    for refund in copied["payments.refunds"]:
        refund["id"] = str(uuid4())
    await _insert(house, copied)


async def _pay(house: House, order_id: UUID, rows: Rows) -> dict[str, str]:
    """Let the same happen at Stripe as to the first. By its old id there, each thing's new one."""
    made: dict[str, str] = {}
    for attempt in rows["payments.authorizations"]:
        intent = await hold(house.stripe, order_id, step_key(order_id, "authorize"))
        made[attempt["payment_intent_id"]] = intent
        if attempt["captured"]:
            await house.stripe.v1.payment_intents.capture_async(intent)
        else:
            await house.stripe.v1.payment_intents.cancel_async(intent)
        for refund in rows["payments.refunds"]:
            back = await house.stripe.v1.refunds.create_async(
                {"payment_intent": intent, "amount": refund["amount"]}
            )
            made[refund["stripe_refund_id"]] = back.id
    return made


async def _insert(house: House, rows: Rows) -> None:
    """Without triggers and references: it was all there before."""
    async with house.writing, house.admin.transaction():
        await house.admin.execute("SET LOCAL session_replication_role = replica")
        for table, each in rows.items():
            await house.admin.execute(
                f"INSERT INTO {table} OVERRIDING SYSTEM VALUE "  # noqa: S608
                f"SELECT * FROM jsonb_populate_recordset(NULL::{table}, %s)",
                (json.dumps(each),),
            )
