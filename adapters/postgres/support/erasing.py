"""What support asked a second person about a customer's orders goes with the customer.

So does why an engineer terminated one. The audit log stays: it has ids, codes and amounts only.
"""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, CollectionAggregate, Uuid, any_, delete, func, literal, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.support.finding_tables import FindingRow
from adapters.postgres.support.tables import ApprovalRow
from domain.findings import QUOTED_REASON, FindingKind


async def erase_approvals(session: AsyncSession, order_ids: Collection[UUID]) -> None:
    await session.execute(delete(ApprovalRow).where(ApprovalRow.order_id == _any_of(order_ids)))


async def erase_reasons(session: AsyncSession, order_ids: Collection[UUID]) -> None:
    """What was found stays, with who terminated it."""
    of_theirs = FindingRow.order_id == _any_of(order_ids)
    found = update(FindingRow).where(of_theirs, FindingRow.kind == FindingKind.TERMINATED)
    words = func.regexp_replace(FindingRow.words, QUOTED_REASON, "")
    await session.execute(found.values(words=words))


def _any_of(order_ids: Collection[UUID]) -> CollectionAggregate[bool]:
    return any_(literal([*order_ids], ARRAY(Uuid)))
