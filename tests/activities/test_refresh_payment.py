"""Looking at Stripe for what nobody told us: each thing that may have happened there unseen."""

from dataclasses import replace
from functools import partial

import pytest

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.files import MoneyFileRepository
from domain.errors import OrderNotFound
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import RefundState
from tests.support.bank import Bank
from tests.support.builders import usd
from tests.support.payments import (
    HELD,
    NOTHING,
    RETURNED,
    TAKEN,
    WAITING,
    WEATHER,
    Books,
    Interposed,
    OrderMoney,
    insist,
    plain,
    standing,
)


@pytest.fixture
def method() -> str:
    return "pm_card_visa"


class TestOfAnAuthorization:
    async def test_changes_nothing_where_nothing_differs(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        held = await activities.authorize_payment(money.authorize())
        for _ in range(2):
            assert await activities.refresh_payment(money.refresh()) == held.payment

    async def test_refuses_an_order_without_a_payment(
        self, activities: PaymentActivities, money: OrderMoney
    ) -> None:
        with pytest.raises(OrderNotFound):
            await activities.refresh_payment(money.refresh())

    @pytest.mark.hanging
    async def test_finds_the_hold_whose_answer_was_lost(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await bank.fail("hang_after", "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize())
        assert plain(await activities.refresh_payment(money.refresh())) == HELD
        assert plain(await activities.authorize_payment(money.authorize())) == HELD
        assert await bank.standing(money.order_id) == (2_300, 0, 0)

    @pytest.mark.hanging
    async def test_leaves_alone_what_did_not_reach_stripe(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await bank.fail("hang_before", "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize())
        pending = await activities.refresh_payment(money.refresh())
        assert pending.status is PaymentStatus.PENDING
        assert plain(await activities.authorize_payment(money.authorize())) == HELD

    async def test_finds_that_the_hold_lapsed(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_sandbox_authorizationExpires"))
        await bank.advance_clock(61)
        assert plain(await activities.refresh_payment(money.refresh())) == NOTHING

    async def test_finds_a_capture_that_only_stripe_knows(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await bank.capture_by_hand(await bank.intent(money.order_id))
        for _ in range(2):
            assert plain(await activities.refresh_payment(money.refresh())) == TAKEN
        assert await books.of(money) == {"psp": 2_300, "customer": -2_300}
        assert plain(await activities.capture_payment(money.capture())) == TAKEN
        assert plain(await activities.void_payment(money.void())) == RETURNED

    async def test_finds_that_the_customer_authenticated_and_leaves_the_step_to_its_check(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_card_authenticationRequired"))
        assert plain(await activities.refresh_payment(money.refresh())) == WAITING
        await bank.authenticate(await bank.intent(money.order_id), "succeeded")
        assert plain(await activities.refresh_payment(money.refresh())) == HELD
        assert plain(await activities.check_payment(money.check())) == HELD

    async def test_leaves_a_refused_authentication_to_its_check(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize("pm_card_authenticationRequired"))
        await bank.authenticate(await bank.intent(money.order_id), "failed")
        assert plain(await activities.refresh_payment(money.refresh())) == WAITING

    async def test_does_not_write_what_a_void_made_old_meanwhile(
        self,
        activities: PaymentActivities,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
    ) -> None:
        """It saw the money held, which was released before it wrote that down."""
        await activities.authorize_payment(money.authorize("pm_card_authenticationRequired"))
        await bank.authenticate(await bank.intent(money.order_id), "succeeded")
        interposed.after["retrieve"] = partial(insist, activities.void_payment, money.void())
        assert plain(await slow_activities.refresh_payment(money.refresh())) == NOTHING


class TestOfRefunds:
    @pytest.fixture(autouse=True)
    async def taken(self, activities: PaymentActivities, money: OrderMoney, method: str) -> None:
        await activities.authorize_payment(money.authorize(method))
        await activities.capture_payment(money.capture())

    async def test_finds_one_that_somebody_made_there_by_hand(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        await bank.refund_by_hand(await bank.intent(money.order_id), 500)
        for _ in range(2):
            found = await activities.refresh_payment(money.refresh())
            assert plain(found) == standing(
                PaymentStatus.PARTIALLY_REFUNDED,
                captured=2_300,
                refunded=500,
                refund=RefundStatus.PARTIAL,
            )
        assert await books.of(money) == {"psp": 1_800, "customer": -1_800}
        result = await activities.refund_payment(money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        assert await books.of(money) == {}

    async def test_one_made_by_hand_can_be_made_again_under_its_key(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        money: OrderMoney,
        payments_database: Database,
    ) -> None:
        """Nobody asked for it, so it has no request; reconciliation begins it again without one."""
        await bank.refund_by_hand(await bank.intent(money.order_id), 500)
        await activities.refresh_payment(money.refresh())
        files = MoneyFileRepository(payments_database)
        [found] = (await files.of_order(money.order_id)).refunds
        part = replace(money.part(500), key=found.part_of, request_hash="")
        assert (await refunds.plan_refund(part)).refunded == usd(500)

    @pytest.mark.parametrize("method", ["pm_card_pendingRefund"])
    async def test_follows_one_made_by_hand(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        await bank.refund_by_hand(await bank.intent(money.order_id), 2_300)
        found = await activities.refresh_payment(money.refresh())
        assert found.refund_status is RefundStatus.PENDING
        await bank.advance_clock(6)
        assert plain(await activities.refresh_payment(money.refresh())) == RETURNED
        assert await books.of(money) == {}

    async def test_takes_one_made_by_hand_for_what_is_owed(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
    ) -> None:
        """Somebody was quicker than the attempt that was planned: it is not needed any more."""
        intent = await bank.intent(money.order_id)
        dispute = await bank.dispute(intent)
        await refunds.refund_part(money.part(500))
        await bank.decide(dispute, "won")
        await bank.refund_by_hand(intent, 500)
        await activities.refresh_payment(money.refresh())
        result = await refunds.refund_part(money.part(500, attempt=2))
        assert result.state is RefundState.SUCCEEDED
        assert await bank.standing(money.order_id) == (0, 2_300, 500)
        assert await books.of(money) == {"psp": 1_800, "customer": -1_800}

    async def test_gives_up_what_was_planned_where_all_was_refunded_by_hand(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
    ) -> None:
        await refunds.plan_refund(money.part(500))
        await bank.refund_by_hand(await bank.intent(money.order_id), 2_300)
        assert plain(await activities.refresh_payment(money.refresh())) == RETURNED
        result = await refunds.refund_part(money.part(500))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await books.of(money) == {}

    @pytest.mark.parametrize("method", ["pm_card_refundFail"])
    async def test_finds_that_the_bank_returned_one(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        await activities.refund_payment(money.refund())
        await bank.advance_clock(6)
        assert plain(await activities.refresh_payment(money.refresh())) == TAKEN
        assert await books.of(money) == {"psp": 2_300, "refunds_due": -2_300}

    @pytest.mark.hanging
    async def test_finds_one_whose_answer_was_lost(
        self, activities: PaymentActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        await bank.fail("hang_after", "/v1/refunds")
        with pytest.raises(WEATHER):
            await activities.refund_payment(money.refund())
        assert plain(await activities.refresh_payment(money.refresh())) == RETURNED
        assert await books.of(money) == {}
