"""The restaurant's board: what to decide, to cook and to hand over."""

from http import HTTPStatus

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Caller, Staffed, Using
from api.order_answers import OrderAnswer
from api.orders import list_restaurant_orders
from api.pages import Paging
from api.restaurant_answers import RestaurantAnswer
from api.web.rendering import page
from domain.orders import OrderStatus

router = APIRouter(prefix="/board")

# More than a kitchen can have on a screen; the newest are shown.
_SHOWN = 50
_COLUMNS = {
    "New": (OrderStatus.CONFIRMED,),
    "To cook": (OrderStatus.ACCEPTED, OrderStatus.PREPARING),
    "Ready": (OrderStatus.READY,),
    "On the way": (OrderStatus.PICKED_UP,),
}


@router.get("")
async def show_boards(request: Request, services: Using, caller: Caller) -> Response:
    """Straight to the only one, where there is only one."""
    if len(caller.restaurants) == 1:
        return RedirectResponse(f"/board/{caller.restaurants[0]}", HTTPStatus.SEE_OTHER)
    theirs = await services.restaurants.named(caller.restaurants)
    facts = {"restaurants": sorted(theirs.values(), key=lambda each: each.name)}
    return page(request, "boards.html", caller=caller, facts=facts)


@router.get("/{restaurant_id}")
async def show_board(
    request: Request, services: Using, caller: Caller, restaurant: Staffed
) -> Response:
    by_status: dict[OrderStatus, list[OrderAnswer]] = {}
    for status in (each for column in _COLUMNS.values() for each in column):
        shown = await list_restaurant_orders(
            services, caller, restaurant, Paging(_SHOWN, None), status
        )
        by_status[status] = shown.items
    columns = {
        title: sorted(
            (order for status in statuses for order in by_status[status]),
            key=lambda order: order.placed_at,
        )
        for title, statuses in _COLUMNS.items()
    }
    facts = {"restaurant": RestaurantAnswer.of(restaurant), "columns": columns}
    return page(request, "board.html", caller=caller, facts=facts)
