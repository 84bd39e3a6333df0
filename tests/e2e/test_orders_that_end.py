"""Orders that end without food: the customer reads why, and pays nothing."""

from uuid import UUID

import pytest

from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import insist
from tests.support.town import Ordered
from workflows.order import workflow_id

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

HELD = ["authorized"]
VOIDED = ["authorized", "voided"]
REFUNDED = ["authorized", "captured", "refunded"]


async def a_confirmed_order(platform: Platform) -> Ordered:
    town = platform.town
    order = await town.order(await town.customer(), await town.open_kitchen(stock=2))
    await order.until("confirmed")
    return order


async def a_paid_order(platform: Platform) -> Ordered:
    order = await a_confirmed_order(platform)
    await order.accept()
    await order.until_paid("captured")
    return order


async def moved(platform: Platform, order: Ordered) -> list[str]:
    """How the money went; every movement is of the whole total."""
    total = (await order.read())["total"]["amount"]
    entries = await platform.sandbox.entries(order.id)
    assert {entry.amount for entry in entries} <= {total}
    return [entry.kind for entry in entries]


async def press_cancel(platform: Platform, order: Ordered) -> None:
    """The button in the Temporal UI."""
    await platform.witnesses.temporal.get_workflow_handle(workflow_id(UUID(order.id))).cancel()


class TestDeclinedCard:
    @pytest.mark.parametrize(
        ("card", "reason"),
        [
            ("pm_card_visa_chargeDeclined", "declined"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "not enough money"),
            ("pm_card_chargeDeclinedExpiredCard", "expired"),
            ("pm_card_chargeCustomerFail", "declined"),
        ],
    )
    async def test_reaches_the_customer_as_a_reason(
        self, platform: Platform, card: str, reason: str
    ) -> None:
        town = platform.town
        order = await town.order(
            await town.customer(), await town.open_kitchen(stock=2), payment_method=card
        )
        ended = await order.until("payment_failed")
        assert ended["cancellation"]["code"] == "payment_declined"
        assert reason in ended["cancellation"]["reason"]
        assert ended["payment"]["status"] == "failed"
        assert await moved(platform, order) == []

        async def news() -> list[str]:
            answer = await insist(lambda: order.customer.get("/me/notifications"))
            return [each["type"] for each in answer.json()["items"]]

        await seen(news, lambda told: told == ["order_payment_failed"])


class TestCancel:
    async def test_voids_before_the_restaurant_accepts(self, platform: Platform) -> None:
        order = await a_confirmed_order(platform)
        assert await moved(platform, order) == HELD
        cancelled = await order.cancel()
        assert cancelled["status"] == "cancelled"
        assert cancelled["refund_status"] == "none"
        assert cancelled["cancellation"]["by"] == "customer"
        assert await moved(platform, order) == VOIDED

    async def test_refunds_in_full_after_the_restaurant_accepted(self, platform: Platform) -> None:
        order = await a_paid_order(platform)
        cancelled = await order.cancel()
        assert (cancelled["status"], cancelled["refund_status"]) == ("cancelled", "full")
        assert cancelled["payment"]["refunded"] == cancelled["total"]
        assert await moved(platform, order) == REFUNDED

    async def test_is_answered_alike_when_it_is_repeated(self, platform: Platform) -> None:
        order = await a_paid_order(platform)
        assert await order.cancel() == await order.cancel()
        assert await moved(platform, order) == REFUNDED


class TestReject:
    async def test_voids_and_tells_the_reason_of_the_restaurant(self, platform: Platform) -> None:
        order = await a_confirmed_order(platform)
        rejected = await order.reject("The oven broke")
        assert rejected["status"] == "rejected"
        assert rejected["cancellation"]["reason"] == "The oven broke"
        assert await moved(platform, order) == VOIDED


class TestCancelInTheEngine:
    async def test_voids_before_the_restaurant_accepts(self, platform: Platform) -> None:
        order = await a_confirmed_order(platform)
        await press_cancel(platform, order)
        cancelled = await order.until("cancelled")
        assert cancelled["cancellation"]["by"] == "support"
        assert await moved(platform, order) == VOIDED

    async def test_refunds_in_full_after_the_restaurant_accepted(self, platform: Platform) -> None:
        order = await a_paid_order(platform)
        await press_cancel(platform, order)
        cancelled = await order.until("cancelled")
        assert cancelled["refund_status"] == "full"
        assert await moved(platform, order) == REFUNDED
