"""Ending an order that is not wanted any more."""

from fastapi import APIRouter, Request
from pydantic import Field

from api.fields import Model, Text
from api.idempotency import Given
from api.openapi import refusals
from api.order_actions import Action, Wish, Wished, carry_out
from api.order_answers import OrderAnswer
from api.support.cancelling import cancel_for_support
from api.support.desk import desk_of
from domain.desk import DeskAction
from domain.errors import ApprovalNeeded, Forbidden, OrderNotFound, RightMissing, TooLateToCancel
from domain.orders import Actor
from domain.progress import CancelOrder

router = APIRouter()

# The route is the customer's too, who need none. They read it as why the order ended.
_NO_REASON = "Support cancelled the order without giving a reason."


class Cancelling(Model):
    reason: Text | None = Field(default=None, examples=["Ordered the wrong dish"])


@router.post(
    "/orders/{order_id}/cancel",
    tags=["orders"],
    responses=refusals(Forbidden, RightMissing, ApprovalNeeded, OrderNotFound, TooLateToCancel),
)
async def cancel_order(
    wish: Wished, request: Request, idempotency: Given, body: Cancelling | None = None
) -> OrderAnswer:
    """Until the kitchen cooks. What was held or taken goes back; see `refund_status`."""
    reason = body.reason if body else None
    if wish.acting_as(Actor.CUSTOMER, Actor.SUPPORT) is Actor.CUSTOMER:
        return await _cancel(wish, reason)
    desk = desk_of(wish.services, wish.caller, request.state.request_id, idempotency)
    async with desk.acting(DeskAction.CANCEL, wish.order, reason or _NO_REASON) as act:
        return await cancel_for_support(desk, wish.order, act, None, late=False)


async def _cancel(wish: Wish, reason: str | None) -> OrderAnswer:
    async def command() -> CancelOrder:
        remark_id = await wish.keep_remark(Actor.CUSTOMER, reason)
        return CancelOrder(by=Actor.CUSTOMER, remark_id=remark_id)

    return await carry_out(wish, Action.CANCEL, command)
