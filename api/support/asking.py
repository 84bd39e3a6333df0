"""Asking workflows for what support wants of them."""

from typing import Any

from temporalio.client import WorkflowHandle, WorkflowUpdateFailedError

from api.order_answers import OrderAnswer, order_answer
from api.order_lookup import find_order
from api.support.desk import Act, Desk
from api.workflow_updates import ask
from domain.errors import IllegalTransition
from domain.orders import Order
from domain.permissions import has_ended, has_no_delivery
from workflows import delivery, order

# What goes on by itself once it is accepted. Anything else may be refused after that still: who
# does not hear how it ends must not be told that it is done.
_CERTAIN_ONCE_ACCEPTED = frozenset({"add_note", "extend_deadline"})


async def ask_order(act: Act, about: Order, verb: str, command: object) -> None:
    """Raises what the order refuses it with, and `IllegalTransition` where it has ended."""
    if not await is_order_heard(act, about, verb, command):
        raise IllegalTransition(has_ended((await as_it_is(act.desk, about)).status))


async def is_order_heard(act: Act, about: Order, verb: str, command: object) -> bool:
    """False where it has ended. Raises what the order refuses it with."""
    if about.status.is_final and not act.done:
        return False
    handle = act.desk.services.temporal.get_workflow_handle(order.workflow_id(about.order_id))
    return await is_heard(act, handle, verb, command)


async def ask_delivery(act: Act, about: Order, verb: str, command: object) -> None:
    """Raises what the delivery refuses it with, and `IllegalTransition` where none is under way."""
    handle = act.desk.services.temporal.get_workflow_handle(delivery.workflow_id(about.order_id))
    if not await is_heard(act, handle, verb, command):
        raise IllegalTransition(has_no_delivery(about.status))


async def is_heard(
    act: Act, handle: WorkflowHandle[Any, Any], verb: str, command: object = None
) -> bool:
    """False where there is no such workflow that goes on. Raises what refuses it.

    What was heard and done is not asked for again: by now it may mean something else.
    """
    if act.done:
        return True
    is_certain = verb in _CERTAIN_ONCE_ACCEPTED
    try:
        return await ask(handle, verb, command, update_id=act.update_id(verb), goes_on=is_certain)
    except WorkflowUpdateFailedError:
        # It ended before it could say anything, or could not do it.
        return False


async def answer_of(desk: Desk, about: Order) -> OrderAnswer:
    """The order as it is after what was done."""
    return await order_answer(desk.services, await as_it_is(desk, about), desk.caller)


async def as_it_is(desk: Desk, about: Order) -> Order:
    """The order may have gone on since it was read."""
    return await find_order(desk.services, about.order_id) or about
