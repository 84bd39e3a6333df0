"""Orders as support lists them: all there are, narrowed down."""

from dataclasses import asdict, dataclass
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import AwareDatetime

from adapters.postgres.ordering.statements import OrderFilter
from api.dependencies import Support, Using
from api.fields import Email, Phone
from api.openapi import refusals
from api.order_answers import OrderAnswer, page_of_orders
from api.pages import Page, Paged
from api.services import Services
from domain.errors import AccountNotFound, Forbidden
from domain.orders import OrderStatus
from domain.payments import RefundStatus

router = APIRouter(prefix="/support/orders", tags=["support"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """`?status&refund_status&stuck&restaurant_id&placed_after&placed_before`."""

    status: OrderStatus | None = None
    refund_status: RefundStatus | None = None
    stuck: bool = False
    restaurant_id: UUID | None = None
    placed_after: AwareDatetime | None = None
    placed_before: AwareDatetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """`?customer_email&customer_phone`: whoever is both, where both are asked for."""

    customer_email: Email | None = None
    customer_phone: Phone | None = None

    async def ids(self, services: Services) -> set[UUID] | None:
        """None is everybody."""
        found = list[set[UUID]]()
        if self.customer_email:
            found.append(await _of_email(services, self.customer_email))
        if self.customer_phone:
            accounts = await services.accounts.of_phone(self.customer_phone)
            found.append({account.account_id for account in accounts})
        return set.intersection(*found) if found else None


async def _of_email(services: Services, email: str) -> set[UUID]:
    try:
        return {await services.accounts.id_of(email)}
    except AccountNotFound:
        return set()


@router.get("", responses=refusals(Forbidden))
async def list_all_orders(
    services: Using,
    caller: Support,
    paging: Paged,
    wanted: Annotated[Wanted, Depends()],
    whose: Annotated[Whose, Depends()],
) -> Page[OrderAnswer]:
    """The newest first. `stuck` are those where nothing has happened for longer than is usual.

    Of an e-mail address or a phone (in any format) that nobody has, there are none.
    """
    filtered = OrderFilter(**asdict(wanted), customer_ids=await whose.ids(services))
    rows = await services.orders.list(
        filtered, before=paging.before(services.cursors), limit=paging.limit + 1
    )
    return await page_of_orders(rows, paging, services, caller)
