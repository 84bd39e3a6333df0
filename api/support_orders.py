"""Orders as support sees them: all of them, and everything about one."""

from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime, BaseModel

from adapters.postgres.ordering.statements import OrderFilter
from api.dependencies import Support, Using
from api.fields import Email
from api.money_answers import (
    AuthorizationAnswer,
    CaseAnswer,
    DisputeAnswer,
    LedgerEntryAnswer,
    RefundAttemptAnswer,
)
from api.openapi import refusals
from api.order_lookup import Visible
from api.orders import EntryAnswer, OrderAnswer, order_answer, page_of_orders
from api.pages import Page, Paged
from api.services import Services
from domain.errors import AccountNotFound, Forbidden, OrderNotFound
from domain.orders import Order, OrderStatus
from domain.payments import RefundStatus
from workflows.order import workflow_id

router = APIRouter(prefix="/support/orders", tags=["support"])


class SupportLinks(BaseModel):
    """`workflow` is the order's page in the Temporal UI."""

    self: str
    workflow: str


class MoneyAnswer(BaseModel):
    authorizations: list[AuthorizationAnswer]
    refunds: list[RefundAttemptAnswer]
    cases: list[CaseAnswer]
    disputes: list[DisputeAnswer]
    ledger: list[LedgerEntryAnswer]


class WholeOrder(BaseModel):
    order: OrderAnswer
    timeline: list[EntryAnswer]
    money: MoneyAnswer
    links: SupportLinks


class Wanted:
    """`?status&refund_status&restaurant_id&placed_after&placed_before`."""

    def __init__(
        self,
        *,
        status: OrderStatus | None = None,
        refund_status: RefundStatus | None = None,
        restaurant_id: UUID | None = None,
        placed_after: AwareDatetime | None = None,
        placed_before: AwareDatetime | None = None,
    ) -> None:
        self.filter = OrderFilter(
            status=status,
            refund_status=refund_status,
            restaurant_id=restaurant_id,
            placed_after=placed_after,
            placed_before=placed_before,
        )


@router.get("", responses=refusals(Forbidden))
async def list_all_orders(
    services: Using,
    caller: Support,
    paging: Paged,
    wanted: Annotated[Wanted, Depends()],
    customer_email: Email | None = None,
) -> Page[OrderAnswer]:
    """The newest first. Of an address that nobody has, there are none."""
    try:
        filtered = await _of_customer(services, wanted.filter, customer_email)
    except AccountNotFound:
        return Page(items=[], next_cursor=None)
    rows = await services.orders.list(
        filtered, before=paging.before(services.cursors), limit=paging.limit + 1
    )
    return await page_of_orders(rows, paging, services, caller)


@router.get("/{order_id}", responses=refusals(Forbidden, OrderNotFound))
async def read_whole_order(order: Visible, services: Using, caller: Support) -> WholeOrder:
    """The order, what happened, and all that was done with its money."""
    timeline = await services.orders.timeline(order.order_id)
    return WholeOrder(
        order=await order_answer(services, order, caller),
        timeline=[EntryAnswer.of(entry) for entry in timeline],
        money=await _money(services, order.order_id),
        links=_links(services, order),
    )


async def _of_customer(services: Services, wanted: OrderFilter, email: str | None) -> OrderFilter:
    """Raises `AccountNotFound`."""
    if email is None:
        return wanted
    return replace(wanted, customer_id=await services.accounts.id_of(email))


async def _money(services: Services, order_id: UUID) -> MoneyAnswer:
    file = await services.money_files.of_order(order_id)
    entries = await services.ledger.entries(order_id)
    return MoneyAnswer(
        authorizations=[AuthorizationAnswer.of(made) for made in file.authorizations],
        refunds=[RefundAttemptAnswer.of(made) for made in file.refunds],
        cases=[CaseAnswer.of(case) for case in file.cases],
        disputes=[DisputeAnswer.of(dispute) for dispute in file.disputes],
        ledger=[LedgerEntryAnswer.of(line) for line in entries],
    )


def _links(services: Services, order: Order) -> SupportLinks:
    namespace = services.temporal.namespace
    page = f"{workflow_id(order.order_id)}/{order.run_id}/user-metadata"
    return SupportLinks(
        self=f"/api/v1/support/orders/{order.order_id}",
        workflow=f"{services.temporal_ui_url}/namespaces/{namespace}/workflows/{page}",
    )
