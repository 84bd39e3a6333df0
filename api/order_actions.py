"""What people may ask of an order that is under way: updates of its workflow."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from enum import Enum
from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends
from temporalio.client import WorkflowUpdateFailedError

from api.dependencies import Caller, Using
from api.idempotency import OptionalKey
from api.order_answers import OrderAnswer, order_answer
from api.order_lookup import Visible, acting_as, find_order
from api.services import Services
from api.workflow_updates import ask
from domain import permissions
from domain.accounts import Account
from domain.errors import DomainError, IllegalTransition, TooLateToCancel
from domain.orders import CANCELLABLE, DELAYABLE, Actor, Order, OrderStatus
from domain.progress import AcceptOrder, CancelOrder, DelayOrder, RejectOrder
from workflows.order import workflow_id
from workflows.policies import TASK_TIMEOUT

# Seconds: no longer than the engine takes to see that a worker is dead, and a client waits.
_CATCHES_UP_IN = TASK_TIMEOUT.total_seconds()
_LOOKS_AGAIN_AFTER = 0.2

Command = AcceptOrder | RejectOrder | DelayOrder | CancelOrder | None


class Action(Enum):
    """The name of the update, the status it leads to, and where it begins.

    A delay leads nowhere: it is never in effect already.
    """

    ACCEPT = ("accept", OrderStatus.ACCEPTED, {OrderStatus.CONFIRMED})
    REJECT = ("reject", OrderStatus.REJECTED, {OrderStatus.CONFIRMED})
    DELAY = ("delay", None, DELAYABLE)
    PREPARE = ("start_preparing", OrderStatus.PREPARING, {OrderStatus.ACCEPTED})
    READY = ("mark_ready", OrderStatus.READY, {OrderStatus.PREPARING})
    CANCEL = ("cancel", OrderStatus.CANCELLED, CANCELLABLE)

    def __init__(
        self, verb: str, leads_to: OrderStatus | None, begins_in: Collection[OrderStatus]
    ) -> None:
        self.verb = verb
        self.leads_to = leads_to
        self.begins_in = begins_in

    def is_in_effect(self, order: Order) -> bool:
        return order.status is self.leads_to

    def refuse(self, order: Order) -> DomainError:
        refused = TooLateToCancel if self is Action.CANCEL else IllegalTransition
        return refused(permissions.refusal(order.status, self.leads_to or "delayed"))


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody who may see an order wants something of it."""

    order: Order
    services: Services
    caller: Account
    key: str | None

    def acting_as(self, *actors: Actor) -> Actor:
        """Raises `Forbidden` where the caller is none of them."""
        return acting_as(self.caller, self.order, *actors)

    async def keep_remark(self, actor: Actor, text: str | None) -> UUID | None:
        """What people write stays in Postgres: the workflow hears the id of it."""
        if text is None:
            return None
        return await self.services.writings.keep_remark(
            order_id=self.order.order_id,
            actor=actor,
            account_id=self.caller.account_id,
            text=text,
        )

    def update_id(self, action: Action) -> str:
        name = f"{self.caller.account_id}-{self.key}" if self.key else uuid4()
        return f"{action.verb}-{name}"


async def _wish(
    order: Visible, services: Using, caller: Caller, idempotency_key: OptionalKey = None
) -> Wish:
    return Wish(order, services, caller, idempotency_key)


Wished = Annotated[Wish, Depends(_wish)]


async def carry_out(
    wish: Wish, action: Action, command: Callable[[], Awaitable[Command]]
) -> OrderAnswer:
    """Ask the workflow, and answer what the order is then.

    `command` is made only where it is asked for. It is asked also where the row says
    already what is wanted: of an update that wrote the row, and whose worker died before the
    engine had heard of it, the workflow knows nothing.
    """
    order, refusal = wish.order, None
    if not order.status.is_final:
        order, refusal = await _ask_until_it_catches_up(wish, action, await command())
    elif not action.is_in_effect(order):
        raise action.refuse(order)
    if refusal and not action.is_in_effect(order):
        raise refusal
    return await order_answer(wish.services, order, wish.caller)


async def _ask_until_it_catches_up(
    wish: Wish, action: Action, command: Command
) -> tuple[Order, DomainError | None]:
    """The order afterwards, and why the update was refused, where it was.

    A workflow whose worker died may for some seconds be behind the row that it wrote: what it
    refuses then, and the row would allow, is asked again.
    """
    gives_up_at = time.monotonic() + _CATCHES_UP_IN
    while True:
        refusal = await _ask(wish, action, command)
        order = await find_order(wish.services, wish.order.order_id) or wish.order
        is_behind = refusal is not None and order.status in action.begins_in
        if not is_behind or time.monotonic() >= gives_up_at:
            return order, refusal
        await asyncio.sleep(_LOOKS_AGAIN_AFTER)


async def _ask(wish: Wish, action: Action, command: Command) -> DomainError | None:
    """Send the update. Returns why it was refused, where it was."""
    workflow = wish.services.temporal.get_workflow_handle(workflow_id(wish.order.order_id))
    try:
        is_open = await ask(
            workflow, action.verb, command, update_id=wish.update_id(action), goes_on=True
        )
    except DomainError as refusal:
        return refusal
    except WorkflowUpdateFailedError:
        # It ended before it could say anything.
        return action.refuse(wish.order)
    return None if is_open else action.refuse(wish.order)
