"""Ending an order by decision of support, at any time before its end."""

from datetime import timedelta
from uuid import UUID

from fastapi import APIRouter
from pydantic import Field
from temporalio.client import WorkflowQueryFailedError
from temporalio.service import RPCError

from api.money import Payable
from api.openapi import refusals
from api.order_actions import Action, Wish, carry_out
from api.order_answers import OrderAnswer
from api.order_lookup import Visible
from api.services import Services
from api.support.asking import answer_of
from api.support.desk import Act, AtDesk, Desk, Reasoned
from api.support.refund_request import left_of
from domain import money
from domain.desk import DeskAction, Outcome
from domain.errors import (
    ApprovalNeeded,
    FeeRefused,
    Forbidden,
    OrderNotFound,
    RightMissing,
    TooLateToCancel,
)
from domain.orders import Actor, Cancellation, Order
from domain.permissions import given_back_by_cancelling
from domain.progress import CancelOrder
from workflows.order import OrderWorkflow, workflow_id

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])

# For an answer of a workflow that has just answered.
_PATIENCE = timedelta(seconds=4)


class CancellingLate(Reasoned):
    """`keep` is a fee that the customer still pays; without it they have everything back.

    The customer, the restaurant and the courier read the reason as why the order ended.
    """

    keep: Payable | None = Field(default=None)

    @property
    def kept(self) -> money.Money | None:
        return self.keep.value() if self.keep else None


@router.post(
    "/cancel",
    responses=refusals(
        Forbidden, RightMissing, ApprovalNeeded, OrderNotFound, TooLateToCancel, FeeRefused
    ),
)
async def cancel_order_late(order: Visible, body: CancellingLate, desk: AtDesk) -> OrderAnswer:
    """At any time before the end. Who worked is paid."""
    async with desk.acting(DeskAction.CANCEL, order, body.reason) as act:
        return await cancel_for_support(desk, order, act, body.kept)


async def cancel_for_support(
    desk: Desk, order: Order, act: Act, keep: money.Money | None, *, late: bool = True
) -> OrderAnswer:
    if act.done:
        return await answer_of(desk, order)
    left = await left_of(desk.services, order)
    back = _given_back(order, keep, left)
    if back and not _was_given(act):
        act.spend(back)

    async def command() -> CancelOrder:
        return CancelOrder(
            by=Actor.SUPPORT,
            remark_id=act.reason_id,
            late=late,
            keep=keep,
            left=left,
            mandate=act.mandate,
        )

    wish = Wish(order, desk.services, desk.caller, str(act.action_id))
    answer = await carry_out(wish, Action.CANCEL, command)
    _check_that_it_is_kept(keep, answer)
    await _note_who_was_first(desk.services, order.order_id, act)
    return answer


def _was_given(act: Act) -> bool:
    """An order is cancelled once: who asks for it anew gives nothing more away."""
    cancelled = [row for row in act.log if row.action is act.action and row.outcome is Outcome.DONE]
    return any(row.amount for row in cancelled)


async def _note_who_was_first(services: Services, order_id: UUID, act: Act) -> None:
    """By joining what somebody else has asked for, support gives nothing away."""
    ended = await _cancellation(services, order_id)
    if ended and ended.remark_id != act.reason_id:
        act.amount = None
        act.noted["cancelled_by"] = ended.by.value


async def _cancellation(services: Services, order_id: UUID) -> Cancellation | None:
    """From the row; while the undo goes on, from the workflow.

    None where that does not say, as one of a build from before this query. The cancel was accepted:
    what is not known to be somebody else's counts as what was given by who asks.
    """
    order = await services.orders.find(order_id)
    if order and order.cancellation:
        return order.cancellation
    workflow = services.temporal.get_workflow_handle(workflow_id(order_id))
    try:
        return await workflow.query(OrderWorkflow.cancellation, rpc_timeout=_PATIENCE)
    except (WorkflowQueryFailedError, RPCError):
        return None


def _check_that_it_is_kept(keep: money.Money | None, answer: OrderAnswer) -> None:
    """Raises `FeeRefused` where the order has ended in another way, and without this fee."""
    if keep is None or answer.cancellation is None:
        return
    kept = answer.cancellation.kept
    if kept is None or kept.value() != keep:
        what = f"{kept.value()} of its money are kept" if kept else "nothing of its money is kept"
        message = f"The order is {answer.status} already, and {what}."
        raise FeeRefused(message)


async def amount_of_cancelling(
    services: Services, order: Order, body: CancellingLate
) -> money.Money | None:
    """What leaves the platform by it: nothing where the money is only held, or has gone back."""
    return _given_back(order, body.kept, await left_of(services, order))


def _given_back(order: Order, keep: money.Money | None, left: money.Money) -> money.Money | None:
    if keep and keep.currency != left.currency:
        message = f"The order was paid in {left.currency}: a fee is in that."
        raise FeeRefused(message)
    back = given_back_by_cancelling(order.payment, keep, left=left)
    return back if back.amount > 0 and not order.status.is_final else None
