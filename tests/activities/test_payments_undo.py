"""An undo may overtake its step: each is put at every place around what the other does.

`slow_activities` are those of a worker that takes its time: before or after it has talked to
Stripe, something else happens.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

import pytest

from activities.payments import PaymentActivities
from adapters.postgres.payments.payments import PaymentRepository
from adapters.stripe.gateway import StripeGateway
from domain.errors import StepUndone
from domain.payments import OrderPayment
from domain.refunds import RefundResult, RefundState
from tests.support.bank import Bank
from tests.support.payments import (
    NOTHING,
    RETURNED,
    WEATHER,
    Interposed,
    OrderMoney,
    insist,
    plain,
)


class Killed(Exception):
    """The worker is gone at this point."""


async def killed() -> None:
    raise Killed


@pytest.fixture
def void(activities: PaymentActivities, money: OrderMoney) -> Callable[[], Awaitable[OrderPayment]]:
    return lambda: insist(activities.void_payment, money.void())


@pytest.fixture
def refund(
    activities: PaymentActivities, money: OrderMoney
) -> Callable[[], Awaitable[RefundResult]]:
    return lambda: insist(activities.refund_payment, money.refund())


@pytest.fixture(params=["create_customer", "attach", "authorize"])
def call(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=["before", "after"])
def void_around_a_call(
    request: pytest.FixtureRequest,
    interposed: Interposed,
    call: str,
    void: Callable[[], Awaitable[OrderPayment]],
) -> None:
    getattr(interposed, request.param)[call] = void


class TestVoidThatOvertakesTheAuthorization:
    async def test_keeps_it_from_asking_stripe_when_it_comes_first(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        assert plain(await activities.void_payment(money.void())) == NOTHING
        await bank.fail("error_before", "/v1/*", times=99)
        with pytest.raises(StepUndone):
            await activities.authorize_payment(money.authorize())
        assert plain(await activities.void_payment(money.void())) == NOTHING

    @pytest.mark.usefixtures("void_around_a_call")
    async def test_wins_around_each_call(
        self, slow_activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        with pytest.raises(StepUndone):
            await insist(slow_activities.authorize_payment, money.authorize())
        assert await bank.standing(money.order_id) == (0, 0, 0)
        assert plain(await slow_activities.void_payment(money.void())) == NOTHING

    async def test_wins_while_the_request_is_under_way(
        self,
        activities: PaymentActivities,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        """The request begins at Stripe, takes its time, and has its effect after the void began."""
        await bank.fail("latency", "/v1/payment_intents", milliseconds=300)
        authorization = asyncio.create_task(insist(activities.authorize_payment, money.authorize()))
        await bank.has_used_up_its_faults()
        assert plain(await void()) == NOTHING
        with pytest.raises(StepUndone):
            await authorization
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_comes_to_nothing_when_the_worker_dies_before_it_asked(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        interposed.before["authorize"] = killed
        with pytest.raises(Killed):
            await slow_activities.authorize_payment(money.authorize())
        assert plain(await void()) == NOTHING
        assert await bank.movements(money.order_id) == []

    async def test_finds_the_hold_whose_answer_died_with_the_worker(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        interposed.after["authorize"] = killed
        with pytest.raises(Killed):
            await slow_activities.authorize_payment(money.authorize())
        assert plain(await void()) == NOTHING
        assert plain(await void()) == NOTHING
        assert await bank.movements(money.order_id) == [("authorized", 2_300), ("voided", 2_300)]

    async def test_needs_nobody_else_when_the_request_arrives_late(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        """The void is over, then the request reaches Stripe, and nobody is left to reverse it."""
        interposed.before["authorize"] = void
        with pytest.raises(WEATHER):
            await slow_activities.authorize_payment(money.authorize())
        assert await bank.movements(money.order_id) == []

    async def test_wins_when_the_card_is_declined_meanwhile(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        interposed.after["create_customer"] = void
        with pytest.raises(StepUndone):
            await slow_activities.authorize_payment(money.authorize("pm_card_visa_chargeDeclined"))
        assert plain(await void()) == NOTHING


class TestRefundThatOvertakesTheCapture:
    @pytest.fixture(autouse=True)
    async def held(self, activities: PaymentActivities, money: OrderMoney) -> None:
        await activities.authorize_payment(money.authorize())

    async def test_keeps_it_from_asking_stripe_when_it_comes_first(
        self, activities: PaymentActivities, bank: Bank, money: OrderMoney
    ) -> None:
        await activities.refund_payment(money.refund())
        await bank.fail("error_before", "/v1/*", times=99)
        with pytest.raises(StepUndone):
            await activities.capture_payment(money.capture())

    async def test_releases_the_hold_when_it_comes_before_the_call(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        refund: Callable[[], Awaitable[RefundResult]],
    ) -> None:
        interposed.before["capture"] = refund
        with pytest.raises(StepUndone):
            await slow_activities.capture_payment(money.capture())
        assert await bank.standing(money.order_id) == (0, 0, 0)

    async def test_gives_back_what_was_taken_when_it_comes_after_the_call(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        refund: Callable[[], Awaitable[RefundResult]],
    ) -> None:
        interposed.after["capture"] = refund
        with pytest.raises(StepUndone):
            await slow_activities.capture_payment(money.capture())
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        result = await refund()
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)

    async def test_is_made_up_for_by_the_capture_when_only_its_tombstone_is_there(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        payments: PaymentRepository,
        money: OrderMoney,
    ) -> None:
        """The refund's worker dies right after the tombstone; the capture reverses itself."""
        undo = money.refund()
        interposed.after["capture"] = partial(payments.bury, undo.undoes, by=undo.key)
        with pytest.raises(StepUndone):
            await slow_activities.capture_payment(money.capture())
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
        result = await slow_activities.refund_payment(undo)
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

    async def test_gives_back_what_was_taken_by_a_worker_that_died(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        refund: Callable[[], Awaitable[RefundResult]],
    ) -> None:
        interposed.after["capture"] = killed
        with pytest.raises(Killed):
            await slow_activities.capture_payment(money.capture())
        result = await refund()
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        with pytest.raises(StepUndone):
            await slow_activities.capture_payment(money.capture())
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)

    async def test_gives_back_what_was_taken_between_its_look_and_its_release(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        gateway: StripeGateway,
        payments: PaymentRepository,
        money: OrderMoney,
    ) -> None:
        payment = await payments.find(money.order_id)
        assert payment
        (attempt,) = payment.attempts
        assert attempt.intent_id
        interposed.before["cancel"] = partial(
            gateway.capture, attempt.intent_id, amount=money.amount, key="under way"
        )
        result = await slow_activities.refund_payment(money.refund())
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)

    async def test_is_a_void_too(
        self,
        slow_activities: PaymentActivities,
        interposed: Interposed,
        bank: Bank,
        money: OrderMoney,
        void: Callable[[], Awaitable[OrderPayment]],
    ) -> None:
        """A void undoes the authorization, so the capture has no tombstone and tells the truth."""
        interposed.after["capture"] = void
        assert plain(await slow_activities.capture_payment(money.capture())) == RETURNED
        assert await bank.standing(money.order_id) == (0, 2_300, 2_300)
