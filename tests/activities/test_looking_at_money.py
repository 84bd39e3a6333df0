"""What reconciliation reads of the money of single orders, at the sandbox and in the database."""

from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from stripe import HTTPXClient

from activities.payments import PaymentActivities
from activities.reconciliation import MoneyAuditActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.audit import PaymentAudit
from adapters.settings import StripeSettings
from adapters.stripe.books import StripeBooks
from adapters.stripe.gateway import client_of
from domain.audit import LookAtMoney
from domain.witnesses import ChargeRecord
from tests.support.bank import Bank
from tests.support.payments import WEATHER, OrderMoney


class Books(StripeBooks):
    """The real ones, which remember whose lists were read."""

    read: list[str]

    async def of_customers(self, customers: Collection[str], since: datetime) -> list[ChargeRecord]:
        self.read += customers
        return await super().of_customers(customers, since)


@pytest_asyncio.fixture
async def stripe_books(account: StripeSettings) -> AsyncIterator[Books]:
    transport = HTTPXClient(timeout=account.timeout.total_seconds())
    books = Books(client_of(account, transport), transport)
    books.read = []
    yield books
    await books.close()


@pytest.fixture
def looking(payments_database: Database, stripe_books: Books) -> MoneyAuditActivities:
    return MoneyAuditActivities(PaymentAudit(payments_database), stripe_books)


def a_look_at(money: OrderMoney) -> LookAtMoney:
    return LookAtMoney(order_ids=[money.order_id], since=datetime.now(UTC) - timedelta(hours=1))


class TestLookAtMoney:
    async def test_reads_no_other_order_of_a_customer_whose_charges_are_known(
        self,
        looking: MoneyAuditActivities,
        stripe_books: Books,
        activities: PaymentActivities,
        money: OrderMoney,
    ) -> None:
        await activities.authorize_payment(money.authorize())

        found = await looking.look_at_money(a_look_at(money))

        assert [(charge.order_id, charge.held) for charge in found.charges] == [
            (money.order_id, 2_300)
        ]
        assert stripe_books.read == []

    async def test_seeks_a_charge_whose_answer_was_not_heard(
        self,
        looking: MoneyAuditActivities,
        stripe_books: Books,
        activities: PaymentActivities,
        money: OrderMoney,
        bank: Bank,
    ) -> None:
        await bank.fail("reset_after", "/v1/payment_intents")
        with pytest.raises(WEATHER):
            await activities.authorize_payment(money.authorize())

        found = await looking.look_at_money(a_look_at(money))

        assert [(charge.order_id, charge.held) for charge in found.charges] == [
            (money.order_id, 2_300)
        ]
        assert len(stripe_books.read) == 1
