"""Giving the kitchen, or the courier, more time."""

from typing import Annotated

from fastapi import APIRouter
from pydantic import Field, StrictInt

from api.openapi import refusals
from api.order_answers import OrderAnswer
from api.order_lookup import Visible
from api.support.asking import answer_of, ask_delivery, ask_order
from api.support.desk import Act, AtDesk, Reasoned
from domain.deliveries import ExtendDelivery
from domain.desk import DeskAction
from domain.errors import Forbidden, IllegalTransition, OrderNotFound, RightMissing
from domain.orders import COOKED, Actor, Order, OrderStatus
from domain.progress import LONGEST_DELAY, DelayOrder

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


class Extending(Reasoned):
    minutes: Annotated[StrictInt, Field(ge=1, le=LONGEST_DELAY, examples=[15])]


@router.post(
    "/extend-deadline",
    responses=refusals(Forbidden, RightMissing, OrderNotFound, IllegalTransition),
)
async def extend_deadline(order: Visible, body: Extending, desk: AtDesk) -> OrderAnswer:
    """Of the kitchen until the food is ready, of the courier from then on.

    Extensions add up, so an `Idempotency-Key` keeps a repeated request from being another one.
    """
    async with desk.acting(DeskAction.EXTEND_DEADLINE, order, body.reason) as act:
        act.noted["minutes"] = body.minutes
        if _stood_as(act, order) in COOKED:
            more = ExtendDelivery(minutes=body.minutes, mandate=act.mandate)
            await ask_delivery(act, order, "extend_deadline", more)
        else:
            delay = DelayOrder(minutes=body.minutes, by=Actor.SUPPORT, mandate=act.mandate)
            await ask_order(act, order, "delay", delay)
    return await answer_of(desk, order)


def _stood_as(act: Act, order: Order) -> OrderStatus:
    """When it was first asked for: whose deadline was meant then is meant when it is repeated."""
    return OrderStatus(str(act.asked.before["status"])) if act.asked else order.status
