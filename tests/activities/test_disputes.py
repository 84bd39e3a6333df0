"""What a customer's bank took back: written once with its postings, and decided once."""

import pytest

from activities.disputes import DisputeActivities
from activities.payments import PaymentActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.disputes import DisputeRepository
from adapters.stripe.gateway import StripeGateway
from domain.disputes import Dispute, DisputeState, LookAtDispute
from domain.ledger import CUSTOMER, PLATFORM
from tests.support.bank import Bank
from tests.support.payments import Books, OrderMoney


@pytest.fixture
def disputes(payments_database: Database, gateway: StripeGateway) -> DisputeActivities:
    return DisputeActivities(DisputeRepository(payments_database), gateway)


@pytest.fixture(autouse=True)
async def taken(activities: PaymentActivities, money: OrderMoney) -> None:
    await activities.authorize_payment(money.authorize())
    await activities.capture_payment(money.capture())


async def look(disputes: DisputeActivities, dispute_id: str) -> Dispute:
    found = await disputes.record_dispute(LookAtDispute(dispute_id=dispute_id))
    assert found
    return found


class TestRecordDispute:
    async def test_posts_what_the_bank_took_back_once(
        self, disputes: DisputeActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        dispute_id = await bank.dispute(await bank.intent(money.order_id))
        found = await look(disputes, dispute_id)
        assert await look(disputes, dispute_id) == found
        assert (found.order_id, found.amount) == (money.order_id, money.amount)
        assert found.state is DisputeState.OPEN
        assert found.due_by
        assert await books.of(money) == {"disputes": 2_300, CUSTOMER: -2_300}

    @pytest.mark.parametrize(
        ("state", "stands"),
        [
            (DisputeState.WON, {"psp": 2_300, CUSTOMER: -2_300}),
            (DisputeState.LOST, {PLATFORM: 2_300, CUSTOMER: -2_300}),
        ],
    )
    @pytest.mark.parametrize("seen_before", [True, False])
    async def test_posts_the_decision_once_whether_or_not_it_was_seen_open(
        self,
        disputes: DisputeActivities,
        bank: Bank,
        books: Books,
        money: OrderMoney,
        state: DisputeState,
        stands: dict[str, int],
        seen_before: bool,
    ) -> None:
        dispute_id = await bank.dispute(await bank.intent(money.order_id))
        if seen_before:
            await look(disputes, dispute_id)
        await bank.decide(dispute_id, state)
        for _ in range(2):
            assert (await look(disputes, dispute_id)).state is state
        assert await books.of(money) == stands

    async def test_of_an_inquiry_takes_nothing(
        self, disputes: DisputeActivities, bank: Bank, books: Books, money: OrderMoney
    ) -> None:
        dispute_id = await bank.dispute(await bank.intent(money.order_id), inquiry=True)
        assert await disputes.record_dispute(LookAtDispute(dispute_id=dispute_id)) is None
        assert await books.of(money) == {"psp": 2_300, CUSTOMER: -2_300}
