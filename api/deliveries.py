"""Deliveries: what couriers are offered, and what they may do with it."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import Field
from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError

from api.delivery_answers import DeliveryAnswer, answers
from api.dependencies import Rider, Using
from api.fields import Model, Text
from api.openapi import refusals
from api.order_lookup import name_in_logs
from api.pages import Page, Paged, Paging, page_of
from api.services import Services
from api.workflow_updates import ask
from domain.deliveries import (
    LOCATION_HOLDS,
    Courier,
    CourierRequest,
    Delivery,
    DeliveryCode,
    DeliveryOutcome,
    DeliveryState,
)
from domain.errors import (
    AlreadyClaimed,
    ClaimRefused,
    CourierNotFound,
    DeliveryNotFound,
    DomainError,
    Forbidden,
    IllegalTransition,
)
from workflows.delivery import DeliveryWorkflow, workflow_id

router = APIRouter(prefix="/deliveries", tags=["deliveries"])

_REFUSALS = (Forbidden, DeliveryNotFound, CourierNotFound, IllegalTransition)


class Failing(Model):
    reason: Text = Field(examples=["Nobody opens the door"])


class Action(Enum):
    """The name of the update, and the state it leads to."""

    CLAIM = ("claim", DeliveryState.ASSIGNED)
    RELEASE = ("release", DeliveryState.OFFERED)
    PICK_UP = ("pick_up", DeliveryState.PICKED_UP)
    DELIVER = ("deliver", DeliveryState.DELIVERED)
    FAIL = ("fail", DeliveryState.FAILED)

    def __init__(self, verb: str, leads_to: DeliveryState) -> None:
        self.verb = verb
        self.leads_to = leads_to


@dataclass(frozen=True, slots=True)
class Wish:
    """Which courier wants something of which delivery."""

    services: Services
    courier: Courier
    order_id: UUID

    async def delivery(self) -> Delivery:
        """As it is now. Raises `DeliveryNotFound`."""
        found = await self.services.deliveries.find(self.order_id)
        if found is None:
            raise _no_such_delivery()
        return found


async def _wish(order_id: UUID, services: Using, caller: Rider) -> Wish:
    name_in_logs(order_id)
    # Whoever does something is there.
    return Wish(services, await services.couriers.see(caller.account_id), order_id)


Wished = Annotated[Wish, Depends(_wish)]


@router.get("", responses=refusals(Forbidden, CourierNotFound))
async def list_deliveries(
    services: Using, caller: Rider, paging: Paged, *, mine: bool = False
) -> Page[DeliveryAnswer]:
    """What is open near the caller, the nearest first; or the caller's own, the newest first.

    Open are those whose restaurant is near enough to where the caller told to be, at most ten
    minutes ago. Who is not available is offered nothing.
    """
    courier = await services.couriers.find(caller.account_id)
    rows = await (_own if mine else _open)(services, courier, paging)
    shown = await answers(services, rows, courier)
    pairs = list(zip(rows, shown, strict=True))
    return page_of(
        pairs,
        paging,
        services.cursors,
        at=lambda pair: _place(pair[0]) if mine else pair[0].order_id,
        shape=lambda pair: pair[1],
    )


@router.post("/{order_id}/claim", responses=refusals(*_REFUSALS, AlreadyClaimed, ClaimRefused))
async def claim_delivery(wish: Wished) -> DeliveryAnswer:
    """The first claim wins. A courier holds at most three orders."""
    return await _carry_out(wish, Action.CLAIM)


@router.post("/{order_id}/release", responses=refusals(*_REFUSALS))
async def release_delivery(wish: Wished) -> DeliveryAnswer:
    """Until the pick-up: others are asked again."""
    return await _carry_out(wish, Action.RELEASE)


@router.post("/{order_id}/pick-up", responses=refusals(*_REFUSALS))
async def pick_up_delivery(wish: Wished) -> DeliveryAnswer:
    """Once the kitchen has said that the food is ready."""
    return await _carry_out(wish, Action.PICK_UP)


@router.post("/{order_id}/deliver", responses=refusals(*_REFUSALS))
async def complete_delivery(wish: Wished) -> DeliveryAnswer:
    """The food is with the customer: the order has ended."""
    return await _carry_out(wish, Action.DELIVER)


@router.post("/{order_id}/fail", responses=refusals(*_REFUSALS))
async def fail_delivery(wish: Wished, body: Failing) -> DeliveryAnswer:
    """The food can't reach the customer: the order is cancelled, and the customer pays nothing."""
    return await _carry_out(wish, Action.FAIL, reason=body.reason)


async def _carry_out(wish: Wish, action: Action, *, reason: str | None = None) -> DeliveryAnswer:
    """Ask the workflow, and answer what is then.

    It is asked also where the row says already what is wanted: see `carry_out` of orders.
    """
    delivery = await wish.delivery()
    is_repeated = await _is_in_effect(wish, delivery, action)
    if not is_repeated:
        _refuse_what_cannot_be(wish, delivery, action)
    remark_id = None if is_repeated else await _kept_remark(wish, reason)
    request = CourierRequest(courier_id=wish.courier.courier_id, remark_id=remark_id)
    workflow = wish.services.temporal.get_workflow_handle(workflow_id(wish.order_id))
    with suppress(*([DomainError] if is_repeated else [])):
        done = await _asked(workflow, action, request)
        delivery = await wish.delivery()
        if not (done or await _is_in_effect(wish, delivery, action)):
            raise _illegal(delivery, action)
    [answer] = await answers(wish.services, [delivery], wish.courier)
    return answer


async def _asked(
    workflow: WorkflowHandle[DeliveryWorkflow, DeliveryOutcome],
    action: Action,
    request: CourierRequest,
) -> bool:
    """False where the workflow is closed, or ended before it could say anything."""
    try:
        return await ask(workflow, action.verb, request)
    except WorkflowUpdateFailedError:
        return False


async def _is_in_effect(wish: Wish, delivery: Delivery, action: Action) -> bool:
    courier_id = wish.courier.courier_id
    if action is Action.RELEASE:
        gone = delivery.courier_id != courier_id
        return gone and await wish.services.deliveries.was_released(wish.order_id, courier_id)
    if delivery.courier_id != courier_id:
        return False
    if action is Action.FAIL:
        # Any other code is a failure that somebody else found out.
        return delivery.code is DeliveryCode.DELIVERY_FAILED
    return action is Action.CLAIM or delivery.state is action.leads_to


def _refuse_what_cannot_be(wish: Wish, delivery: Delivery, action: Action) -> None:
    """What the row is sure of. The workflow knows the rest."""
    if delivery.courier_id != wish.courier.courier_id:
        if action is not Action.CLAIM:
            raise _no_such_delivery()
        if delivery.courier_id is not None:
            raise AlreadyClaimed("Another courier was quicker.")
    if delivery.state.is_final:
        raise _illegal(delivery, action)


async def _kept_remark(wish: Wish, reason: str | None) -> UUID | None:
    if reason is None:
        return None
    return await wish.services.deliveries.keep_remark(
        wish.order_id, wish.courier.courier_id, reason
    )


async def _open(services: Services, courier: Courier, paging: Paging) -> list[Delivery]:
    here = courier.located_since(datetime.now(UTC) - LOCATION_HOLDS)
    after = paging.after(services.cursors)
    if not (courier.available and here and courier.location):
        return []
    return list(
        await services.deliveries.near(
            courier.courier_id, courier.location, after=after, limit=paging.limit + 1
        )
    )


async def _own(services: Services, courier: Courier, paging: Paging) -> list[Delivery]:
    return list(
        await services.deliveries.of_courier(
            courier.courier_id, before=paging.before(services.cursors), limit=paging.limit + 1
        )
    )


def _place(delivery: Delivery) -> tuple[datetime, UUID]:
    """In the list of the courier's own, which all have been assigned."""
    return delivery.assigned_at or datetime.max.replace(tzinfo=UTC), delivery.order_id


def _illegal(delivery: Delivery, action: Action) -> IllegalTransition:
    return IllegalTransition(f"The delivery is {delivery.state}: it can't be {action.leads_to}.")


def _no_such_delivery() -> DeliveryNotFound:
    return DeliveryNotFound("You have no such delivery.")
