"""What needs a person and can't say so itself: looked for, and written down for support."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from prometheus_client import Gauge
from temporalio import activity

from adapters.engine_lists import EngineLists
from adapters.postgres.ordering.clocks import ClockRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.support.findings import FindingRepository
from domain import findings
from domain.accounts import NOWHERE
from domain.clocks import Clock
from domain.findings import FindingKind, Found, Run, SweepFor, Swept, Termination

# What lies longer back was read, or never will be.
_TERMINATED_WITHIN = timedelta(days=1)
# The engine's lists are a moment behind an order's row.
_LISTED_WITHIN = timedelta(minutes=1)
# The oldest, with which lies what is late.
_MOST = 500

FINDINGS = Gauge("sweep_findings", "Workflows that need a person and can't say so.", ["kind"])
COMPLETED = Gauge("sweep_completed_timestamp_seconds", "When they were last looked for.")


@dataclass(frozen=True, slots=True)
class OfOrders:
    """Where a sweep reads what orders wait for, how they stand, and what came with them."""

    clocks: ClockRepository
    orders: OrderRepository
    writings: WritingRepository


class SweepActivities:
    """`names` are the ids of an order's own workflow, and of its delivery's."""

    def __init__(
        self,
        engine: EngineLists,
        read: OfOrders,
        kept: FindingRepository,
        *,
        names: tuple[Callable[[UUID], str], Callable[[UUID], str]],
    ) -> None:
        self._engine = engine
        self._clocks, self._orders, self._writings = read.clocks, read.orders, read.writings
        self._kept = kept
        self._name, self._name_of_delivery = names

    @activity.defn
    async def sweep(self, command: SweepFor) -> Swept:
        """Afterwards these are the open findings. Doing it twice changes nothing."""
        found = await self._found(timedelta(seconds=command.grace_seconds))
        await self._kept.replace(found)
        counts = Counter(each.kind.value for each in found)
        for kind in FindingKind:
            FINDINGS.labels(kind).set(counts[kind])
        COMPLETED.set_to_current_time()
        return Swept(found=dict(counts))

    async def _found(self, grace: timedelta) -> list[Found]:
        now = datetime.now(UTC)
        under_way = await self._clocks.under_way(limit=_MOST)
        late = [each for each in under_way if each.by < now - grace]
        running = await self._engine.running(
            [self._name(each.order_id) for each in under_way]
            + [self._name_of_delivery(each.order_id) for each in late]
        )
        # Later than what runs, so that what is terminated in between is not taken for gone too.
        terminated = await self._engine.terminated(now - _TERMINATED_WITHIN)
        settled = [each for each in under_way if each.since < now - min(grace, _LISTED_WITHIN)]
        accounted_for = running.keys() | {each.run.workflow_id for each in terminated}
        return [
            *map(findings.own_code_fails, await self._engine.own_code_fails()),
            *self._without_progress(late, running),
            *await self._without_workflow(settled, accounted_for),
            *[await self._ended(each) for each in terminated],
        ]

    def _without_progress(self, late: Sequence[Clock], running: Mapping[str, Run]) -> list[Found]:
        asking = {name for name, run in running.items() if run.asks}
        return [
            findings.no_progress(running[name], clock)
            for clock in late
            if (name := self._name(clock.order_id)) in running
            and asking.isdisjoint({name, self._name_of_delivery(clock.order_id)})
        ]

    async def _without_workflow(
        self, under_way: Sequence[Clock], accounted_for: AbstractSet[str]
    ) -> list[Found]:
        """Reconciliation puts them right; until then the desk tells of them."""
        gone = [each for each in under_way if self._name(each.order_id) not in accounted_for]
        # An order that ended meanwhile needs no workflow any more.
        now = await self._clocks.under_way(limit=_MOST) if gone else []
        still = {each.order_id for each in now}
        return [
            findings.no_workflow(Run(workflow_id=self._name(each.order_id), run_id=""), each)
            for each in gone
            if each.order_id in still
        ]

    async def _ended(self, ended: Termination) -> Found:
        """The reason may tell of a customer: without them it is not written down, nor again."""
        order_id = ended.run.order_id
        order = await self._orders.find(order_id) if order_id else None
        if order_id is None or not await self._has_customer(order_id):
            ended = replace(ended, reason="")
        return findings.terminated(ended, order)

    async def _has_customer(self, order_id: UUID) -> bool:
        """Who was erased lives nowhere."""
        addresses = await self._writings.addresses([order_id])
        return addresses.get(order_id, NOWHERE) != NOWHERE
