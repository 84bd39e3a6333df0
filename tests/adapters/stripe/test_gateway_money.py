"""The gateway against the sandbox, once money is held: captures, cancels, refunds and disputes."""

from dataclasses import replace

import pytest
from stripe import StripeClient

from adapters.stripe.gateway import StripeGateway
from domain.disputes import DisputeState
from domain.errors import AuthorizationLost, CaptureFailed
from domain.money import Money
from domain.refunds import RefundState
from tests.support.bank import Bank
from tests.support.payments import OrderMoney


class TestCapture:
    async def test_finds_it_captured_whoever_captured_it(
        self, gateway: StripeGateway, money: OrderMoney, intent: str
    ) -> None:
        first = await gateway.capture(intent, amount=money.amount, key="one")
        second = await gateway.capture(intent, amount=money.amount, key="two")
        assert first == second
        assert (first.held, first.captured, first.settled) == (0, 2_300, True)

    async def test_finds_it_released(
        self, gateway: StripeGateway, money: OrderMoney, intent: str
    ) -> None:
        await gateway.cancel(intent, key="cancel")
        charge = await gateway.capture(intent, amount=money.amount, key="capture")
        assert isinstance(charge.refusal, AuthorizationLost)

    async def test_still_holds_what_it_may_not_take(
        self, gateway: StripeGateway, intent: str
    ) -> None:
        charge = await gateway.capture(intent, amount=Money(9_999, "USD"), key="capture")
        assert isinstance(charge.refusal, CaptureFailed)
        assert (charge.held, charge.settled) == (2_300, False)


class TestCancel:
    async def test_finds_it_cancelled(self, gateway: StripeGateway, intent: str) -> None:
        first = await gateway.cancel(intent, key="one")
        assert await gateway.cancel(intent, key="two") == first
        assert (first.held, first.captured, first.settled) == (0, 0, True)

    async def test_finds_it_captured(
        self, gateway: StripeGateway, money: OrderMoney, intent: str
    ) -> None:
        captured = await gateway.capture(intent, amount=money.amount, key="capture")
        assert await gateway.cancel(intent, key="cancel") == captured


class TestRefund:
    @pytest.fixture(autouse=True)
    async def captured(self, gateway: StripeGateway, money: OrderMoney, intent: str) -> None:
        await gateway.capture(intent, amount=money.amount, key="capture")

    async def test_names_the_order_and_the_step_and_is_listed(
        self, gateway: StripeGateway, client: StripeClient, money: OrderMoney, intent: str
    ) -> None:
        made = await gateway.refund(
            intent, order_id=money.order_id, step="step", amount=money.amount, key="refund"
        )
        assert made.id
        refund = await client.v1.refunds.retrieve_async(made.id)
        assert refund.metadata
        assert refund.metadata.to_dict() == {"order_id": str(money.order_id), "step": "step"}
        assert (made.key, made.state) == ("step", RefundState.SUCCEEDED)
        assert await gateway.refunds(intent) == [made]

    async def test_is_listed_without_a_key_when_it_was_made_by_hand(
        self, gateway: StripeGateway, client: StripeClient, intent: str
    ) -> None:
        await client.v1.refunds.create_async({"payment_intent": intent})
        assert [refund.key for refund in await gateway.refunds(intent)] == [""]

    async def test_failed_while_the_customers_bank_disputes_the_charge(
        self, gateway: StripeGateway, bank: Bank, money: OrderMoney, intent: str
    ) -> None:
        await bank.dispute(intent)
        refused = await gateway.refund(
            intent, order_id=money.order_id, step="step", amount=money.amount, key="refund"
        )
        assert (refused.id, refused.state) == (None, RefundState.FAILED)

    async def test_failed_when_stripe_refuses_to_make_it(
        self, gateway: StripeGateway, money: OrderMoney, intent: str
    ) -> None:
        refused = await gateway.refund(
            intent, order_id=money.order_id, step="step", amount=Money(9_999, "USD"), key="refund"
        )
        assert (refused.id, refused.state) == (None, RefundState.FAILED)


class TestDispute:
    @pytest.fixture(autouse=True)
    async def captured(self, gateway: StripeGateway, money: OrderMoney, intent: str) -> None:
        await gateway.capture(intent, amount=money.amount, key="capture")

    @pytest.mark.parametrize("verdict", [DisputeState.WON, DisputeState.LOST])
    async def test_is_of_an_order_and_ends(
        self,
        gateway: StripeGateway,
        bank: Bank,
        money: OrderMoney,
        intent: str,
        verdict: DisputeState,
    ) -> None:
        dispute_id = await bank.dispute(intent)
        dispute = await gateway.dispute(dispute_id)
        assert dispute
        assert (dispute.dispute_id, dispute.order_id) == (dispute_id, money.order_id)
        assert (dispute.amount, dispute.state) == (money.amount, DisputeState.OPEN)
        assert dispute.due_by
        assert dispute.due_by > dispute.opened_at
        await bank.decide(dispute_id, verdict)
        assert await gateway.dispute(dispute_id) == replace(dispute, state=verdict)

    async def test_is_none_while_the_bank_only_asks(
        self, gateway: StripeGateway, bank: Bank, intent: str
    ) -> None:
        assert await gateway.dispute(await bank.dispute(intent, inquiry=True)) is None

    async def test_is_none_of_a_charge_that_is_no_orders(
        self, gateway: StripeGateway, client: StripeClient, bank: Bank
    ) -> None:
        paid = await client.v1.payment_intents.create_async(
            {
                "amount": 500,
                "currency": "usd",
                "payment_method": "pm_card_visa",
                "allowed_payment_method_types": ["card"],
                "confirm": True,
            }
        )
        assert await gateway.dispute(await bank.dispute(paid.id)) is None
