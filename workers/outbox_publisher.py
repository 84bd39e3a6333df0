"""Events that one relay has taken: to Kafka, and marked as they arrive there."""

import asyncio
import time
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

import structlog
from prometheus_client import Counter, Histogram

from adapters.kafka.producer import Producer, Refused
from adapters.kafka.record import Record, envelope
from adapters.kafka.topics import BY_AGGREGATE
from adapters.postgres.outbox_reader import LEASE_SECONDS, OutboxReader, OutboxRecord
from adapters.tracing import producing
from workers.held_up import HeldUp

_SIGN_OF_LIFE_SECONDS = LEASE_SECONDS / 5
# Kafka may be away for this relay only, so others may have what it took. Or a partition has no
# leader, so the others go on. What comes next, while something is adrift, gets less time.
_LET_GO_SECONDS = 30.0

PUBLISHED = Counter("outbox_published_total", "Events that the broker acknowledged.", ["context"])
DELAY = Histogram(
    "outbox_delay_seconds",
    "From an event's transaction to its acknowledgement.",
    ["context"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600),
)

log = structlog.stdlib.get_logger(__name__)


class Publisher:
    """With one producer. `refused` says whether the broker refused an event: then it needs another.

    What can't be sent for long is adrift: others may have it, and it is still being tried here.
    """

    def __init__(
        self, context: str, *, outbox: OutboxReader, producer: Producer, held: HeldUp
    ) -> None:
        self._context = context
        self._outbox = outbox
        self._producer = producer
        self._held = held
        self._sending: dict[str, asyncio.Task[None]] = {}
        self._acknowledged: list[UUID] = []
        self._weather: list[Exception] = []
        self.refused = False

    async def publish(self, aggregates: Iterable[Sequence[OutboxRecord]]) -> None:
        """Aggregates go side by side, so that one which can't be sent holds up only itself.

        Returns when all is sent, or the rest adrift. Marks what arrived of that, too. Raises what
        else kept an event from Kafka, once the others are there.
        """
        patience = _LET_GO_SECONDS
        if self._sending:
            await self._mark()
            patience = _SIGN_OF_LIFE_SECONDS
        batch = {records[0].aggregateid: self._begin(records) for records in aggregates}
        self._sending.update(batch)
        try:
            await self._see_through(batch.values(), patience)
        except asyncio.CancelledError:
            # What is not marked because Postgres is away as well is sent again.
            with suppress(Exception):
                await self._mark()
            raise
        if self._weather and not self.refused:
            raise self._weather[0]

    def adrift(self) -> Collection[str]:
        """Aggregates that are not to be taken again before what is under way has ended."""
        return self._sending.keys()

    async def aclose(self) -> None:
        """Give up what is adrift. It is not marked, so it is sent again."""
        for task in self._sending.values():
            task.cancel()
        await asyncio.gather(*self._sending.values(), return_exceptions=True)

    def _begin(self, records: Sequence[OutboxRecord]) -> asyncio.Task[None]:
        return asyncio.create_task(self._send(records))

    async def _see_through(
        self, batch: Iterable[asyncio.Task[None]], patience_seconds: float
    ) -> None:
        let_go_at = time.monotonic() + patience_seconds
        under_way = {*batch}
        while under_way and time.monotonic() < let_go_at:
            _, under_way = await asyncio.wait(under_way, timeout=_SIGN_OF_LIFE_SECONDS)
            await self._mark()

    async def _send(self, records: Sequence[OutboxRecord]) -> None:
        """One after another: what follows an event that failed must not overtake it."""
        for record in records:
            try:
                with producing(_to_kafka(record, self._context)) as traced:
                    await self._producer.send(traced)
            except (Refused, LookupError) as error:
                self._refuse(record, error)
                return
            except Exception as error:  # noqa: BLE001 - Raised when all have had their turn.
                self._held.hold(record, now=datetime.now(UTC))
                self._weather.append(error)
                return
            self._acknowledged.append(record.id)
            age = datetime.now(UTC) - record.created_at
            DELAY.labels(self._context).observe(age.total_seconds())

    def _refuse(self, record: OutboxRecord, error: Exception) -> None:
        self.refused = True
        wait_seconds = self._held.hold(record, now=datetime.now(UTC))
        log.error(
            "outbox.held_up",
            context=self._context,
            aggregate_id=record.aggregateid,
            event_id=str(record.id),
            type=record.type,
            error=repr(error),
            wait_seconds=round(wait_seconds, 1),
        )

    async def _mark(self) -> None:
        """What was acknowledged since. It also keeps the connection, and the locks with it."""
        ended = [aggregate for aggregate, task in self._sending.items() if task.done()]
        acknowledged, self._acknowledged = self._acknowledged, []
        await self._outbox.mark_published(acknowledged)
        for aggregate in ended:
            del self._sending[aggregate]
        PUBLISHED.labels(self._context).inc(len(acknowledged))


def _to_kafka(record: OutboxRecord, context: str) -> Record:
    """Raises KeyError for an aggregate that is newer than this relay."""
    return Record(
        topic=BY_AGGREGATE[record.aggregatetype].name,
        key=record.aggregateid.encode(),
        value=record.payload,
        headers=envelope(
            id=record.id,
            type=record.type,
            source=f"/{context}",
            time=record.created_at,
            extra=record.headers,
        ),
    )
