"""What a person decides about money that could not be given back: paid by hand, or waived."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.disputes import DisputeRepository
from adapters.postgres.payments.settlement import SettlementRepository
from domain.casework import CloseCase, OpenCase, Resolution
from domain.disputes import DisputeState
from domain.errors import RefundNotDue
from domain.ledger import BANK, CUSTOMER, PLATFORM, REFUNDS_DUE
from domain.money import Money
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.refunds import FindDue, RefundState
from domain.settlement import SettlePayment, Share
from tests.support.bank import Bank
from tests.support.payments import (
    NOTHING,
    RETURNED,
    TAKEN,
    WEATHER,
    Books,
    OrderMoney,
    plain,
    standing,
)
from tests.support.reconciling import a_dispute


class Desk:
    """Support staff, who have an order's cases."""

    def __init__(self, cases: CaseRepository, money: OrderMoney) -> None:
        self._cases = cases
        self._money = money

    async def opens(self, key: str) -> OrderPayment:
        case = OpenCase(
            order_id=self._money.order_id,
            key=key,
            amount=self._money.amount,
            why="The bank refuses it.",
            deadline=datetime.now(UTC),
        )
        return await self._cases.open(case)

    async def decides(
        self, key: str, resolution: Resolution, amount: Money | None = None
    ) -> OrderPayment:
        by_hand = resolution is Resolution.PAID_BY_HAND
        decision = CloseCase(
            order_id=self._money.order_id,
            key=key,
            resolution=resolution,
            by=uuid4(),
            reference="transfer 1" if by_hand else "",
            amount=amount,
        )
        return await self._cases.close(decision)


@pytest.fixture
def desk(payments_database: Database, money: OrderMoney) -> Desk:
    return Desk(CaseRepository(payments_database), money)


@pytest.fixture(autouse=True)
async def taken(activities: PaymentActivities, money: OrderMoney) -> None:
    await activities.authorize_payment(money.authorize())
    await activities.capture_payment(money.capture())


@pytest.fixture
async def dispute(bank: Bank, money: OrderMoney) -> str:
    """Stripe refuses every refund while it is open."""
    return await bank.dispute(await bank.intent(money.order_id))


class TestOfAWholeOrder:
    @pytest.fixture(autouse=True)
    async def due(
        self, activities: PaymentActivities, money: OrderMoney, dispute: str, desk: Desk
    ) -> None:
        assert dispute
        result = await activities.refund_payment(money.refund())
        assert result.state is RefundState.FAILED
        due = await desk.opens(money.refund().key)
        assert plain(due) == standing(
            PaymentStatus.CAPTURED, captured=2_300, refund=RefundStatus.DUE
        )

    async def test_paid_by_hand_is_never_made_at_stripe(
        self,
        activities: PaymentActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
        dispute: str,
        desk: Desk,
    ) -> None:
        for _ in range(2):
            paid = await desk.decides(money.refund().key, Resolution.PAID_BY_HAND)
            assert plain(paid) == RETURNED
        await bank.decide(dispute, "won")
        result = await activities.refund_payment(money.refund(2))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, RETURNED)
        assert await bank.standing(money.order_id) == (0, 2_300, 0)
        assert await books.of(money) == {"psp": 2_300, BANK: -2_300}

    async def test_waived_is_owed_no_more(
        self,
        activities: PaymentActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
        dispute: str,
        desk: Desk,
    ) -> None:
        assert plain(await desk.decides(money.refund().key, Resolution.WAIVED)) == TAKEN
        await bank.decide(dispute, "won")
        result = await activities.refund_payment(money.refund(2))
        assert (result.state, plain(result)) == (RefundState.SUCCEEDED, TAKEN)
        assert await bank.standing(money.order_id) == (0, 2_300, 0)
        assert await books.of(money) == {"psp": 2_300, PLATFORM: -2_300}


class TestOfAPart:
    async def test_paid_by_hand_leaves_the_rest_as_it_is(
        self,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
        dispute: str,
        desk: Desk,
    ) -> None:
        await refunds.refund_part(money.part(500))
        await refunds.refund_part(money.part(700, "another"))
        await desk.opens(money.part(500).key)
        paid = await desk.decides(money.part(500).key, Resolution.PAID_BY_HAND)
        assert paid.refunded.amount == 500
        await bank.decide(dispute, "won")
        assert (await refunds.refund_part(money.part(500, attempt=2))).state is (
            RefundState.SUCCEEDED
        )
        await refunds.refund_part(money.part(700, "another", attempt=2))
        assert await bank.standing(money.order_id) == (0, 2_300, 700)
        assert await books.of(money) == {"psp": 1_600, "customer": -1_100, BANK: -500}

    async def test_paid_by_hand_is_not_asked_for_by_a_worker_that_was_about_to(
        self, refunds: RefundActivities, bank: Bank, money: OrderMoney, desk: Desk
    ) -> None:
        await refunds.plan_refund(money.part(500))
        await desk.opens(money.part(500).key)
        await desk.decides(money.part(500).key, Resolution.PAID_BY_HAND)
        for attempt in (1, 2):
            result = await refunds.refund_part(money.part(500, attempt=attempt))
            assert result.state is RefundState.SUCCEEDED
        assert await bank.standing(money.order_id) == (0, 2_300, 0)

    async def test_waived_before_the_division_is_borne_by_nobody(
        self,
        refunds: RefundActivities,
        payments_database: Database,
        books: Books,
        money: OrderMoney,
        desk: Desk,
    ) -> None:
        part = money.part(500)
        await refunds.plan_refund(part)
        await desk.opens(part.key)
        await desk.decides(part.key, Resolution.WAIVED)
        share = Share(account=part.liable_account, amount=Money(1_700, "USD"))
        division = SettlePayment(
            order_id=money.order_id, key=money.key("settle"), payer=CUSTOMER, shares=[share]
        )
        await SettlementRepository(payments_database).settle(division)
        assert await books.of(money) == {"psp": 2_300, share.account: -1_700, PLATFORM: -600}

    @pytest.mark.parametrize("is_promised_before", [True, False])
    async def test_waived_after_the_division_is_borne_by_nobody(
        self,
        refunds: RefundActivities,
        payments_database: Database,
        books: Books,
        money: OrderMoney,
        desk: Desk,
        is_promised_before: bool,
    ) -> None:
        part = money.part(500)
        share = Share(account=part.liable_account, amount=Money(1_700, "USD"))
        division = SettlePayment(
            order_id=money.order_id, key=money.key("settle"), payer=CUSTOMER, shares=[share]
        )
        if is_promised_before:
            await refunds.plan_refund(part)
        await SettlementRepository(payments_database).settle(division)
        await refunds.plan_refund(part)
        await desk.opens(part.key)
        await desk.decides(part.key, Resolution.WAIVED)
        assert await books.of(money) == {"psp": 2_300, share.account: -1_700, PLATFORM: -600}


class TestOfARefundThatIsOnItsWay:
    async def test_is_refused(
        self, activities: PaymentActivities, refunds: RefundActivities, payments_database: Database
    ) -> None:
        money = OrderMoney()
        await activities.authorize_payment(money.authorize("pm_card_pendingRefund"))
        await activities.capture_payment(money.capture())
        await refunds.refund_part(money.part(500))
        desk = Desk(CaseRepository(payments_database), money)
        await desk.opens(money.part(500).key)
        with pytest.raises(RefundNotDue):
            await desk.decides(money.part(500).key, Resolution.PAID_BY_HAND)


class TestOfMoneyThatIsHeld:
    async def test_has_nothing_to_pay(
        self, activities: PaymentActivities, payments_database: Database
    ) -> None:
        money = OrderMoney()
        await activities.authorize_payment(money.authorize())
        desk = Desk(CaseRepository(payments_database), money)
        await desk.opens(money.void().key)
        with pytest.raises(RefundNotDue, match="Nothing was taken"):
            await desk.decides(money.void().key, Resolution.PAID_BY_HAND)
        await desk.decides(money.void().key, Resolution.WAIVED)
        assert plain(await activities.void_payment(money.void())) == NOTHING


class TestOfADisputedCharge:
    """Which the customer has once already, through their bank."""

    @pytest.mark.parametrize("state", DisputeState)
    async def test_is_paid_by_hand_only_once_it_is_won(
        self,
        refunds: RefundActivities,
        payments_database: Database,
        money: OrderMoney,
        dispute: str,
        desk: Desk,
        state: DisputeState,
    ) -> None:
        part = money.part(500)
        await refunds.refund_part(part)
        await desk.opens(part.key)
        made = replace(a_dispute(money.order_id, state), dispute_id=dispute, amount=money.amount)
        await DisputeRepository(payments_database).record(made)
        if state is DisputeState.WON:
            paid = await desk.decides(part.key, Resolution.PAID_BY_HAND)
            assert paid.refunded == part.amount
            return
        with pytest.raises(RefundNotDue, match="The customer's bank took money"):
            await desk.decides(part.key, Resolution.PAID_BY_HAND)
        assert plain(await desk.decides(part.key, Resolution.WAIVED)) == TAKEN


class TestOfWhatIsDueNow:
    """And not of what was, when the order was paid, or its case was opened."""

    async def test_an_undo_is_of_what_support_did_not_give_back(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
        desk: Desk,
    ) -> None:
        await refunds.refund_part(money.part(2_000))
        await bank.dispute(await bank.intent(money.order_id))
        await activities.refund_payment(money.refund())
        undo = money.refund().key
        await desk.opens(undo)
        due = await refunds.find_due(due_of(money, undo))
        assert due == Money(300, "USD")
        for resolution in (Resolution.PAID_BY_HAND, Resolution.WAIVED):
            with pytest.raises(RefundNotDue, match=r"^3\.00 USD .* now, and not 23\.00 USD"):
                await desk.decides(undo, resolution, money.amount)
        assert plain(await desk.decides(undo, Resolution.PAID_BY_HAND, due)) == RETURNED
        assert await books.of(money) == {"psp": 300, BANK: -300}

    async def test_an_undo_leaves_a_part_to_the_case_that_the_part_has(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        books: Books,
        money: OrderMoney,
        dispute: str,
        desk: Desk,
    ) -> None:
        assert dispute
        part, undo = money.part(500).key, money.refund().key
        await refunds.refund_part(money.part(500))
        await desk.opens(part)
        await activities.refund_payment(money.refund())
        await desk.opens(undo)
        dues = [await refunds.find_due(due_of(money, key)) for key in (undo, part)]
        assert dues == [Money(1_800, "USD"), Money(500, "USD")]
        await desk.decides(undo, Resolution.PAID_BY_HAND, dues[0])
        assert await books.of(money) == {"psp": 2_300, BANK: -1_800, REFUNDS_DUE: -500}
        for _ in range(2):
            assert plain(await desk.decides(part, Resolution.PAID_BY_HAND, dues[1])) == RETURNED
        assert await books.of(money) == {"psp": 2_300, BANK: -2_300}

    async def test_what_stripe_made_after_all_is_not_paid_again(
        self,
        activities: PaymentActivities,
        refunds: RefundActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
        desk: Desk,
    ) -> None:
        """Its answer was lost, and somebody looked before they decided."""
        await bank.fail("error_after", "/v1/refunds")
        with pytest.raises(WEATHER):
            await refunds.refund_part(money.part(500))
        part = money.part(500).key
        await desk.opens(part)
        looked = await activities.refresh_payment(money.refresh())
        assert looked.refunded == Money(500, "USD")
        for resolution in (Resolution.PAID_BY_HAND, Resolution.WAIVED):
            with pytest.raises(RefundNotDue, match="Nothing of it is owed any more"):
                await desk.decides(part, resolution)
        assert await books.of(money) == {"psp": 1_800, "customer": -1_800}


def due_of(money: OrderMoney, key: str) -> FindDue:
    return FindDue(order_id=money.order_id, key=key, held=money.amount)
