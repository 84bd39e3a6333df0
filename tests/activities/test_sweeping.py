"""What the sweep finds on Temporal's own server, beside orders that are in no trouble."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from prometheus_client import REGISTRY
from temporalio.client import Client, WorkflowHandle

from activities.sweeping import OfOrders, SweepActivities
from adapters.engine_lists import EngineLists
from adapters.postgres.engine import Database
from adapters.postgres.ordering.clocks import ClockRepository
from adapters.postgres.ordering.erasing import erase_writings
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.support.findings import FindingRepository
from adapters.settings import DatabaseSettings, WorkerSettings
from domain.findings import Finding, FindingKind, SweepFor
from domain.orders import OrderStatus
from tests.support.odd_workflows import Faulty, start
from tests.support.ordering import a_move, a_recorded_order
from tests.support.polling import seen
from tests.support.temporal import real_time
from workers.task_queue import TaskQueue, build
from workflows import delivery, order

# Else the server waits for five failures in a row, which takes it a minute.
SOON_REPORTED = (
    "--dynamic-config-value",
    "system.numConsecutiveWorkflowTaskProblemsToTriggerSearchAttribute=1",
)
# Every order is so far over its usual time.
EVERY_ORDER = SweepFor(grace_seconds=-timedelta(hours=2).total_seconds())
NO_ORDER = SweepFor(grace_seconds=timedelta(hours=2).total_seconds())
# Every order is that has a minute for its next step, and none that its kitchen has to answer.
CHECKOUTS = SweepFor(grace_seconds=-timedelta(minutes=3).total_seconds())


@dataclass(frozen=True, kw_only=True)
class Town:
    """Orders and their workflows, whom nobody serves, and the sweep over them."""

    client: Client
    ordering: Database
    orders: OrderRepository
    writings: WritingRepository
    sweeping: SweepActivities
    findings: FindingRepository

    async def an_order(self) -> UUID:
        return (await a_recorded_order(self.orders, self.writings)).order_id

    async def forgets_the_customer(self, order_id: UUID) -> None:
        order = await self.orders.find(order_id)
        assert order
        async with self.ordering.transaction() as session:
            await erase_writings(session, order.customer_id)

    async def runs(self, name: str, *, attention: str = "") -> WorkflowHandle[Any, Any]:
        handle = await start(
            self.client, "OrderWorkflow", name, queue="nobody", attention=attention
        )

        async def listed() -> int:
            return (await self.client.count_workflows(f"WorkflowId = '{name}'")).count

        await seen(listed, bool)
        return handle

    async def found(self, order_id: UUID, *, swept: SweepFor = EVERY_ORDER) -> list[Finding]:
        """Of the order, after a sweep: those that are there now."""
        await self.sweeping.sweep(swept)
        return [each for each in await self.findings.of_order(order_id) if each.until is None]


@pytest.fixture
async def town(
    orders: OrderRepository,
    ordering: Database,
    writings: WritingRepository,
    databases: DatabaseSettings,
) -> AsyncIterator[Town]:
    support = Database(databases.support_dsn)
    findings = FindingRepository(support)
    async with real_time(*SOON_REPORTED) as server:
        sweeping = SweepActivities(
            EngineLists(server.client),
            OfOrders(ClockRepository(ordering), orders, writings),
            findings,
            names=(order.workflow_id, delivery.workflow_id),
        )
        yield Town(
            client=server.client,
            ordering=ordering,
            orders=orders,
            writings=writings,
            sweeping=sweeping,
            findings=findings,
        )
    await support.close()


class TestSweep:
    async def test_finds_an_order_that_is_late_and_asks_for_nobody_or_that_is_lost(
        self, town: Town
    ) -> None:
        late, asking, brought, lost = [await town.an_order() for _ in range(4)]
        await town.runs(order.workflow_id(late))
        await town.runs(delivery.workflow_id(late))
        await town.runs(order.workflow_id(asking), attention="Kitchen late")
        await town.runs(order.workflow_id(brought))
        await town.runs(delivery.workflow_id(brought), attention="No courier")

        [finding] = await town.found(late)
        assert finding.found.kind is FindingKind.NO_PROGRESS
        assert finding.found.workflow_id == order.workflow_id(late)
        assert finding.found.words.startswith("The order has been placed since")
        # They speak for themselves.
        for other in (asking, brought):
            assert await town.found(other) == []

        [gone] = await town.found(lost)
        assert gone.found.kind is FindingKind.NO_WORKFLOW
        assert gone.found.workflow_id == order.workflow_id(lost)
        assert REGISTRY.get_sample_value("sweep_findings", {"kind": "no_workflow"})
        # So young that the engine's list may not have it yet; then put right.
        assert await town.found(lost, swept=NO_ORDER) == []
        await town.orders.advance(a_move(lost, OrderStatus.CANCELLED))
        assert await town.found(lost) == []

    async def test_forgets_it_once_it_goes_on(self, town: Town) -> None:
        order_id = await town.an_order()
        await town.runs(order.workflow_id(order_id))
        assert await town.found(order_id, swept=CHECKOUTS)

        for status in (OrderStatus.RESERVED, OrderStatus.CONFIRMED):
            await town.orders.advance(a_move(order_id, status))
        assert await town.found(order_id, swept=CHECKOUTS) == []
        [was] = await town.findings.of_order(order_id)
        assert was.until is not None
        assert REGISTRY.get_sample_value("sweep_findings", {"kind": "no_progress"}) == 0

    async def test_tells_who_terminated_an_order_and_what_became_of_it(self, town: Town) -> None:
        order_id = await town.an_order()
        handle = await town.runs(order.workflow_id(order_id))
        await handle.terminate(reason="it stood still")

        async def words() -> list[str]:
            return [each.found.words for each in await town.found(order_id, swept=NO_ORDER)]

        [before] = await seen(words, bool)
        assert before.startswith("Terminated by tests on ")
        assert '("it stood still"). The order is placed: within about five minutes' in before

        await town.orders.advance(a_move(order_id, OrderStatus.REJECTED))
        [after] = await words()
        assert after.endswith("The order has ended: it is rejected, refund none.")

        await town.forgets_the_customer(order_id)
        [without] = await words()
        assert without == after.replace(' ("it stood still")', "")

    async def test_finds_a_workflow_whose_own_code_fails(self, town: Town) -> None:
        order_id = uuid4()
        queue = TaskQueue(name=str(order_id), workflows=[Faulty], activities=[])
        async with build(queue, town.client, WorkerSettings()):
            await start(town.client, "Faulty", f"order-{order_id}", queue=queue.name)
            [finding] = await seen(lambda: town.found(order_id, swept=NO_ORDER), bool)
        assert finding.found.kind is FindingKind.OWN_CODE_FAILS
