"""What the restaurant's staff do with an order."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field, StrictInt

from api.fields import Model, Text
from api.openapi import refusals
from api.order_actions import Action, Wished, carry_out
from api.order_answers import OrderAnswer
from domain.errors import Forbidden, IllegalTransition, ItemNotInOrder, OrderNotFound
from domain.orders import Actor
from domain.progress import LONGEST_DELAY, AcceptOrder, DelayOrder, RejectOrder

router = APIRouter(prefix="/orders/{order_id}", tags=["kitchen"])

_REFUSALS = refusals(Forbidden, OrderNotFound, IllegalTransition)
_WITH_ITEMS = refusals(Forbidden, OrderNotFound, IllegalTransition, ItemNotInOrder)

ItemIds = Annotated[list[UUID], Field(max_length=50)]


class Accepting(Model):
    """`preparation_minutes` left out is the restaurant's usual time."""

    preparation_minutes: Annotated[StrictInt, Field(ge=1, le=240)] | None = None
    unavailable_item_ids: ItemIds = Field(default_factory=list)


class Rejecting(Model):
    reason: Text = Field(examples=["The oven broke"])
    unavailable_item_ids: ItemIds = Field(default_factory=list)


class Delaying(Model):
    minutes: Annotated[StrictInt, Field(ge=1, le=LONGEST_DELAY, examples=[15])]


@router.post("/accept", responses=_WITH_ITEMS)
async def accept_order(wish: Wished, body: Accepting | None = None) -> OrderAnswer:
    """The kitchen will cook, and the money that is held is taken.

    Lines of what ran out are dropped and not paid, or the order is rejected, as the customer asked
    in `if_unavailable`. The menu no longer offers what ran out.
    """
    wish.acting_as(Actor.RESTAURANT)
    answer = body or Accepting()

    async def command() -> AcceptOrder:
        return AcceptOrder(
            preparation_minutes=answer.preparation_minutes,
            unavailable_item_ids=answer.unavailable_item_ids,
        )

    return await carry_out(wish, Action.ACCEPT, command)


@router.post("/reject", responses=_WITH_ITEMS)
async def reject_order(wish: Wished, body: Rejecting) -> OrderAnswer:
    """The kitchen will not cook: the customer pays nothing, and reads the reason."""
    actor = wish.acting_as(Actor.RESTAURANT)

    async def command() -> RejectOrder:
        return RejectOrder(
            remark_id=await wish.keep_remark(actor, body.reason),
            unavailable_item_ids=body.unavailable_item_ids,
        )

    return await carry_out(wish, Action.REJECT, command)


@router.post("/delay", responses=_REFUSALS)
async def delay_order(wish: Wished, body: Delaying) -> OrderAnswer:
    """The kitchen needs longer: to decide, or, once it has accepted, to cook.

    Delays add up, so an `Idempotency-Key` keeps a repeated request from being another one. The
    customer is told.
    """
    wish.acting_as(Actor.RESTAURANT)

    async def command() -> DelayOrder:
        return DelayOrder(minutes=body.minutes)

    return await carry_out(wish, Action.DELAY, command)


@router.post("/preparing", responses=_REFUSALS)
async def start_preparing(wish: Wished) -> OrderAnswer:
    """The kitchen begins to cook: a courier is sought, and the customer can't cancel any more."""
    wish.acting_as(Actor.RESTAURANT)
    return await carry_out(wish, Action.PREPARE, _nothing)


@router.post("/ready", responses=_REFUSALS)
async def mark_ready(wish: Wished) -> OrderAnswer:
    """The food waits for its courier."""
    wish.acting_as(Actor.RESTAURANT)
    return await carry_out(wish, Action.READY, _nothing)


async def _nothing() -> None:
    """There is no more to say than the update's name."""
