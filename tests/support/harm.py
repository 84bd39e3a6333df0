"""Harm that is done on purpose, to Postgres, at Stripe and to Temporal: an order for each kind.

Each returns the id of the order that reconciliation has to find.
"""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from domain.casework import OpenCase
from domain.differences import Kind
from domain.witnesses import stands_for
from tests.support.charging import charge
from tests.support.house import House
from tests.support.payments import AMOUNT
from tests.support.polling import seen

Harm = Callable[[House], Awaitable[UUID]]


async def authenticated_unheard(house: House) -> UUID:
    """The customer's bank said yes, and the webhook was lost."""
    order = await house.running(
        "payment_action_required", payment_method="pm_card_authenticationRequired"
    )
    intent = await house.intent_of(order.order_id)
    await house.control(f"/_authenticate/{intent}", outcome="succeeded")
    return order.order_id


async def captured_at_stripe(house: House) -> UUID:
    order = await house.running("confirmed")
    await house.stripe.v1.payment_intents.capture_async(await house.intent_of(order.order_id))
    return order.order_id


async def released_at_stripe(house: House) -> UUID:
    order = await house.running("confirmed")
    await house.stripe.v1.payment_intents.cancel_async(await house.intent_of(order.order_id))
    return order.order_id


async def refunded_at_stripe(house: House) -> UUID:
    money = await house.delivered()
    intent = await house.intent_of(money.order_id)
    await house.stripe.v1.refunds.create_async({"payment_intent": intent, "amount": 500})
    return money.order_id


async def refund_returned(house: House) -> UUID:
    """The bank took it, and gave it back to us later."""
    money = await house.cancelled()
    query = "SELECT stripe_refund_id FROM payments.refunds WHERE order_id = %s"
    [refund] = await house.select(query, money.order_id)
    await house.control(f"/_control/refunds/{refund['stripe_refund_id']}", status="failed")
    return money.order_id


async def disputed(house: House) -> UUID:
    money = await house.delivered()
    intent = await house.intent_of(money.order_id)
    await house.control("/_control/disputes", payment_intent=intent)
    return money.order_id


async def terminated(house: House) -> UUID:
    """After its money was taken."""
    order = await house.running("accepted", "preparing", auto_accept=True)
    await seen(lambda: house.row(order.order_id), lambda row: row["payment_status"] == "captured")
    await house.order_of(order.order_id).terminate(reason="by test")
    return order.order_id


async def without_a_workflow(house: House) -> UUID:
    """The engine never heard of it, or has forgotten it."""
    return (await house.confirmed()).order_id


async def old_sums(house: House) -> UUID:
    money = await house.delivered()
    await house.break_rules(
        money.order_id,
        "UPDATE ordering.orders SET captured = 0, authorized = total WHERE id = %s",
        "UPDATE ordering.orders SET payment_status = 'authorized' WHERE id = %s",
    )
    return money.order_id


async def dishes_held(house: House) -> UUID:
    money = await house.rejected()
    await house.break_rules(
        money.order_id, "UPDATE catalog.reservations SET state = 'held' WHERE order_id = %s"
    )
    return money.order_id


async def held_without_food(house: House) -> UUID:
    return (await house.ended_with_its_money(taken=False)).order_id


async def kept_without_food(house: House) -> UUID:
    return (await house.ended_with_its_money(taken=True)).order_id


async def promised_refund(house: House) -> UUID:
    money = await house.delivered()
    await house.refunds.plan_refund(money.part(300))
    return money.order_id


async def abandoned_case(house: House) -> UUID:
    money = await house.ended_with_its_money(taken=True)
    await house.cases.open(
        OpenCase(
            order_id=money.order_id,
            key=money.key("refund"),
            amount=AMOUNT,
            why="The payment service did not take the refund.",
            deadline=datetime.now(UTC) + timedelta(days=1),
        )
    )
    return money.order_id


async def posting_lost(house: House) -> UUID:
    money = await house.delivered()
    await house.break_rules(
        money.order_id,
        "DELETE FROM payments.entries e USING payments.postings p "
        "WHERE p.id = e.posting_id AND p.kind = 'captured' AND p.order_id = %s",
        "DELETE FROM payments.postings WHERE kind = 'captured' AND order_id = %s",
    )
    return money.order_id


async def undivided(house: House) -> UUID:
    return (await house.delivered(settled=False)).order_id


async def row_lost(house: House) -> UUID:
    money = await house.accepted()
    await house.break_rules(
        money.order_id,
        "DELETE FROM ordering.timeline WHERE order_id = %s",
        "DELETE FROM ordering.orders WHERE id = %s",
    )
    return money.order_id


async def of_nobody(house: House) -> UUID:
    return stands_for(await charge(house.stripe, metadata={}))


async def charged_twice(house: House) -> UUID:
    money = await house.delivered()
    await charge(house.stripe, metadata={"order_id": str(money.order_id)})
    return money.order_id


async def eaten_and_unpaid(house: House) -> UUID:
    return (await house.delivered_for_nothing()).order_id


MENDED: dict[Harm, Kind] = {
    authenticated_unheard: Kind.MISSED_WEBHOOK,
    captured_at_stripe: Kind.CAPTURE_UNKNOWN,
    released_at_stripe: Kind.HOLD_DIFFERS,
    refunded_at_stripe: Kind.REFUND_UNKNOWN,
    refund_returned: Kind.REFUND_RETURNED,
    disputed: Kind.DISPUTE_UNKNOWN,
    terminated: Kind.WORKFLOW_LOST,
    without_a_workflow: Kind.WORKFLOW_LOST,
    old_sums: Kind.ROW_BEHIND,
    dishes_held: Kind.STOCK_HELD,
    held_without_food: Kind.HELD_WITHOUT_FOOD,
    kept_without_food: Kind.KEPT_WITHOUT_FOOD,
    promised_refund: Kind.REFUND_ABANDONED,
    abandoned_case: Kind.CASE_ABANDONED,
    posting_lost: Kind.LEDGER_DIFFERS,
    undivided: Kind.UNSETTLED,
}
"""What has one right answer."""

LEFT: dict[Harm, Kind] = {
    row_lost: Kind.ROW_MISSING,
    of_nobody: Kind.STRANGERS_MONEY,
    charged_twice: Kind.UNKNOWN_CHARGE,
    eaten_and_unpaid: Kind.DELIVERED_UNPAID,
}
"""What a person has to find out about."""
