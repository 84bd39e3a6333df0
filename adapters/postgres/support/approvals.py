"""What waits for a second person of support, and what they said: once, and never who asked."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningUpdate

from adapters.postgres.engine import Database
from adapters.postgres.support.tables import ApprovalRow, AuditLogRow
from domain.approvals import ASKED_ONESELF, Approval, AskApproval, Decision
from domain.desk import Outcome
from domain.errors import ApprovalDecided, ApprovalNotFound, RightMissing
from domain.money import Money


class ApprovalRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def ask(self, command: AskApproval) -> Approval:
        """Once per id: asked again, it answers the first one as it stands."""
        asked = insert(ApprovalRow).values(
            id=command.approval_id,
            asked_by=command.asked_by,
            action=command.action,
            order_id=command.order_id,
            request=command.request,
            amount=command.amount.amount,
            currency=command.amount.currency,
            remark_id=command.remark_id,
            expires_at=command.expires_at,
        )
        async with self._database.transaction() as session:
            await session.execute(asked.on_conflict_do_nothing(index_elements=[ApprovalRow.id]))
            return _approval_of(await session.get_one(ApprovalRow, command.approval_id))

    async def find(self, approval_id: UUID) -> Approval | None:
        async with self._database.transaction() as session:
            row = await session.get(ApprovalRow, approval_id)
        return _approval_of(row) if row else None

    async def waiting(
        self, *, after: tuple[datetime, UUID] | None = None, limit: int
    ) -> Sequence[Approval]:
        """Those that somebody can still decide about, who has waited longest first.

        `after` is `asked_at` and id of the last one of the page before.
        """
        rows = select(ApprovalRow).where(
            ApprovalRow.decision.is_(None), ApprovalRow.expires_at > func.now()
        )
        return await self._page(rows, after, limit)

    async def unfinished(
        self,
        *,
        order_id: UUID | None = None,
        after: tuple[datetime, UUID] | None = None,
        limit: int,
    ) -> Sequence[Approval]:
        """Approved, and nobody knows what came of it, who has waited longest first.

        A part was down after the decision was written: approved again, it is done, once.
        """
        rows = select(ApprovalRow).where(
            ApprovalRow.decision == Decision.APPROVED,
            ApprovalRow.expires_at > func.now(),
            ~_CAME_TO_SOMETHING,
        )
        if order_id is not None:
            rows = rows.where(ApprovalRow.order_id == order_id)
        return await self._page(rows, after, limit)

    async def of_order(self, order_id: UUID) -> Sequence[Approval]:
        """The oldest first."""
        rows = select(ApprovalRow).where(ApprovalRow.order_id == order_id)
        async with self._database.transaction() as session:
            found = await session.scalars(rows.order_by(ApprovalRow.asked_at, ApprovalRow.id))
            return [_approval_of(row) for row in found]

    async def decide(
        self, approval_id: UUID, decision: Decision, *, by: UUID, remark_id: UUID
    ) -> Approval:
        """Once. The same decision again, also of another person, answers the first.

        Raises `ApprovalNotFound`, `RightMissing` for who asked, and `ApprovalDecided` where it was
        decided otherwise or has lapsed.
        """
        async with self._database.transaction() as session:
            row = await session.scalar(_decided(approval_id, decision, by, remark_id))
            row = row or await session.get(ApprovalRow, approval_id)
        if row is None:
            raise ApprovalNotFound("Nobody asked for such an approval.")
        if row.asked_by == by:
            raise RightMissing(ASKED_ONESELF)
        if row.decision is None:
            raise ApprovalDecided("It has lapsed: nobody decided in time. It can be asked again.")
        if row.decision is not decision:
            raise ApprovalDecided(f"It was {row.decision} already.")
        return _approval_of(row)

    async def _page(
        self, rows: Select[ApprovalRow], after: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Approval]:
        place = (ApprovalRow.asked_at, ApprovalRow.id)
        if after is not None:
            rows = rows.where(tuple_(*place) > after)
        async with self._database.transaction() as session:
            found = await session.scalars(rows.order_by(*place).limit(limit))
            return [_approval_of(row) for row in found]


# The asker's own line in the log, written when what was approved was done or refused.
_CAME_TO_SOMETHING = exists().where(
    AuditLogRow.order_id == ApprovalRow.order_id,
    AuditLogRow.actor == ApprovalRow.asked_by,
    AuditLogRow.approved_by == ApprovalRow.decided_by,
    AuditLogRow.remark_id == ApprovalRow.remark_id,
    AuditLogRow.outcome != Outcome.ASKED,
)


def _decided(
    approval_id: UUID, decision: Decision, by: UUID, remark_id: UUID
) -> ReturningUpdate[ApprovalRow]:
    """Returns nothing where it can't be decided, or not by them. Of two at once one waits."""
    return (
        update(ApprovalRow)
        .where(
            ApprovalRow.id == approval_id,
            ApprovalRow.asked_by != by,
            ApprovalRow.decision.is_(None),
            ApprovalRow.expires_at > func.now(),
        )
        .values(
            decision=decision, decided_by=by, decided_at=func.now(), decision_remark_id=remark_id
        )
        .returning(ApprovalRow)
    )


def _approval_of(row: ApprovalRow) -> Approval:
    asked = AskApproval(
        approval_id=row.id,
        asked_by=row.asked_by,
        action=row.action,
        order_id=row.order_id,
        request=row.request,
        amount=Money(row.amount, row.currency),
        remark_id=row.remark_id,
        expires_at=row.expires_at,
    )
    return Approval(
        asked=asked,
        asked_at=row.asked_at,
        decision=row.decision,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
