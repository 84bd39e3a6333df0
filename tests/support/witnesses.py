"""Asks everybody who knows something of an order: the tables, the ledger, Kafka and the engine.

By its own SQL and not by the repositories, which are part of what is looked at.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import DictRow
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus

from adapters.kafka.codec import decode
from adapters.kafka.topics import ORDERS
from domain.money import Money
from domain.orders import OrderStatus
from domain.progress import OrderOutcome
from infra.demo.invariants import OrderFacts as Seen
from infra.demo.invariants import Portions
from infra.demo.orders import OrderView
from infra.demo.sandbox import Balance, Sandbox
from tests.support.facts import Facts, OrderFacts, Run, Sent
from tests.support.topics import records_in
from workflows.order import workflow_id
from workflows.search_attributes import ORDER_STATUS

_ORDERS = """
SELECT o.*, r.state AS reservation, p.authorized AS held, p.captured AS taken,
       p.refunded AS given_back, p.order_id IS NOT NULL AS has_payment
FROM ordering.orders o
LEFT JOIN catalog.reservations r ON r.order_id = o.id
LEFT JOIN payments.payments p ON p.order_id = o.id
WHERE o.id = ANY(%s)
"""
_TIMELINE = """
SELECT order_id, sequence, event FROM ordering.timeline WHERE order_id = ANY(%s) ORDER BY sequence
"""
_TOLD = "SELECT order_id, type, audience FROM notifications.notifications WHERE order_id = ANY(%s)"
_DISHES = """
SELECT i.id, i.stock,
       coalesce(sum(l.quantity) FILTER (WHERE r.state IN ('held', 'consumed')), 0) AS held
FROM catalog.menu_items i
LEFT JOIN catalog.reservation_lines l ON l.menu_item_id = i.id
LEFT JOIN catalog.reservations r ON r.order_id = l.order_id
WHERE i.id = ANY(%s) GROUP BY i.id
"""
_UNPUBLISHED = "SELECT count(*) FROM ordering.outbox WHERE published_at IS NULL"
_OWED = "WorkflowType = 'RefundWorkflow' AND ExecutionStatus = 'Running'"


@dataclass(frozen=True, kw_only=True)
class Witnesses:
    """`closed` remembers workflows that ended: they change no more, also once forgotten."""

    postgres: AsyncConnection[DictRow]
    temporal: Client
    sandbox: Sandbox
    kafka: str
    closed: dict[str, Run] = field(default_factory=dict)

    async def facts(
        self, promised: Mapping[str, Iterable[UUID]], stocked: Mapping[UUID, int]
    ) -> Facts:
        ids = [*{order_id for ids in promised.values() for order_id in ids}]
        return Facts(
            promised={key: frozenset(ids) for key, ids in promised.items()},
            orders=await self._orders(ids),
            stocked={
                str(item): Portions(dish=str(item), left=left, held=0)
                for item, left in stocked.items()
            },
            stock={
                str(row["id"]): Portions(dish=str(row["id"]), left=row["stock"], held=row["held"])
                for row in await self._rows(_DISHES, [*stocked])
            },
            unpublished=await self.unpublished(),
            owed=[refund.id async for refund in self.temporal.list_workflows(_OWED)],
        )

    async def unpublished(self) -> int:
        """How many events wait for Kafka."""
        [row] = await self._rows(_UNPUBLISHED)
        count: int = row["count"]
        return count

    async def _orders(self, ids: list[UUID]) -> list[OrderFacts]:
        rows = await self._rows(_ORDERS, ids)
        timeline = _by_order(await self._rows(_TIMELINE, ids))
        told = _by_order(await self._rows(_TOLD, ids))
        events = await self.events()
        ledger = await self.sandbox.every_entry()
        runs = await self._runs()
        return [
            OrderFacts(
                seen=Seen(
                    view=_view_of(row),
                    entries=ledger.get(str(row["id"]), []),
                    statuses=_statuses_in(timeline[row["id"]]),
                ),
                refund_status=row["refund_status"],
                sequences=[entry["sequence"] for entry in timeline[row["id"]]],
                payment=_payment_of(row),
                events=events.get(row["id"], []),
                told=[(each["type"], each["audience"]) for each in told[row["id"]]],
                reservation=row["reservation"],
                run=runs.get(row["run_id"]),
            )
            for row in rows
        ]

    async def events(self) -> dict[UUID, list[Sent]]:
        """What is in Kafka: by order, in Kafka's order."""
        sent = defaultdict[UUID, list[Sent]](list)
        for record in await records_in(self.kafka, ORDERS.name):
            event = decode(ORDERS, record.value or b"")
            sent[event.aggregate_id].append(
                Sent(event_id=event.event_id, type=event.type, version=event.aggregate_version)
            )
        return sent

    async def count(self, order_id: str) -> int:
        """How many workflows the order has, open or closed."""
        query = f"WorkflowId = '{workflow_id(UUID(order_id))}'"
        return (await self.temporal.count_workflows(query)).count

    async def _runs(self) -> dict[str, Run]:
        """By run id."""
        listed = self.temporal.list_workflows("WorkflowType = 'OrderWorkflow'", page_size=1_000)
        found = {each.run_id: await self._run(each) async for each in listed}
        return self.closed | found

    async def _run(self, listed: WorkflowExecution) -> Run:
        if listed.run_id in self.closed:
            return self.closed[listed.run_id]
        assert listed.status is not None
        run = Run(status=listed.status.name, shown=listed.typed_search_attributes[ORDER_STATUS])
        if listed.status is not WorkflowExecutionStatus.COMPLETED:
            return run
        handle = self.temporal.get_workflow_handle(
            listed.id, run_id=listed.run_id, result_type=OrderOutcome
        )
        outcome = await handle.result()
        self.closed[listed.run_id] = Run(
            status=run.status, shown=run.shown, outcome=outcome.status, refund=outcome.refund_status
        )
        return self.closed[listed.run_id]

    async def _rows(self, query: str, ids: list[UUID] | None = None) -> list[dict[str, Any]]:
        cursor = await self.postgres.execute(query, None if ids is None else (ids,))
        return await cursor.fetchall()


def _view_of(row: dict[str, Any]) -> OrderView:
    """As REST would show it."""
    return OrderView(
        id=str(row["id"]),
        status=OrderStatus(row["status"]),
        total=Money(row["total"], row["currency"]),
        held=row["authorized"],
        taken=row["captured"],
        given_back=row["refunded"],
        why=row["cancellation_reason"],
        kept=row["kept"] or 0,
    )


def _payment_of(row: dict[str, Any]) -> Balance | None:
    if not row["has_payment"]:
        return None
    return Balance(row["held"], row["taken"], row["given_back"])


def _statuses_in(timeline: Iterable[dict[str, Any]]) -> list[OrderStatus]:
    events = [entry["event"] for entry in timeline]
    return [
        OrderStatus(event.removeprefix("order_")) for event in events if event.startswith("order_")
    ]


def _by_order(rows: Iterable[dict[str, Any]]) -> dict[UUID, list[dict[str, Any]]]:
    found = defaultdict[UUID, list[dict[str, Any]]](list)
    for row in rows:
        found[row["order_id"]].append(row)
    return found
