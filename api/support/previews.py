"""What an action would cause, before it is done: computed by what the doing asks too."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from api.checkout import check_out
from api.fields import Model
from api.money import Money
from api.money_answers import Entry
from api.openapi import refusals
from api.order_lookup import Visible
from api.services import Services
from api.support import engine
from api.support.actions import ACTIONS, AGREED
from api.support.bulk import OrderAction
from api.support.cancelling import CancellingLate
from api.support.cases import MovingOne, check_owner
from api.support.couriers import Reassigning
from api.support.deadlines import Extending
from api.support.decisions import Resolving
from api.support.desk import AtDesk, Desk, Reasoned
from api.support.ordering_again import OrderingAgain, next_in_place, wanted_again
from api.support.refund_request import NewRefund, named_amount
from domain.casework import Resolution
from domain.deliveries import AssignCourier, Delivery, DeliveryState
from domain.desk import DeskAction
from domain.errors import DomainError, Forbidden, OrderNotFound
from domain.notifications import Audience, Notification
from domain.orders import COOKED, Order, OrderStatus
from domain.previews import Moved, Party, Preview, preview
from domain.proposals import DeskFacts, Proposal

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


class Previewing(Model):
    """`request` is the body of the action; its reason may be left out."""

    action: OrderAction
    request: dict[str, Any] = Field(default_factory=dict, examples=[{}])


class MovedAnswer(BaseModel):
    """What a party has more by it, and less below zero; of a `hold`, what is released."""

    party: Party
    amount: Entry

    @classmethod
    def of(cls, moved: Moved) -> Self:
        return cls(party=moved.party, amount=Entry.of(moved.amount))


class MessageAnswer(BaseModel):
    to: Audience
    what: str
    body: str

    @classmethod
    def of(cls, told: Notification) -> Self:
        return cls(to=told.audience, what=told.title, body=told.body)


class PreviewAnswer(BaseModel):
    """`refused` says why nothing would happen, and `approval` that a second person has to agree.

    `tries` is what is tried again: the rest comes of it if that goes through. `unknown` says what
    nobody can tell before. `warning` is a sentence to read before it is done. `amount` is what is
    due, or what the new order costs: told again to the action, it is done for that or not at all.
    `next_status` null: the order stays as it is.
    """

    refused: str | None
    approval: str | None
    tries: list[str]
    unknown: str | None
    warning: str | None
    amount: Money | None
    money: list[MovedAnswer]
    messages: list[MessageAnswer]
    next_status: OrderStatus | None

    @classmethod
    def of(cls, seen: Preview) -> Self:
        return cls(
            refused=seen.refused,
            approval=seen.approval,
            tries=list(seen.tries),
            unknown=seen.unknown,
            warning=seen.warning,
            amount=Money.of(seen.amount) if seen.amount else None,
            money=[MovedAnswer.of(moved) for moved in seen.money],
            messages=[MessageAnswer.of(told) for told in seen.messages],
            next_status=seen.next_status,
        )


@router.post("/preview", responses=refusals(Forbidden, OrderNotFound))
async def preview_action(order: Visible, body: Previewing, desk: AtDesk) -> PreviewAnswer:
    """Whose money moves, who is told what, and what the order is then. Nothing happens."""
    wanted = ACTIONS[body.action].read({"reason": AGREED, **body.request})
    return PreviewAnswer.of(await look_ahead(desk, order, body.action, wanted))


async def look_ahead(desk: Desk, order: Order, action: DeskAction, wanted: Reasoned) -> Preview:
    facts = await facts_of(desk.services, order, action)
    return await preview_of(facts, desk, action, wanted)


async def preview_of(facts: DeskFacts, desk: Desk, action: DeskAction, wanted: Reasoned) -> Preview:
    """For who has read the whole of the order already."""
    order = facts.order
    try:
        given = await _GIVEN[action](desk.services, order, wanted) if action in _GIVEN else {}
    except DomainError as refusal:
        return Preview(refused=str(refusal))
    log = await desk.services.audit.of_order(order.order_id)
    mandate = desk.mandate(order, None, log, own=desk.action_id(action, order, log))
    proposal = Proposal(action=action, mandate=mandate, **given)
    return preview(proposal, facts)


async def facts_of(services: Services, order: Order, action: DeskAction) -> DeskFacts:
    file, entries, delivery, fails = await asyncio.gather(
        services.money_files.of_order(order.order_id),
        services.ledger.entries(order.order_id),
        services.deliveries.find(order.order_id),
        _failing(services, order, action),
    )
    return DeskFacts(
        now=datetime.now(UTC),
        order=order,
        money=file,
        ledger=list(entries),
        delivery=delivery,
        failing=fails,
    )


async def _failing(services: Services, order: Order, action: DeskAction) -> Sequence[str] | None:
    """Only trying again asks the engine for it."""
    return (
        await engine.failing_steps_of(services.temporal, order)
        if action is DeskAction.RETRY
        else ()
    )


async def _refund(_: Services, order: Order, wanted: NewRefund) -> dict[str, Any]:
    return {"amount": named_amount(order, wanted), "liable": wanted.liable}


async def _cancel(_: Services, __: Order, wanted: CancellingLate) -> dict[str, Any]:
    return {"keep": wanted.kept}


async def _extend(_: Services, order: Order, wanted: Extending) -> dict[str, Any]:
    return {"minutes": wanted.minutes, "of_delivery": order.status in COOKED}


async def _reassign(services: Services, order: Order, wanted: Reassigning) -> dict[str, Any]:
    delivery = await services.deliveries.find(order.order_id)
    if wanted.courier_id and delivery and _may_go_to(wanted.courier_id, delivery):
        claim = AssignCourier(
            order_id=order.order_id,
            assignment=delivery.assignment + 1,
            courier_id=wanted.courier_id,
            by_support=True,
        )
        await services.deliveries.check(claim)
    return {"courier_id": wanted.courier_id}


def _may_go_to(courier_id: UUID, delivery: Delivery) -> bool:
    """Whether that depends on the courier: who has it keeps it, and whoever has the food."""
    is_free = delivery.state in {DeliveryState.OFFERED, DeliveryState.ASSIGNED}
    return is_free and delivery.courier_id != courier_id


async def _resolve(_: Services, __: Order, wanted: Resolving) -> dict[str, Any]:
    return {
        "amount": wanted.expected,
        "resolution": Resolution(wanted.resolution),
        "reference": wanted.reference or "",
        "case": wanted.case,
    }


async def _move_case(services: Services, _: Order, wanted: MovingOne) -> dict[str, Any]:
    if wanted.owner:
        await check_owner(services, wanted.owner)
    return {"case": wanted.case, "deadline": wanted.deadline}


async def _order_again(services: Services, order: Order, asked: OrderingAgain) -> dict[str, Any]:
    customer, wanted = await wanted_again(services, order, asked.expected_total)
    await next_in_place(services, order)
    return {"amount": (await check_out(services, customer, wanted)).quote.total}


_GIVEN: Mapping[DeskAction, Callable[[Services, Order, Any], Awaitable[dict[str, Any]]]] = {
    DeskAction.REFUND: _refund,
    DeskAction.CANCEL: _cancel,
    DeskAction.EXTEND_DEADLINE: _extend,
    DeskAction.REASSIGN_COURIER: _reassign,
    DeskAction.RESOLVE_REFUND: _resolve,
    DeskAction.MOVE_CASE: _move_case,
    DeskAction.ORDER_AGAIN: _order_again,
}
"""What each action is asked with, in the words of a proposal."""
