"""Who earns what of an order that has ended: divided once."""

from uuid import UUID

from temporalio import workflow

from workflows.page import OrderPage
from workflows.policies import SETTLE
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.ledger import LedgerActivities
    from domain import ledger, settlement
    from domain.orders import step_key
    from domain.payments import SettlePayment, Share


async def divide(page: OrderPage, courier_id: UUID) -> None:
    """Of food that the customer has: what they paid."""
    shares = settlement.delivered(
        page.quote, restaurant_id=page.order.restaurant_id, courier_id=courier_id
    )
    await _settle(page, ledger.CUSTOMER, shares)


async def pay_for_the_work(page: OrderPage, rider: UUID | None) -> None:
    """Of food that was cooked in vain: the customer has it all back, so the platform pays.

    The courier is paid too where one had fetched it.
    """
    quote, restaurant_id = page.quote, page.order.restaurant_id
    if rider is None:
        shares = settlement.cooked(quote, restaurant_id=restaurant_id)
    else:
        shares = settlement.carried(quote, restaurant_id=restaurant_id, courier_id=rider)
    await _settle(page, ledger.PLATFORM, shares)


async def _settle(page: OrderPage, payer: str, shares: list[Share]) -> None:
    order_id = page.order.order_id
    await execute(
        LedgerActivities.settle_payment,
        SettlePayment(
            order_id=order_id, key=step_key(order_id, "settle"), payer=payer, shares=shares
        ),
        policy=SETTLE,
        summary="Divide the money",
    )
    page.tell("The money was divided.")
