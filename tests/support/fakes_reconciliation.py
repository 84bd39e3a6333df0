"""A small world that reconciliation looks at and mends, under the names of the real activities."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.worker import Worker

from domain.audit import (
    ChargesPage,
    FindOrders,
    ListCharges,
    ListOrders,
    ListOwed,
    LookAtMoney,
    LookAtWorkflows,
    MoneyFound,
    OrdersFound,
    PlacedOrder,
    PostMissing,
    Reservation,
    Stage,
    Tally,
    WorkflowFound,
)
from domain.casework import CloseCase, OpenCase
from domain.disputes import LookAtDispute
from domain.ledger import CUSTOMER
from domain.orders import AdvanceOrder, RecordPayment
from domain.payments import OrderPayment, RefreshPayment
from domain.refunds import OweMoney
from domain.settlement import SettlePayment, entries_of
from domain.stock import ConsumeStock, ReleaseStock, ReservationState
from domain.witnesses import Facts, Run
from tests.support.reconciling import NOW, a_case
from workers.interceptors import Activities
from workflows.order import workflow_id
from workflows.policies import ORDERS, PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow


@workflow.defn(name="RefundWorkflow", sandboxed=False)
class FakeRefund:
    """Runs until the test ends, as one does that waits for the bank."""

    @workflow.run
    async def run(self, owed: OweMoney) -> None:  # noqa: ARG002 - The real one's input.
        await workflow.wait_condition(lambda: False)


@workflow.defn(name="DisputeWorkflow", sandboxed=False)
class FakeDispute:
    @workflow.run
    async def run(self, look: LookAtDispute) -> None:
        """Ends at once, as of a dispute that the bank has decided."""


class World:
    """`orders` is what is true now; `after_look` may change it between two looks."""

    def __init__(self) -> None:
        self.orders: dict[UUID, Facts] = {}
        self.running: set[str] = set()
        self.done: list[tuple[str, Any]] = []
        self.looks = 0
        self.after_look: dict[int, Callable[[], None]] = {}
        # What a repair does not mend, however often it is tried.
        self.stubborn: set[str] = set()
        self.published: list[Tally] = []

    def add(self, *orders: Facts) -> None:
        for facts in orders:
            self.orders[facts.order_id] = facts
            if facts.run is Run.RUNNING:
                self.running.add(workflow_id(facts.order_id))

    def change(self, order_id: UUID, **changed: Any) -> None:
        self.orders[order_id] = replace(self.orders[order_id], **changed)

    def count(self, name: str) -> int:
        return [done for done, _ in self.done].count(name)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.done]

    @property
    def of_orders(self) -> list[Callable[..., Any]]:
        return [
            self.list_orders,
            self.find_orders,
            self.record_payment,
            self.advance_order,
            self.release_stock,
            self.consume_stock,
        ]

    @property
    def of_payments(self) -> list[Callable[..., Any]]:
        return [
            self.list_owed,
            self.list_charges,
            self.look_at_money,
            self.look_at_workflows,
            self.refresh_payment,
            self.post_missing,
            self.settle_payment,
            self.open_case,
            self.close_case,
            self.publish_reconciliation,
        ]

    def _mend(self, name: str, command: Any, **changed: Any) -> None:
        self.done.append((name, command))
        if name not in self.stubborn:
            self.change(command.order_id, **changed)

    # What is looked at.

    @activity.defn
    async def list_orders(self, query: ListOrders) -> list[PlacedOrder]:
        rows = sorted(facts.order_id for facts in self.orders.values() if facts.order)
        if query.stage is not Stage.RECENT:
            rows = []
        after = [each for each in rows if not query.after.order_id or each > query.after.order_id]
        return [PlacedOrder(order_id=each, placed_at=NOW) for each in after[: query.limit]]

    @activity.defn
    async def find_orders(self, query: FindOrders) -> OrdersFound:
        found = self._found(query.order_ids)
        return OrdersFound(
            orders=[facts.order for facts in found if facts.order],
            reservations=[
                Reservation(order_id=facts.order_id, state=facts.reservation)
                for facts in found
                if facts.reservation
            ],
        )

    @activity.defn
    async def list_owed(self, query: ListOwed) -> list[UUID]:
        owed = sorted(
            facts.order_id
            for facts in self.orders.values()
            if any(case.resolved_at is None for case in facts.cases)
        )
        return [each for each in owed if not query.after or each > query.after][: query.limit]

    @activity.defn
    async def list_charges(self, query: ListCharges) -> ChargesPage:  # noqa: ARG002 - As it is.
        charges = [charge for facts in self.orders.values() for charge in facts.charges]
        return ChargesPage(
            order_ids=[charge.order_id for charge in charges if charge.order_id],
            strangers=[charge for charge in charges if charge.order_id is None],
            after=None,
        )

    @activity.defn
    async def look_at_money(self, query: LookAtMoney) -> MoneyFound:
        found = self._found(query.order_ids)
        return MoneyFound(
            payments=[facts.payment for facts in found if facts.payment],
            cases=[case for facts in found for case in facts.cases],
            charges=[charge for facts in found for charge in facts.charges],
        )

    @activity.defn
    async def look_at_workflows(self, query: LookAtWorkflows) -> list[WorkflowFound]:
        running = [each for each in query.workflow_ids if each in self.running]
        self.looks += 1
        self.after_look.pop(self.looks, lambda: None)()
        return [WorkflowFound(workflow_id=each, run=Run.RUNNING) for each in running]

    def _found(self, order_ids: list[UUID]) -> list[Facts]:
        return [self.orders[each] for each in order_ids if each in self.orders]

    # What mends it.

    @activity.defn
    async def record_payment(self, command: RecordPayment) -> None:
        order = self.orders[command.order_id].order
        assert order
        self._mend("record_payment", command, order=replace(order, payment=command.payment))

    @activity.defn
    async def advance_order(self, command: AdvanceOrder) -> None:
        order = self.orders[command.order_id].order
        assert order
        self._mend("advance_order", command, order=replace(order, status=command.status))

    @activity.defn
    async def release_stock(self, command: ReleaseStock) -> None:
        self._mend("release_stock", command, reservation=ReservationState.RELEASED)

    @activity.defn
    async def consume_stock(self, command: ConsumeStock) -> None:
        self._mend("consume_stock", command, reservation=ReservationState.CONSUMED)

    @activity.defn
    async def refresh_payment(self, command: RefreshPayment) -> OrderPayment:
        self.done.append(("refresh_payment", command))
        payment = self.orders[command.order_id].payment
        assert payment
        return payment.payment

    @activity.defn
    async def post_missing(self, command: PostMissing) -> None:
        self.done.append(("post_missing", command))

    @activity.defn
    async def settle_payment(self, command: SettlePayment) -> None:
        payment = self.orders[command.order_id].payment
        assert payment
        ledger = Counter(payment.ledger)
        if kept := -ledger[CUSTOMER]:
            ledger.update(entries_of(command.shares, kept=kept, refunds={}))
        settled = replace(payment, is_settled=True, ledger=dict(ledger))
        self._mend("settle_payment", command, payment=settled)

    @activity.defn
    async def open_case(self, command: OpenCase) -> OrderPayment:
        case = a_case(command.order_id, command.key)
        facts = self.orders[command.order_id]
        self._mend("open_case", command, cases=[*facts.cases, case])
        return OrderPayment.pending(command.amount.currency)

    @activity.defn
    async def close_case(self, command: CloseCase) -> OrderPayment:
        closed = a_case(command.order_id, command.key, resolution=command.resolution)
        self._mend("close_case", command, cases=[closed])
        return OrderPayment.pending("USD")

    @activity.defn
    async def publish_reconciliation(self, tally: Tally) -> None:
        self.published.append(tally)


@asynccontextmanager
async def reconciling(client: Client) -> AsyncIterator[World]:
    """A world; meanwhile workers run what it does."""
    world = World()
    async with AsyncExitStack() as workers:
        for queue, workflows, does in (
            (ORDERS, [], world.of_orders),
            (PAYMENTS, [ReconciliationWorkflow, FakeRefund, FakeDispute], world.of_payments),
        ):
            worker = Worker(
                client,
                task_queue=queue,
                workflows=workflows,
                activities=does,
                interceptors=[Activities()],
            )
            await workers.enter_async_context(worker)
        yield world
