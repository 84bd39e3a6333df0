"""An order that is cancelled with a fee: its row, its money, its event, and who compares them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest

from activities.ledger import LedgerActivities
from activities.orders import OrderActivities
from activities.payments import PaymentActivities
from adapters.postgres.engine import Database
from adapters.postgres.ordering.audit import OrderAudit
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.payments.audit import PaymentAudit
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.settlement import SettlementRepository
from adapters.settings import StripeSettings
from adapters.stripe.books import StripeBooks, open_books
from domain import ledger
from domain.casework import CloseCase, OpenCase, Resolution
from domain.differences import Kind
from domain.orders import Actor, Cancellation, OrderStatus, RecordPayment, step_key
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.progress import RecordCourier
from domain.reconciliation.comparison import compare
from domain.settlement import SettlePayment, of_work
from domain.stock import ReservationState
from domain.witnesses import Facts, Run
from tests.support.builders import usd
from tests.support.ordering import a_move, a_recorded_order, events_of
from tests.support.payments import Books, OrderMoney, plain, standing
from tests.support.under_way import COURIER

FEE = 2_000
ENDED = Cancellation(
    by=Actor.SUPPORT,
    code="cancelled_by_support",
    reason="The support cancelled the order; 20.00 USD of it are charged.",
    kept=usd(FEE),
)
UNTIL_CARRIED = (
    OrderStatus.RESERVED,
    OrderStatus.CONFIRMED,
    OrderStatus.ACCEPTED,
    OrderStatus.PREPARING,
    OrderStatus.READY,
    OrderStatus.PICKED_UP,
)


class Cancelled:
    """Carried already, and then cancelled: what the order's workflow does, step by step."""

    def __init__(self, orders: OrderRepository, money: OrderMoney) -> None:
        self._orders = orders
        self._does = OrderActivities(orders)
        self.money = money

    async def carried(self, payments: PaymentActivities) -> None:
        await payments.authorize_payment(self.money.authorize())
        for status in UNTIL_CARRIED:
            await self._orders.advance(a_move(self.money.order_id, status))
        courier = RecordCourier(order_id=self.money.order_id, key="courier", courier_id=COURIER)
        await self._does.record_courier(courier)
        await self.shows(await payments.capture_payment(self.money.capture()))

    async def ends(self, payment: OrderPayment) -> None:
        end = a_move(
            self.money.order_id,
            OrderStatus.CANCELLED,
            actor=Actor.SUPPORT,
            payment=payment,
            cancellation=ENDED,
        )
        await self._does.advance_order(end)

    async def shows(self, payment: OrderPayment) -> None:
        key = self.money.key(f"payment:{payment.version}")
        command = RecordPayment(order_id=self.money.order_id, key=key, payment=payment)
        await self._does.record_payment(command)


@pytest.fixture
async def cancelled(
    orders: OrderRepository, writings: WritingRepository, activities: PaymentActivities
) -> Cancelled:
    order = await a_recorded_order(orders, writings)
    money = OrderMoney(order_id=order.order_id, customer_id=order.customer_id)
    found = Cancelled(orders, money)
    await found.carried(activities)
    return found


@pytest.fixture
async def stripe_books(account: StripeSettings) -> AsyncIterator[StripeBooks]:
    books = open_books(account)
    yield books
    await books.close()


@pytest.fixture
def facts(ordering: Database, payments_database: Database, stripe_books: StripeBooks) -> Any:
    """What reconciliation finds of the order."""

    async def found(money: OrderMoney) -> Facts:
        [order] = await OrderAudit(ordering).find([money.order_id])
        [payment] = await PaymentAudit(payments_database).find([money.order_id])
        intents = {made.payment_intent_id for made in payment.attempts if made.payment_intent_id}
        return Facts(
            order_id=money.order_id,
            order=order,
            payment=payment,
            charges=[*await stripe_books.fetch(intents)],
            reservation=ReservationState.CONSUMED,
            run=Run.CLOSED,
        )

    return found


async def divide(database: Database, found: Facts) -> None:
    assert found.order
    shares = of_work(
        found.order.quote,
        restaurant_id=found.order.restaurant_id,
        has_cooked=True,
        rider=found.order.courier_id if found.order.was_carried else None,
    )
    settle = SettlePayment(
        order_id=found.order_id,
        key=step_key(found.order_id, "settle"),
        payer=ledger.CUSTOMER,
        shares=shares,
    )
    await LedgerActivities(SettlementRepository(database)).settle_payment(settle)


class TestCancelledWithAFee:
    async def test_agrees_everywhere_and_pays_who_worked(
        self,
        cancelled: Cancelled,
        activities: PaymentActivities,
        orders: OrderRepository,
        ordering: Database,
        payments_database: Database,
        books: Books,
        facts: Any,
    ) -> None:
        money = cancelled.money
        for _ in range(2):
            result = await activities.refund_payment(money.refund(keep=FEE))
        assert plain(result) == standing(
            PaymentStatus.PARTIALLY_REFUNDED,
            captured=2_300,
            refunded=300,
            refund=RefundStatus.PARTIAL,
        )
        await cancelled.ends(result.payment)
        await divide(payments_database, await facts(money))
        found = await facts(money)
        assert compare(found) == []
        assert await books.of(money) == {
            "psp": FEE,
            ledger.restaurant(found.order.restaurant_id): -1_700,
            ledger.courier(COURIER): -200,
            ledger.PLATFORM: -100,
        }
        order = await orders.find(money.order_id)
        assert order
        assert order.cancellation == ENDED
        [*_, event] = await events_of(ordering, money.order_id)
        assert event.order.cancellation == ENDED

    async def test_differs_where_it_was_never_divided(
        self, cancelled: Cancelled, activities: PaymentActivities, facts: Any
    ) -> None:
        result = await activities.refund_payment(cancelled.money.refund(keep=FEE))
        await cancelled.ends(result.payment)
        [difference] = compare(await facts(cancelled.money))
        assert difference.kind is Kind.UNSETTLED

    @pytest.mark.parametrize(
        ("kept", "kind"),
        [(FEE + 100, Kind.KEPT_WITHOUT_FOOD), (FEE - 100, Kind.KEPT_TOO_LITTLE)],
    )
    async def test_differs_where_another_sum_was_kept(
        self,
        cancelled: Cancelled,
        activities: PaymentActivities,
        payments_database: Database,
        facts: Any,
        kept: int,
        kind: Kind,
    ) -> None:
        result = await activities.refund_payment(cancelled.money.refund(keep=kept))
        await cancelled.ends(result.payment)
        await divide(payments_database, await facts(cancelled.money))
        [difference] = compare(await facts(cancelled.money))
        assert (difference.kind, difference.amount) == (kind, usd(100))


class TestPaidByHand:
    async def test_is_all_but_the_fee_also_where_stripe_never_heard_of_it(
        self,
        cancelled: Cancelled,
        payments_database: Database,
        books: Books,
    ) -> None:
        money = cancelled.money
        cases = CaseRepository(payments_database)
        key = money.key("refund")
        opening = OpenCase(
            order_id=money.order_id,
            key=key,
            amount=usd(2_300 - FEE),
            why="The payment service did not take the refund.",
            deadline=datetime(2027, 1, 7, tzinfo=UTC),
        )
        await cases.open(opening)
        decision = CloseCase(
            order_id=money.order_id,
            key=key,
            resolution=Resolution.PAID_BY_HAND,
            by=COURIER,
            reference="transfer 1",
            keep=usd(FEE),
        )
        paid = await cases.close(decision)
        assert (paid.refunded, paid.refund_status) == (usd(300), RefundStatus.PARTIAL)
        assert await books.of(money) == {
            "psp": 2_300,
            ledger.BANK: -300,
            ledger.CUSTOMER: -FEE,
        }
