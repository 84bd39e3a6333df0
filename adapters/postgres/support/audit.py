"""The audit log of the support desk: who did what, when and why. It is only ever added to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.engine import Database
from adapters.postgres.support.tables import AuditLogRow
from domain.desk import AuditRow, DeskAction, Outcome
from domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditFilter:
    """Which rows a list shows: those that are all of what is not None.

    Written from `after` on, and before `before`.
    """

    actor: UUID | None = None
    order_id: UUID | None = None
    action: DeskAction | None = None
    outcome: Outcome | None = None
    after: datetime | None = None
    before: datetime | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        wanted = {name: getattr(self, name) for name in ("actor", "order_id", "action", "outcome")}
        conditions = [
            getattr(AuditLogRow, name) == value
            for name, value in wanted.items()
            if value is not None
        ]
        if self.after is not None:
            conditions.append(AuditLogRow.at >= self.after)
        if self.before is not None:
            conditions.append(AuditLogRow.at < self.before)
        return conditions


@dataclass(frozen=True, slots=True)
class Logged:
    """A row and its `id`, which tells apart what was written at one moment."""

    id: int
    row: AuditRow


class AuditRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, row: AuditRow) -> None:
        """Repeated for one action and outcome, it changes nothing."""
        added = insert(AuditLogRow).values(
            action_id=row.action_id,
            at=row.at,
            actor=row.actor,
            actor_right=row.right,
            action=row.action,
            order_id=row.order_id,
            remark_id=row.remark_id,
            approved_by=row.approved_by,
            amount=row.amount.amount if row.amount else None,
            currency=row.amount.currency if row.amount else None,
            before=row.before,
            after=row.after,
            request_id=row.request_id,
            outcome=row.outcome,
            code=row.code,
        )
        once = [AuditLogRow.action_id, AuditLogRow.outcome]
        async with self._database.transaction() as session:
            await session.execute(added.on_conflict_do_nothing(index_elements=once))

    async def list(
        self, wanted: AuditFilter, *, before: tuple[datetime, int] | None = None, limit: int
    ) -> Sequence[Logged]:
        """Newest first. `before` is `at` and id of the last row of the page before."""
        page = select(AuditLogRow).where(*wanted.conditions)
        if before is not None:
            page = page.where(tuple_(AuditLogRow.at, AuditLogRow.id) < before)
        newest = page.order_by(AuditLogRow.at.desc(), AuditLogRow.id.desc()).limit(limit)
        async with self._database.transaction() as session:
            return [Logged(row.id, _audit_of(row)) for row in await session.scalars(newest)]

    async def of_order(self, order_id: UUID) -> Sequence[AuditRow]:
        """All that was done about the order, or refused, the oldest first."""
        rows = select(AuditLogRow).where(AuditLogRow.order_id == order_id)
        async with self._database.transaction() as session:
            found = await session.scalars(rows.order_by(AuditLogRow.at, AuditLogRow.id))
            return [_audit_of(row) for row in found]


def _audit_of(row: AuditLogRow) -> AuditRow:
    amount = None
    if row.amount is not None and row.currency is not None:
        amount = Money(row.amount, row.currency)
    return AuditRow(
        action_id=row.action_id,
        at=row.at,
        actor=row.actor,
        right=row.actor_right,
        action=row.action,
        order_id=row.order_id,
        remark_id=row.remark_id,
        approved_by=row.approved_by,
        amount=amount,
        before=row.before,
        after=row.after,
        request_id=row.request_id,
        outcome=row.outcome,
        code=row.code,
    )
