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
    from domain.settlement import SettlePayment, Share


async def divide(page: OrderPage, courier_id: UUID) -> None:
    """Of food that the customer has: what they paid."""
    shares = settlement.delivered(
        page.quote, restaurant_id=page.order.restaurant_id, courier_id=courier_id
    )
    await _settle(page, ledger.CUSTOMER, shares)


async def pay_for_the_work(
    page: OrderPage, *, has_cooked: bool, rider: UUID | None, payer: str
) -> None:
    """Of an order that ended without food.

    The payer is the platform where the customer has everything back. Out of what was kept the
    customer pays, as far as that goes: the platform has the rest, or pays what lacks.
    """
    shares = settlement.of_work(
        page.quote,
        restaurant_id=page.order.restaurant_id,
        has_cooked=has_cooked,
        rider=rider,
    )
    await _settle(page, payer, shares)


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
