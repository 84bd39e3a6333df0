"""Orders as their customer, the restaurant's staff and support see them."""

from fastapi import APIRouter

from adapters.postgres.ordering.statements import OrderFilter
from api.dependencies import Caller, Staffed, Using
from api.openapi import refusals
from api.order_answers import EntryAnswer, OrderAnswer, Timeline, order_answer, page_of_orders
from api.order_lookup import Visible
from api.pages import Page, Paged
from api.preconditions import Revised
from domain.errors import Forbidden, OrderNotFound, RestaurantNotFound
from domain.orders import OrderStatus

router = APIRouter(tags=["orders"])


@router.get("/orders")
async def list_my_orders(
    services: Using, caller: Caller, paging: Paged, status: OrderStatus | None = None
) -> Page[OrderAnswer]:
    """Those the caller placed, the newest first."""
    rows = await services.orders.list(
        OrderFilter(customer_id=caller.account_id, status=status),
        before=paging.before(services.cursors),
        limit=paging.limit + 1,
    )
    return await page_of_orders(rows, paging, services, caller)


@router.get(
    "/restaurants/{restaurant_id}/orders", responses=refusals(Forbidden, RestaurantNotFound)
)
async def list_restaurant_orders(
    services: Using,
    caller: Caller,
    restaurant: Staffed,
    paging: Paged,
    status: OrderStatus | None = None,
) -> Page[OrderAnswer]:
    """The newest first."""
    rows = await services.orders.list(
        OrderFilter(restaurant_id=restaurant.restaurant_id, status=status),
        before=paging.before(services.cursors),
        limit=paging.limit + 1,
    )
    return await page_of_orders(rows, paging, services, caller)


@router.get("/orders/{order_id}", responses=refusals(OrderNotFound))
async def read_order(
    order: Visible, caller: Caller, services: Using, revisions: Revised
) -> OrderAnswer:
    """There from the moment its placing was acknowledged."""
    return revisions.show(await order_answer(services, order, caller))


@router.get("/orders/{order_id}/timeline", responses=refusals(OrderNotFound))
async def read_timeline(order: Visible, services: Using) -> Timeline:
    """The oldest first; empty until the order's workflow has written its first entry."""
    entries = await services.orders.timeline(order.order_id)
    return Timeline(items=[EntryAnswer.of(entry) for entry in entries])
