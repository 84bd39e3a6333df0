"""The real servers and queue workers, with orders that were put there quickly, in any state.

Orders that have ended need no workflow any more: their rows are written by the repositories, and
their money is moved by the activities, at the same sandbox. The API does not run here, so every
webhook of the sandbox is lost.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from pydantic import SecretStr
from stripe import HTTPXClient, StripeClient
from temporalio.client import Client, WorkflowHandle

from activities.payments import PaymentActivities
from activities.refunds import RefundActivities
from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.settlement import SettlementRepository
from adapters.settings import StripeSettings, TemporalSettings
from adapters.stripe.gateway import client_of, connect
from adapters.temporal import connect as connect_to_temporal
from domain import ledger, settlement
from domain.audit import Reconcile, Tally
from domain.orders import OrderLine, OrderStatus, PlaceOrder, RecordPayment
from domain.settlement import SettlePayment
from domain.stock import ConsumeStock, ReleaseStock, ReserveStock
from infra.stack.settings import StackSettings
from infra.stack.stack import Stack
from tests.support.builders import an_order
from tests.support.kitchens import Kitchen, a_kitchen
from tests.support.ordering import a_move, a_recorded_order, some_particulars
from tests.support.payments import OrderMoney
from tests.support.polling import seen
from tests.support.servers import open_data_dir
from workflows.order import workflow_id
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow
from workflows.start import start_order

# So long a difference has to last, and so long a repair may take: seconds.
GRACE = 4
_TO_THE_DOOR = (
    OrderStatus.ACCEPTED,
    OrderStatus.PREPARING,
    OrderStatus.READY,
    OrderStatus.PICKED_UP,
    OrderStatus.DELIVERED,
)


@dataclass(frozen=True, kw_only=True)
class House:
    stack: Stack
    temporal: Client
    admin: AsyncConnection[DictRow]
    sandbox: httpx.AsyncClient
    orders: OrderRepository
    writings: WritingRepository
    stock: StockRepository
    payments: PaymentActivities
    refunds: RefundActivities
    cases: CaseRepository
    settlements: SettlementRepository
    stripe: StripeClient
    kitchen: Kitchen
    # One connection has one transaction at a time.
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    # Orders, each in a state of its own.

    async def confirmed(self, **given: Any) -> OrderMoney:
        """One whose row and money are there, and that has no workflow."""
        order = await a_recorded_order(self.orders, self.writings, **self._order(**given))
        money = OrderMoney(order_id=order.order_id, customer_id=order.customer_id)
        await self.stock.reserve(ReserveStock.of(order))
        await self.orders.advance(a_move(order.order_id, OrderStatus.RESERVED))
        held = await self.payments.authorize_payment(money.authorize())
        await self.orders.advance(
            a_move(order.order_id, OrderStatus.CONFIRMED, payment=held.payment)
        )
        return money

    async def accepted(self) -> OrderMoney:
        money = await self.confirmed()
        await self.orders.advance(a_move(money.order_id, OrderStatus.ACCEPTED))
        await self._take(money)
        return money

    async def delivered(self, *, settled: bool = True) -> OrderMoney:
        money = await self.accepted()
        await self.stock.consume(ConsumeStock(order_id=money.order_id))
        for status in _TO_THE_DOOR[1:]:
            await self.orders.advance(a_move(money.order_id, status))
        await self._execute(
            "UPDATE ordering.orders SET courier_id = %s WHERE id = %s", uuid4(), money.order_id
        )
        if settled:
            await self.settle(money)
        return money

    async def delivered_for_nothing(self) -> OrderMoney:
        money = await self.confirmed()
        await self._record(money, await self.payments.void_payment(money.void()))
        await self.stock.consume(ConsumeStock(order_id=money.order_id))
        for status in _TO_THE_DOOR:
            await self.orders.advance(a_move(money.order_id, status))
        return money

    async def partly_refunded(self) -> OrderMoney:
        money = await self.delivered()
        result = await self.refunds.refund_part(money.part(300))
        await self._record(money, result.payment)
        return money

    async def rejected(self) -> OrderMoney:
        money = await self.confirmed()
        await self._end(money, OrderStatus.REJECTED)
        await self._record(money, await self.payments.void_payment(money.void()))
        return money

    async def cancelled(self) -> OrderMoney:
        """After its money was taken; the customer has all of it back."""
        money = await self.accepted()
        await self._end(money, OrderStatus.CANCELLED)
        result = await self.payments.refund_payment(money.refund())
        await self._record(money, result.payment)
        return money

    async def never_paid(self) -> OrderMoney:
        order = await a_recorded_order(self.orders, self.writings, **self._order())
        money = OrderMoney(order_id=order.order_id, customer_id=order.customer_id)
        await self._end(money, OrderStatus.CANCELLED)
        return money

    async def ended_with_its_money(self, *, taken: bool) -> OrderMoney:
        """Nobody gave it back."""
        money = await (self.accepted() if taken else self.confirmed())
        await self._end(money, OrderStatus.CANCELLED)
        return money

    async def running(self, *statuses: str, **given: Any) -> PlaceOrder:
        """One with a workflow of its own, once its row has one of the statuses."""
        order = an_order(**self._order(**given))
        particulars = some_particulars(lines=len(order.lines))
        await self.writings.keep_particulars(order.order_id, order.request_hash, particulars)
        await start_order(self.temporal, order, customer_key="k")
        await self.has_become(order.order_id, *statuses)
        return order

    async def settle(self, money: OrderMoney) -> None:
        row = await self.row(money.order_id)
        order = await self.orders.find(money.order_id)
        assert order
        shares = settlement.delivered(
            order.quote, restaurant_id=row["restaurant_id"], courier_id=row["courier_id"]
        )
        await self.settlements.settle(
            SettlePayment(
                order_id=money.order_id,
                key=money.key("settle"),
                payer=ledger.CUSTOMER,
                shares=shares,
            )
        )

    # What is there.

    def order_of(self, order_id: UUID) -> WorkflowHandle[Any, Any]:
        return self.temporal.get_workflow_handle(workflow_id(order_id))

    async def row(self, order_id: UUID) -> DictRow:
        [row] = await self.select("SELECT * FROM ordering.orders WHERE id = %s", order_id)
        return row

    async def has_become(self, order_id: UUID, *statuses: str) -> None:
        async def status() -> str:
            query = "SELECT status FROM ordering.orders WHERE id = %s"
            rows = await self.select(query, order_id)
            return str(rows[0]["status"]) if rows else ""

        await seen(status, lambda found: found in statuses)

    async def intent_of(self, order_id: UUID) -> str:
        """The PaymentIntent of the order's only attempt, as soon as it is known."""

        async def intent() -> str | None:
            query = "SELECT payment_intent_id FROM payments.authorizations WHERE order_id = %s"
            rows = await self.select(query, order_id)
            return rows[0]["payment_intent_id"] if rows else None

        return str(await seen(intent, bool))

    async def select(self, query: str, *values: object) -> list[DictRow]:
        return await (await self.admin.execute(query, values)).fetchall()

    async def break_rules(self, order_id: UUID, *statements: str) -> None:
        """Change what nobody may change of an order: triggers and references look away."""
        async with self.writing, self.admin.transaction():
            await self.admin.execute("SET LOCAL session_replication_role = replica")
            for statement in statements:
                await self.admin.execute(statement, (order_id,))

    # What people and banks do past us.

    async def control(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.sandbox.post(path, json=body)
        found: dict[str, Any] = answer.raise_for_status().json()
        return found

    async def reconcile(self, *orders: UUID) -> Tally:
        """Everything, or these orders."""
        return await self.temporal.execute_workflow(
            ReconciliationWorkflow.run,
            Reconcile(orders=[*orders], grace_seconds=GRACE),
            id=f"reconciliation-by-test-{uuid4()}",
            task_queue=PAYMENTS,
        )

    def _order(self, **given: Any) -> dict[str, Any]:
        [dish] = self.kitchen.dishes
        line = OrderLine(
            menu_item_id=dish.menu_item_id, name=dish.name, quantity=2, unit_price=dish.price
        )
        return {"restaurant_id": self.kitchen.restaurant.restaurant_id, "lines": [line], **given}

    async def _take(self, money: OrderMoney) -> None:
        await self._record(money, await self.payments.capture_payment(money.capture()))

    async def _end(self, money: OrderMoney, status: OrderStatus) -> None:
        await self.stock.release(ReleaseStock(order_id=money.order_id))
        await self.orders.advance(a_move(money.order_id, status))

    async def _record(self, money: OrderMoney, payment: Any) -> None:
        await self.orders.record_payment(
            RecordPayment(
                order_id=money.order_id, key=f"by-test:{payment.version}", payment=payment
            )
        )

    async def _execute(self, statement: str, *values: object) -> None:
        await self.admin.execute(statement, values)


@asynccontextmanager
async def open_house() -> AsyncIterator[House]:
    with open_data_dir() as data_dir:
        async with Stack(StackSettings.isolated(data_dir)) as stack, AsyncExitStack() as exits:
            await stack.start(["orders", "payments", "delivery", "notifications"])
            yield await _furnished(stack, exits)


async def _furnished(stack: Stack, exits: AsyncExitStack) -> House:
    site = stack.site

    def database(context: str) -> Database:
        opened = Database(SecretStr(site.dsn(context)))
        exits.push_async_callback(opened.close)
        return opened

    settings = StripeSettings(
        secret_key=SecretStr(site.credentials.stripe_secret_key()), base_url=site.sandbox_url
    )
    gateway = connect(settings)
    exits.push_async_callback(gateway.close)
    transport = HTTPXClient(timeout=8)
    exits.push_async_callback(transport.close_async)
    ordering, catalog, payments = database("ordering"), database("catalog"), database("payments")
    admin = await AsyncConnection.connect(site.admin_dsn, autocommit=True, row_factory=dict_row)
    exits.push_async_callback(admin.close)
    repository = PaymentRepository(payments)
    return House(
        stack=stack,
        temporal=await connect_to_temporal(TemporalSettings(address=site.temporal_address)),
        admin=admin,
        sandbox=await exits.enter_async_context(
            httpx.AsyncClient(base_url=site.sandbox_url, timeout=30, trust_env=False)
        ),
        orders=OrderRepository(ordering),
        writings=WritingRepository(ordering),
        stock=StockRepository(catalog),
        payments=PaymentActivities(repository, gateway),
        refunds=RefundActivities(repository, gateway),
        cases=CaseRepository(payments),
        settlements=SettlementRepository(payments),
        stripe=client_of(settings, transport),
        kitchen=await a_kitchen(RestaurantRepository(catalog), [100_000]),
    )
