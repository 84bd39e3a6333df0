"""One action on many orders, kept so that any process can go on with it where another died."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.dml import ReturningUpdate

from adapters.postgres.engine import Database
from adapters.postgres.support.tables import BulkItemRow, BulkRow
from domain.bulk import Bulk, BulkItem, BulkLine, StartBulk
from domain.desk import Outcome
from domain.errors import IdempotencyKeyReused


class BulkRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, command: StartBulk) -> Bulk:
        """Once per id: asked again, it answers the first one as it stands.

        Raises `IdempotencyKeyReused` where that was another action, or of other orders.
        """
        async with self._database.transaction() as session:
            if await session.scalar(_BULK.values(_row_of(command))):
                await session.execute(insert(BulkItemRow), _items_of(command))
            [bulk] = await _bulks(session, _with_id(command.bulk_id))
        return _same(bulk, command)

    async def created(self, command: StartBulk) -> Bulk | None:
        """What was created of it before, as it stands; None where nothing was.

        Raises `IdempotencyKeyReused` as `create` does.
        """
        bulk = await self.progress(command.bulk_id)
        return _same(bulk, command) if bulk else None

    async def claim(self, limit: int, *, lease: timedelta) -> Sequence[BulkItem]:
        """Orders whose turn it is, the oldest first; nobody else gets them within the lease."""
        async with self._database.transaction() as session:
            items = sorted(await session.scalars(_claimed(limit, lease)), key=lambda item: item.id)
            ids = {item.bulk_id for item in items}
            rows = await session.scalars(select(BulkRow).where(BulkRow.id.in_(ids)))
            bulks = {row.id: row for row in rows}
        return [_item_of(item, bulks[item.bulk_id]) for item in items]

    async def finish(
        self,
        item: BulkItem,
        outcome: Outcome,
        *,
        code: str | None = None,
        sentence: str | None = None,
    ) -> None:
        """What came of it; the first word stands. The sentence is a refusal's own."""
        finished = (
            update(BulkItemRow)
            .where(BulkItemRow.id == item.item_id, BulkItemRow.outcome.is_(None))
            .values(outcome=outcome, code=code, sentence=sentence, finished_at=func.now())
        )
        async with self._database.transaction() as session:
            await session.execute(finished)

    async def progress(self, bulk_id: UUID) -> Bulk | None:
        async with self._database.transaction() as session:
            bulks = await _bulks(session, _with_id(bulk_id))
        return bulks[0] if bulks else None

    async def list(
        self, *, before: tuple[datetime, UUID] | None = None, limit: int
    ) -> Sequence[Bulk]:
        """Newest first. `before` is `asked_at` and id of the last one of the page before."""
        page = select(BulkRow)
        if before is not None:
            page = page.where(tuple_(BulkRow.asked_at, BulkRow.id) < before)
        newest = page.order_by(BulkRow.asked_at.desc(), BulkRow.id.desc()).limit(limit)
        async with self._database.transaction() as session:
            return await _bulks(session, newest)


_BULK = insert(BulkRow).on_conflict_do_nothing(index_elements=[BulkRow.id]).returning(BulkRow.id)


def _row_of(command: StartBulk) -> dict[str, object]:
    return {
        "id": command.bulk_id,
        "asked_by": command.by,
        "action": command.action,
        "request": command.request,
    }


def _items_of(command: StartBulk) -> list[dict[str, object]]:
    return [
        {"bulk_id": command.bulk_id, "order_id": order_id, "remark_id": remark_id}
        for order_id, remark_id in command.remarks.items()
    ]


def _with_id(bulk_id: UUID) -> Select[BulkRow]:
    return select(BulkRow).where(BulkRow.id == bulk_id)


def _same(bulk: Bulk, command: StartBulk) -> Bulk:
    """The reason may be worded anew: the first wording stays."""
    content = (bulk.action, bulk.request, {line.order_id for line in bulk.lines})
    if content != (command.action, command.request, {*command.remarks}):
        raise IdempotencyKeyReused("This key was used for another action on many orders.")
    return bulk


def _claimed(limit: int, lease: timedelta) -> ReturningUpdate[BulkItemRow]:
    is_free = or_(BulkItemRow.claimed_until.is_(None), BulkItemRow.claimed_until < func.now())
    waiting = (
        select(BulkItemRow.id)
        .where(BulkItemRow.outcome.is_(None), is_free)
        .order_by(BulkItemRow.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (
        update(BulkItemRow)
        .where(BulkItemRow.id.in_(waiting.scalar_subquery()))
        .values(claimed_until=func.now() + lease, attempts=BulkItemRow.attempts + 1)
        .returning(BulkItemRow)
    )


async def _bulks(session: AsyncSession, page: Select[BulkRow]) -> list[Bulk]:
    """Two statements, however many there are."""
    rows = (await session.scalars(page)).all()
    items = select(BulkItemRow).where(BulkItemRow.bulk_id.in_([row.id for row in rows]))
    lines = defaultdict[UUID, list[BulkLine]](list)
    for item in await session.scalars(items.order_by(BulkItemRow.id)):
        lines[item.bulk_id].append(_line_of(item))
    return [
        Bulk(
            bulk_id=row.id,
            by=row.asked_by,
            action=row.action,
            request=row.request,
            asked_at=row.asked_at,
            lines=lines[row.id],
        )
        for row in rows
    ]


def _item_of(item: BulkItemRow, bulk: BulkRow) -> BulkItem:
    return BulkItem(
        item_id=item.id,
        bulk_id=bulk.id,
        by=bulk.asked_by,
        action=bulk.action,
        request=bulk.request,
        order_id=item.order_id,
        remark_id=item.remark_id,
        attempt=item.attempts,
    )


def _line_of(item: BulkItemRow) -> BulkLine:
    return BulkLine(
        order_id=item.order_id,
        outcome=item.outcome,
        code=item.code,
        sentence=item.sentence,
    )
