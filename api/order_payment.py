"""An order's payment, as who pays it sees it."""

from fastapi import APIRouter
from temporalio.client import WorkflowUpdateFailedError

from api.dependencies import Caller, Using
from api.openapi import refusals
from api.order_answers import PaymentAnswer
from api.order_lookup import Visible, acting_as, find_order, roles_in
from api.services import Services
from api.workflow_updates import ask
from domain.accounts import Account
from domain.errors import Forbidden, OrderNotFound
from domain.orders import IN_CHECKOUT, Actor, Order
from domain.payments import PaymentStatus
from workflows.order import workflow_id

router = APIRouter(prefix="/orders/{order_id}/payment", tags=["orders"])

_REFUSALS = refusals(Forbidden, OrderNotFound)


class PaymentDetails(PaymentAnswer):
    """`client_secret` is for the customer alone, while their bank waits for them; else null."""

    client_secret: str | None


@router.get("", responses=_REFUSALS)
async def read_payment(order: Visible, services: Using, caller: Caller) -> PaymentDetails:
    """What is held, what was taken, and what went back."""
    acting_as(caller, order, Actor.CUSTOMER, Actor.SUPPORT)
    return await _shown(services, order, caller)


@router.post("/return", responses=_REFUSALS)
async def return_to_payment(order: Visible, services: Using, caller: Caller) -> PaymentDetails:
    """The customer came back from their bank: the payment is looked at, and answered as it is."""
    acting_as(caller, order, Actor.CUSTOMER)
    if order.status in IN_CHECKOUT:  # Later there is nothing left to look at.
        await _look(services, order)
        order = await find_order(services, order.order_id) or order
    return await _shown(services, order, caller)


async def _look(services: Services, order: Order) -> None:
    workflow = services.temporal.get_workflow_handle(workflow_id(order.order_id))
    try:
        await ask(workflow, "look_at_payment", goes_on=True)
    except WorkflowUpdateFailedError:
        # It ended meanwhile: the answer is what the order says of its payment now.
        return


async def _shown(services: Services, order: Order, caller: Account) -> PaymentDetails:
    shown = PaymentAnswer.of(order.payment)
    waits = order.payment.status is PaymentStatus.REQUIRES_ACTION
    secret = None
    if waits and Actor.CUSTOMER in roles_in(caller, order):
        secret = await services.payments.client_secret(order.order_id)
    return PaymentDetails(**dict(shown), client_secret=secret)
