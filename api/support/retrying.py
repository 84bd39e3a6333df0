"""Having a step that keeps failing tried at once, instead of at its next time."""

from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter
from temporalio.client import WorkflowHandle

from api.openapi import refusals
from api.order_answers import OrderAnswer
from api.order_lookup import Visible
from api.support.asking import answer_of, is_heard
from api.support.desk import Act, AtDesk, Desk, Reasoned
from domain.desk import DeskAction
from domain.errors import (
    DomainError,
    Forbidden,
    IllegalTransition,
    OrderNotFound,
    RightMissing,
)
from domain.orders import Order
from domain.status_words import plain
from workflows import delivery, order, refund

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])

Handle = WorkflowHandle[Any, Any]


@router.post(
    "/retry",
    responses=refusals(Forbidden, RightMissing, OrderNotFound, IllegalTransition),
)
async def retry_step(order: Visible, body: Reasoned, desk: AtDesk) -> OrderAnswer:
    """The order's failing step, else its delivery's, else the refund that is due."""
    async with desk.acting(DeskAction.RETRY, order, body.reason) as act:
        if not act.done:
            act.noted["workflow"] = await _retried(desk, order, act)
    return await answer_of(desk, order)


async def _retried(desk: Desk, about: Order, act: Act) -> str:
    """The id of the first workflow that had something to retry."""
    refusal: DomainError | None = None
    async for handle, verb, command in _candidates(desk, about, act):
        try:
            if await is_heard(act, handle, verb, command):
                return handle.id
        except DomainError as why:
            refusal = refusal or why
    if refusal:
        raise refusal
    message = (
        f"The order has ended as {plain(about.status)}, and no refund is due: nothing is being "
        "tried. Give money back, or order again for the customer."
    )
    raise IllegalTransition(message)


async def _candidates(
    desk: Desk, about: Order, act: Act
) -> AsyncIterator[tuple[Handle, str, object]]:
    temporal, order_id = desk.services.temporal, about.order_id
    if not about.status.is_final:
        for workflow_id in (order.workflow_id(order_id), delivery.workflow_id(order_id)):
            yield temporal.get_workflow_handle(workflow_id), "retry_now", act.mandate
    file = await desk.services.money_files.of_order(order_id)
    for key in file.refunds_under_way:
        workflow_id = refund.workflow_id_of(order_id, key)
        yield temporal.get_workflow_handle(workflow_id), "retry_refund_now", None
