"""What the last sweep found, and what earlier ones had found of an order."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Select, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import Insert, insert

from adapters.postgres.engine import Database
from adapters.postgres.support.finding_tables import FindingRow
from domain.findings import Finding, Found

_IS_OPEN = FindingRow.until.is_(None)
_ONE = (FindingRow.kind, FindingRow.workflow_id, FindingRow.run_id)


class FindingRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def replace(self, found: Collection[Found]) -> None:
        """These are all there are now: those that were open and are not among them are over."""
        gone = update(FindingRow).where(_IS_OPEN).values(until=func.now())
        if found:
            gone = gone.where(tuple_(*_ONE).not_in([_key(each) for each in found]))
        async with self._database.transaction() as session:
            await session.execute(gone)
            for each in found:
                await session.execute(_kept(each))

    async def open(self, *, limit: int) -> Sequence[Finding]:
        """Those that are there now, the oldest first."""
        return await self._found(
            select(FindingRow)
            .where(_IS_OPEN)
            .order_by(FindingRow.since, FindingRow.id)
            .limit(limit)
        )

    async def of_order(self, order_id: UUID) -> Sequence[Finding]:
        """All there ever were of the order, the oldest first."""
        return await self._found(
            select(FindingRow)
            .where(FindingRow.order_id == order_id)
            .order_by(FindingRow.since, FindingRow.id)
        )

    async def _found(self, query: Select[FindingRow]) -> Sequence[Finding]:
        async with self._database.transaction() as session:
            return [_finding_of(row) for row in await session.scalars(query)]


def _kept(found: Found) -> Insert:
    """Found again it stays the same one, in today's words."""
    return (
        insert(FindingRow)
        .values(
            kind=found.kind,
            workflow_id=found.workflow_id,
            run_id=found.run_id,
            order_id=found.order_id,
            words=found.words,
        )
        .on_conflict_do_update(
            index_elements=_ONE, index_where=_IS_OPEN, set_={"words": found.words}
        )
    )


def _key(found: Found) -> tuple[str, str, str]:
    return found.kind, found.workflow_id, found.run_id


def _finding_of(row: FindingRow) -> Finding:
    found = Found(
        kind=row.kind,
        workflow_id=row.workflow_id,
        run_id=row.run_id,
        order_id=row.order_id,
        words=row.words,
    )
    return Finding(found=found, since=row.since, until=row.until)
