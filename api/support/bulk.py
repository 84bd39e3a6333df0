"""One action on many orders: asked for once, done order by order, and followed meanwhile."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, Self
from uuid import UUID, uuid4, uuid5

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from adapters.postgres.ordering.statements import OrderFilter
from api.dependencies import Support, Using
from api.openapi import located, refusals
from api.order_lookup import find_order
from api.pages import Page, Paged, page_of
from api.services import Services
from api.support.actions import ACTIONS, AGREED
from api.support.desk import AtDesk, Desk, Reasoned, reason_id
from domain.bulk import Bulk, BulkLine, StartBulk
from domain.desk import DeskAction, Outcome, check_right
from domain.errors import BulkNotFound, Forbidden, IdempotencyKeyReused, RightMissing
from domain.orders import Order

router = APIRouter(prefix="/support/bulk", tags=["support"])

MOST = 40
# The namespace of bulk actions: fixed for ever, because one is found again by its asker's key.
_BULKS = UUID("d0a0c7de-5a4e-4c58-9d55-9a3f2a4d0e21")

OrderAction = Literal[
    DeskAction.RETRY,
    DeskAction.EXTEND_DEADLINE,
    DeskAction.REASSIGN_COURIER,
    DeskAction.RESEND_CONFIRMATION,
    DeskAction.ADD_NOTE,
    DeskAction.MOVE_CASE,
    DeskAction.CANCEL,
    DeskAction.REFUND,
    DeskAction.RESOLVE_REFUND,
    DeskAction.ORDER_AGAIN,
]


class NewBulk(Reasoned):
    """`request` is the body of the action, without its reason."""

    action: OrderAction
    order_ids: Annotated[list[UUID], Field(min_length=1, max_length=MOST)]
    request: dict[str, Any] = Field(default_factory=dict, examples=[{}])


class BulkItemAnswer(BaseModel):
    """`outcome` is null while it waits; `code` and `detail` say why it was refused."""

    order_id: UUID
    outcome: Literal[Outcome.DONE, Outcome.REFUSED] | None
    code: str | None
    detail: str | None

    @classmethod
    def of(cls, line: BulkLine) -> Self:
        return cls(
            order_id=line.order_id, outcome=line.outcome, code=line.code, detail=line.sentence
        )


class BulkLinks(BaseModel):
    self: str


class BulkAnswer(BaseModel):
    """It goes on by itself, whatever becomes of the process that was asked."""

    id: UUID
    action: DeskAction
    asked_by: UUID
    asked_at: datetime
    done: int
    failed: int
    waiting: int
    items: list[BulkItemAnswer]
    links: BulkLinks

    @classmethod
    def of(cls, bulk: Bulk) -> Self:
        return cls(
            id=bulk.bulk_id,
            action=bulk.action,
            asked_by=bulk.by,
            asked_at=bulk.asked_at,
            done=bulk.done,
            failed=bulk.failed,
            waiting=bulk.waiting,
            items=[BulkItemAnswer.of(line) for line in bulk.lines],
            links=BulkLinks(self=f"/api/v1/support/bulk/{bulk.bulk_id}"),
        )


@router.post(
    "",
    status_code=HTTPStatus.ACCEPTED,
    responses=refusals(Forbidden, RightMissing, IdempotencyKeyReused)
    | located(HTTPStatus.ACCEPTED),
)
async def start_bulk(body: NewBulk, desk: AtDesk, response: Response) -> BulkAnswer:
    """At most 40 orders, each exactly as the action does it alone: one may be refused, and the
    others go on. Each lands in the audit log. Who may do the action to none begins nothing.
    """
    answer = await begin_bulk(body, desk)
    response.headers["Location"] = answer.links.self
    return answer


async def begin_bulk(body: NewBulk, desk: Desk) -> BulkAnswer:
    """Raises `RightMissing` and `IdempotencyKeyReused`: then no reason is written down.

    Nor is it for an order that is not there, because nobody would ever erase it. Of two that come
    under one key at one moment, both reasons may stay: on orders that are there, and erased with
    their customers.
    """
    wanted = ACTIONS[body.action].read({**body.request, "reason": body.reason})
    id_ = uuid5(_BULKS, f"{desk.caller.account_id}:{desk.key}") if desk.key else uuid4()
    command = StartBulk(
        bulk_id=id_,
        by=desk.caller.account_id,
        action=body.action,
        request=wanted.model_dump(mode="json", exclude={"reason"}, exclude_unset=True),
        remarks={order_id: reason_id(id_, order_id) for order_id in body.order_ids},
    )
    orders = await those_there(desk.services, [*command.remarks])
    await _check_right(desk, command, orders)
    bulk = await desk.services.bulk.created(command)
    if bulk is None:
        # Before it is created: from then on any process may take an order of it, and says why.
        for order in orders:
            await desk.keep(order.order_id, body.reason, of=id_)
        bulk = await desk.services.bulk.create(command)
    desk.services.bulk_asked.set()
    return BulkAnswer.of(bulk)


async def those_there(services: Services, ids: Sequence[UUID]) -> list[Order]:
    """In this order, of those that there are. Rows at once; what has none yet, one by one."""
    rows = await services.orders.list(OrderFilter(order_ids=ids), limit=MOST)
    written = {order.order_id: order for order in rows}
    found = [written.get(id_) or await find_order(services, id_) for id_ in ids]
    return [order for order in found if order is not None]


async def _check_right(desk: Desk, command: StartBulk, orders: Sequence[Order]) -> None:
    """In the log of each order it is refused as the action is alone. Raises `RightMissing`."""
    try:
        check_right(desk.right, command.action.needs)
    except RightMissing:
        for order in orders:
            # With the id that its reason would have had: that is not written down for a refusal.
            alone = replace(desk, remark_id=command.remarks[order.order_id])
            with suppress(RightMissing):
                async with alone.asking(command.action, order, AGREED):
                    pass
        raise


@router.get("", responses=refusals(Forbidden))
async def list_bulks(services: Using, _: Support, paging: Paged) -> Page[BulkAnswer]:
    """The newest first."""
    rows = await services.bulk.list(before=paging.before(services.cursors), limit=paging.limit + 1)
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda bulk: (bulk.asked_at, bulk.bulk_id),
        shape=BulkAnswer.of,
    )


@router.get("/{bulk_id}", responses=refusals(Forbidden, BulkNotFound))
async def read_bulk(bulk_id: UUID, services: Using, _: Support) -> BulkAnswer:
    """How far it is, and what came of each order, in the order in which they were named."""
    bulk = await services.bulk.progress(bulk_id)
    if bulk is None:
        message = "Nobody asked for such a bulk action."
        raise BulkNotFound(message)
    return BulkAnswer.of(bulk)
