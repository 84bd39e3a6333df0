"""What people may ask of an order that is under way: updates of its workflow."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import Field, StrictInt
from temporalio.client import (
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
    WorkflowUpdateStage,
)
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from api.dependencies import Caller, Using
from api.fields import Model, Text
from api.idempotency import OptionalKey
from api.openapi import refusals
from api.order_lookup import Visible, acting_as, find_order
from api.orders import OrderAnswer
from api.services import Services
from domain.accounts import Account
from domain.errors import (
    BY_NAME,
    DomainError,
    Forbidden,
    IllegalTransition,
    OrderNotFound,
    TooLateToCancel,
)
from domain.orders import AcceptOrder, Actor, CancelOrder, Order, OrderStatus, RejectOrder
from workflows.order import OrderWorkflow, workflow_id

router = APIRouter(prefix="/orders/{order_id}", tags=["orders"])

# To hear from a worker that the update is accepted; without one nothing happens, and it is 503.
_ACCEPTANCE = timedelta(seconds=4)
# For what the update does. It goes on by itself, so the answer need not wait for a slow undo.
_OUTCOME = timedelta(seconds=4)


class Cancelling(Model):
    reason: Text | None = Field(default=None, examples=["Ordered the wrong dish"])


class Accepting(Model):
    preparation_minutes: Annotated[StrictInt, Field(ge=1, le=240)] | None = None


class Rejecting(Model):
    reason: Text = Field(examples=["The oven broke"])


Command = AcceptOrder | RejectOrder | CancelOrder


class Action(Enum):
    """The name of the update, the status it leads to, and the refusal once that can't be."""

    ACCEPT = ("accept", OrderStatus.ACCEPTED, IllegalTransition)
    REJECT = ("reject", OrderStatus.REJECTED, IllegalTransition)
    CANCEL = ("cancel", OrderStatus.CANCELLED, TooLateToCancel)

    def __init__(self, verb: str, leads_to: OrderStatus, refusal: type[DomainError]) -> None:
        self.verb = verb
        self.leads_to = leads_to
        self.refusal = refusal

    def refuse(self, order: Order) -> DomainError:
        return self.refusal(f"The order is {order.status}: it can't be {self.leads_to}.")


@dataclass(frozen=True, slots=True)
class Wish:
    """Who wants something of which order, and why in their own words."""

    order: Order
    caller: Account
    actor: Actor
    key: str | None
    reason: str | None = None

    def update_id(self, action: Action) -> str:
        """The engine carries an update of one id out once."""
        name = f"{self.caller.account_id}-{self.key}" if self.key else uuid4()
        return f"{action.verb}-{name}"


@router.post("/cancel", responses=refusals(Forbidden, OrderNotFound, TooLateToCancel))
async def cancel_order(
    order: Visible,
    services: Using,
    caller: Caller,
    body: Cancelling | None = None,
    idempotency_key: OptionalKey = None,
) -> OrderAnswer:
    """Until the kitchen cooks. What was held or taken goes back; see `refund_status`."""
    actor = acting_as(caller, order, Actor.CUSTOMER, Actor.SUPPORT)
    wish = Wish(order, caller, actor, idempotency_key, body.reason if body else None)

    def command(remark_id: UUID | None) -> Command:
        return CancelOrder(by=actor, remark_id=remark_id)

    return await _carry_out(services, wish, Action.CANCEL, command)


@router.post("/accept", responses=refusals(Forbidden, OrderNotFound, IllegalTransition))
async def accept_order(
    order: Visible,
    services: Using,
    caller: Caller,
    body: Accepting | None = None,
    idempotency_key: OptionalKey = None,
) -> OrderAnswer:
    """The kitchen will cook, and the money that is held is taken."""
    wish = Wish(order, caller, acting_as(caller, order, Actor.RESTAURANT), idempotency_key)

    def command(_: UUID | None) -> Command:
        return AcceptOrder(preparation_minutes=body.preparation_minutes if body else None)

    return await _carry_out(services, wish, Action.ACCEPT, command)


@router.post("/reject", responses=refusals(Forbidden, OrderNotFound, IllegalTransition))
async def reject_order(
    order: Visible,
    body: Rejecting,
    services: Using,
    caller: Caller,
    idempotency_key: OptionalKey = None,
) -> OrderAnswer:
    """The kitchen will not cook: the customer pays nothing, and reads the reason."""
    actor = acting_as(caller, order, Actor.RESTAURANT)
    wish = Wish(order, caller, actor, idempotency_key, body.reason)

    def command(remark_id: UUID | None) -> Command:
        return RejectOrder(remark_id=remark_id)

    return await _carry_out(services, wish, Action.REJECT, command)


async def _carry_out(
    services: Services, wish: Wish, action: Action, command: Callable[[UUID | None], Command]
) -> OrderAnswer:
    """Ask the workflow, and answer what the order is then. What is in effect is not asked again."""
    order, refusal = wish.order, None
    if order.status is not action.leads_to:
        if order.status.is_final:
            raise action.refuse(order)
        remark_id = await _kept_remark(services, wish)
        refusal = await _ask(services, wish, action, command(remark_id))
        order = await find_order(services, order.order_id) or order
        if refusal and order.status is not action.leads_to:
            raise refusal
    return OrderAnswer.of(order, wish.caller)


async def _kept_remark(services: Services, wish: Wish) -> UUID | None:
    """What people write stays in Postgres: the workflow hears the id of it."""
    if wish.reason is None:
        return None
    return await services.writings.keep_remark(
        order_id=wish.order.order_id,
        actor=wish.actor,
        account_id=wish.caller.account_id,
        text=wish.reason,
    )


async def _ask(
    services: Services, wish: Wish, action: Action, command: Command
) -> DomainError | None:
    """Send the update. Returns why it was refused, where it was."""
    workflow = services.temporal.get_workflow_handle_for(
        OrderWorkflow.run, workflow_id(wish.order.order_id)
    )
    try:
        update = await workflow.start_update(
            action.verb,
            command,
            id=wish.update_id(action),
            wait_for_stage=WorkflowUpdateStage.ACCEPTED,
            rpc_timeout=_ACCEPTANCE,
        )
        with suppress(WorkflowUpdateRPCTimeoutOrCancelledError):
            await update.result(rpc_timeout=_OUTCOME)
    except WorkflowUpdateFailedError as failed:
        return _refusal(failed.cause, action, wish.order)
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return action.refuse(wish.order)
        raise
    return None


def _refusal(cause: BaseException, action: Action, order: Order) -> DomainError:
    """The workflow's own words; or ours, where it ended before it could say any."""
    if isinstance(cause, ApplicationError) and cause.type in BY_NAME:
        return BY_NAME[cause.type](cause.message)
    return action.refuse(order)
