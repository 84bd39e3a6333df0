"""Ending an order that is not wanted any more."""

from fastapi import APIRouter
from pydantic import Field

from api.fields import Model, Text
from api.openapi import refusals
from api.order_actions import Action, Wish, Wished, carry_out
from api.orders import OrderAnswer
from domain.errors import Forbidden, OrderNotFound, TooLateToCancel
from domain.orders import Actor
from domain.progress import CancelOrder

router = APIRouter()

_REFUSALS = refusals(Forbidden, OrderNotFound, TooLateToCancel)


class Cancelling(Model):
    reason: Text | None = Field(default=None, examples=["Ordered the wrong dish"])


class CancellingLate(Model):
    reason: Text = Field(examples=["The courier had an accident"])


@router.post("/orders/{order_id}/cancel", tags=["orders"], responses=_REFUSALS)
async def cancel_order(wish: Wished, body: Cancelling | None = None) -> OrderAnswer:
    """Until the kitchen cooks. What was held or taken goes back; see `refund_status`."""
    actor = wish.acting_as(Actor.CUSTOMER, Actor.SUPPORT)
    return await _cancel(wish, actor, body.reason if body else None, late=False)


@router.post("/support/orders/{order_id}/cancel", tags=["support"], responses=_REFUSALS)
async def cancel_order_late(wish: Wished, body: CancellingLate) -> OrderAnswer:
    """At any time before the end. The customer has everything back, and who worked is paid."""
    actor = wish.acting_as(Actor.SUPPORT)
    return await _cancel(wish, actor, body.reason, late=True)


async def _cancel(wish: Wish, actor: Actor, reason: str | None, *, late: bool) -> OrderAnswer:
    async def command() -> CancelOrder:
        return CancelOrder(by=actor, remark_id=await wish.keep_remark(actor, reason), late=late)

    return await carry_out(wish, Action.CANCEL, command)
