"""Deciding about a refund that can't be made: paid by hand, or not paid."""

from typing import Literal

from fastapi import APIRouter
from pydantic import Field

from api.dependencies import Support, Using
from api.fields import Line, Model, Text
from api.openapi import refusals
from api.order_lookup import Visible
from api.orders import OrderAnswer, order_answer
from api.services import Services
from api.support_refunds import keep_reason
from api.workflow_updates import ask
from domain.casework import Case, ResolveRefund
from domain.differences import is_own_case
from domain.errors import Forbidden, OrderNotFound, ReferenceMissing, RefundNotDue
from domain.orders import Order
from domain.payments import Resolution
from workflows.refund import RefundWorkflow, workflow_id_of

router = APIRouter(prefix="/support/orders/{order_id}", tags=["support"])


class Resolving(Model):
    """`case` names which one, where an order has several; else it is the oldest."""

    reason: Text = Field(examples=["The card was closed"])
    resolution: Literal["paid_by_hand", "waived"]
    reference: Line | None = Field(default=None, examples=["SEPA 2027-01-07/118"])
    case: str | None = None


@router.post(
    "/resolve-refund",
    responses=refusals(Forbidden, OrderNotFound, RefundNotDue, ReferenceMissing),
)
async def resolve_refund(
    order: Visible, body: Resolving, services: Using, caller: Support
) -> OrderAnswer:
    """Money that is due was paid by hand, or is not paid, by decision; its case ends with that."""
    case = await _open_case(services, order, body.case)
    decision = ResolveRefund(
        resolution=Resolution(body.resolution),
        by=caller.account_id,
        remark_id=await keep_reason(services, order, caller, body.reason),
        reference=body.reference or "",
    )
    refund = services.temporal.get_workflow_handle_for(
        RefundWorkflow.run, workflow_id_of(order.order_id, case.key)
    )
    if not await ask(refund, "resolve_refund", decision, goes_on=True):
        message = "The refund has ended, or is being begun again: look again in a moment."
        raise RefundNotDue(message)
    order = await services.orders.find(order.order_id) or order
    return await order_answer(services, order, caller)


async def _open_case(services: Services, order: Order, key: str | None) -> Case:
    file = await services.money_files.of_order(order.order_id)
    cases = [
        case
        for case in file.cases
        if case.resolved_at is None and key in (None, case.key) and not is_own_case(case.key)
    ]
    if not cases:
        message = "No refund of this order is due."
        raise RefundNotDue(message)
    return cases[0]
