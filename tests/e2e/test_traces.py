"""One trace spans an order, from its customer's request to the last reader of its events."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from tests.support.collector import Collector, Span, collecting
from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import insist
from tests.support.topics import records_in
from tests.support.town import Ordered
from workflows.order import workflow_id

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

# Those on an order's way to the readers of its own events: the others would only cost time.
PROCESSES = ("api", "orders", "outbox", "events")
TOPIC = "ordering.orders.v1"
# Of the order's first event, from its reader up.
WAY = [
    ("events", f"process {TOPIC}"),
    ("outbox", f"send {TOPIC}"),
    ("orders", "RunActivity:record_order"),
    ("orders", "StartActivity:record_order"),
    ("api", "StartWorkflow:OrderWorkflow"),
    ("api", "POST /api/v1/orders"),
]


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A service of somebody else's that asks, and is in the midst of a trace."""

    trace: str
    span: str

    @classmethod
    def new(cls) -> "Caller":
        return cls(trace=uuid4().hex, span=uuid4().hex[:16])

    @property
    def headers(self) -> dict[str, str]:
        return {
            "traceparent": f"00-{self.trace}-{self.span}-01",
            "X-Request-Id": self.trace,
        }


async def an_accepted_order(platform: Platform, caller: Caller, accepting: Caller) -> Ordered:
    town = platform.town
    customer, kitchen = await town.customer(), await town.open_kitchen()
    answer = await town.ask(customer, kitchen.order(), key=uuid4().hex, **caller.headers)
    order = Ordered(id=answer.json()["id"], customer=customer, kitchen=kitchen)
    await order.until("confirmed")
    # Under one key it is one update, however often it has to be asked for.
    headers = {"Idempotency-Key": uuid4().hex, **accepting.headers}
    accepted = await insist(lambda: kitchen.staff.post(f"{order.path}/accept", headers=headers))
    assert accepted.status_code == 200, accepted.text
    await order.until_paid("captured")
    await platform.comes_to_order()
    return order


async def traceparents(platform: Platform, order: Ordered) -> list[str]:
    """Of the order's events in Kafka; empty where one has none."""
    sent = await records_in(platform.witnesses.kafka, TOPIC)
    headers = [dict(record.headers) for record in sent if record.key == order.id.encode()]
    return [each.get("traceparent", b"").decode() for each in headers]


async def restart(platform: Platform) -> None:
    """In the environment as it is now."""

    async def again(name: str) -> None:
        await platform.stack.halt(name)
        await platform.stack.resume(name)

    await asyncio.gather(*(again(name) for name in PROCESSES))


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def collector(whole_platform: Platform) -> AsyncIterator[Collector]:
    """Of what the platform's processes send; afterwards they send nothing any more."""
    with collecting() as collector, pytest.MonkeyPatch.context() as environment:
        environment.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url)
        environment.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        await restart(whole_platform)
        yield collector
    await restart(whole_platform)


class TestWithoutCollector:
    async def test_nothing_that_an_order_leaves_behind_names_a_trace(
        self, platform: Platform
    ) -> None:
        order = await an_accepted_order(platform, Caller.new(), Caller.new())

        assert set(await traceparents(platform, order)) == {""}
        handle = platform.witnesses.temporal.get_workflow_handle(workflow_id(UUID(order.id)))
        history = await handle.fetch_history()
        started = history.events[0].workflow_execution_started_event_attributes
        assert [*started.header.fields] == ["correlation-id"]


class TestWithCollector:
    async def test_all_that_comes_of_a_request_is_one_tree(
        self, platform: Platform, collector: Collector
    ) -> None:
        caller, accepting = Caller.new(), Caller.new()
        order = await an_accepted_order(platform, caller, accepting)
        sent_with = await traceparents(platform, order)

        async def read() -> dict[str, Span]:
            return collector.of(caller.trace)

        def is_all(spans: dict[str, Span]) -> bool:
            parents = {span.parent for span in spans.values()}
            read = [span for span in spans.values() if span.name == f"process {TOPIC}"]
            return parents <= {caller.span, *spans} and len(read) >= len(sent_with)

        spans = await seen(read, is_all)
        assert {span.service for span in spans.values()} == {
            f"ha-soranu-{process}" for process in PROCESSES
        }
        assert sorted(sent_with) == sorted(
            f"00-{caller.trace}-{span.id}-01"
            for span in spans.values()
            if span.name == f"send {TOPIC}"
        )
        assert WAY in [way_to(span, spans) for span in spans.values()]
        [handling] = [span for span in spans.values() if span.name.startswith("HandleUpdate:")]
        assert handling.links == (accepting.trace,)
        for process in ("api", "orders", "events"):
            lines = platform.logged(process, correlation_id=caller.trace)
            assert caller.trace in {line.get("trace_id") for line in lines}, process


def way_to(span: Span, spans: dict[str, Span]) -> list[tuple[str, str]]:
    """From the span up to the root: services and what they did."""
    above = way_to(spans[span.parent], spans) if span.parent in spans else []
    return [(span.service.removeprefix("ha-soranu-"), span.name), *above]
