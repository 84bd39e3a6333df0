"""The audit log, to be read: who did what, when and why."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel, Field, TypeAdapter

from adapters.postgres.support.audit import AuditFilter
from api.dependencies import Support, Using
from api.money import Money
from api.openapi import refusals
from api.pages import Page, Paged
from api.services import Services
from domain.desk import AuditRow, DeskAction, Outcome, Right
from domain.errors import Forbidden

router = APIRouter(prefix="/support/audit", tags=["support"])

_PLACE: TypeAdapter[tuple[datetime, int]] = TypeAdapter(tuple[datetime, int])


class AuditAnswer(BaseModel):
    """One line: lines of one `action_id` are one action, asked for and then done or refused.

    One that was only asked for met a part that was down: look at the order whether it happened.
    `before` and `after` are how its matter stood. `reason` is empty once it was erased, and where
    the order's customer was erased before; `code` says why it was refused. An administrator grants
    roles and rights without a `right` of support, without a `reason`, and of no order: `before` and
    `after` name the account.
    """

    action_id: UUID
    at: datetime
    actor: UUID
    right: Right | None
    action: DeskAction
    order_id: UUID | None
    reason: str
    approved_by: UUID | None
    amount: Money | None
    before: dict[str, Any] = Field(examples=[{"status": "preparing", "refund_status": "none"}])
    after: dict[str, Any] = Field(examples=[{"status": "preparing", "refund_status": "partial"}])
    request_id: str
    outcome: Outcome
    code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`?actor&order_id&action&outcome&after&before`."""

    actor: UUID | None = None
    order_id: UUID | None = None
    action: DeskAction | None = None
    outcome: Outcome | None = None
    after: AwareDatetime | None = None
    before: AwareDatetime | None = None


@router.get("", responses=refusals(Forbidden))
async def list_audit(
    services: Using, _: Support, paging: Paged, wanted: Annotated[Wanted, Depends()]
) -> Page[AuditAnswer]:
    """The newest first. Written from `after` on, and before `before`."""
    rows, older = await read_page(services, AuditFilter(**asdict(wanted)), paging)
    return Page(items=await answers(services, rows), next_cursor=older)


async def read_page(
    services: Services, wanted: AuditFilter, paging: Paged
) -> tuple[list[AuditRow], str | None]:
    """The newest first, and the cursor of those that are older, where there are some."""
    cursors, limit = services.cursors, paging.limit
    before = cursors.read(paging.cursor, _PLACE) if paging.cursor else None
    found = await services.audit.list(wanted, before=before, limit=limit + 1)
    last = found[limit - 1] if found[limit:] else None
    older = cursors.write((last.row.at, last.id)) if last else None
    return [logged.row for logged in found[:limit]], older


async def answers(services: Services, rows: Sequence[AuditRow]) -> list[AuditAnswer]:
    """With the reasons that people wrote."""
    ids = {row.remark_id for row in rows if row.remark_id}
    reasons = {id_: remark.text for id_, remark in (await services.writings.remarks(ids)).items()}
    return [
        AuditAnswer(
            action_id=row.action_id,
            at=row.at,
            actor=row.actor,
            right=row.right,
            action=row.action,
            order_id=row.order_id,
            reason=reasons.get(row.remark_id, "") if row.remark_id else "",
            approved_by=row.approved_by,
            amount=Money.of(row.amount) if row.amount else None,
            before=row.before,
            after=row.after,
            request_id=row.request_id,
            outcome=row.outcome,
            code=row.code,
        )
        for row in rows
    ]
