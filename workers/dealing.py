"""What a consumer does with a record: decode it, have its effect, or put it aside."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, Literal, TypeVar

import structlog
from prometheus_client import Counter

from adapters.kafka.codec import Undecodable, decode
from adapters.kafka.consumer import Received
from adapters.kafka.dead_letters import Failure, bury
from adapters.kafka.record import Record
from adapters.kafka.topics import EventTopic
from adapters.outages import AWAY
from adapters.telemetry import correlated
from adapters.weather import endure
from domain.events.envelope import Event

Outcome = Literal["done", "duplicate", "ignored"]
"""What became of an event: `duplicate` was dealt with before, `ignored` is nothing to us."""

Result = Outcome | Literal["dead_letter"]

E = TypeVar("E", bound=Event)

# Of a database: anything else is no weather.
_WEATHER = (*AWAY, OSError)
# As many as the pool of a context has connections.
_AT_ONCE = 8
# After each attempt but the last, which makes five.
_PAUSES_SECONDS = (0.2, 0.5, 1.5, 5.0)

CONSUMED = Counter(
    "events_consumed_total", "Events by what became of them.", ["group", "topic", "result"]
)

log = structlog.stdlib.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler(Generic[E]):
    """`effect` is one transaction, with the event's row in the inbox: repeated, it does nothing."""

    topic: EventTopic[E]
    effect: Callable[[E], Awaitable[Outcome]]


class Dealer:
    """Of one group. It keeps no order: that is its caller's. `send` returns once it is kept."""

    def __init__(
        self,
        group: str,
        *,
        handlers: Sequence[Handler[Any]],
        send: Callable[[Record], Awaitable[None]],
        pauses: Sequence[float] = _PAUSES_SECONDS,
    ) -> None:
        self._group = group
        self._handlers = {handler.topic.name: handler for handler in handlers}
        self._send = send
        self._pauses = pauses
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def deal_with(self, received: Received) -> None:
        """Returns when its offset may be committed: its effect stands, or its dead letter does.

        Weather is waited for without end. Raises what `send` raises of a dead letter.
        """
        failed_at: list[datetime] = []
        result = await self._attempt(received, failed_at)
        while result is None:
            await asyncio.sleep(self._pauses[len(failed_at) - 1])
            result = await self._attempt(received, failed_at)
        CONSUMED.labels(self._group, received.record.topic, result).inc()

    async def _attempt(self, received: Received, failed_at: list[datetime]) -> Result | None:
        """None where it failed, and is worth another attempt."""
        try:
            return await self._try(received)
        except Exception as error:  # Whatever it is, a person will read it.
            failed_at.append(datetime.now(UTC))
            log.warning(
                "event.failed",
                group=self._group,
                topic=received.record.topic,
                partition=received.partition,
                offset=received.offset,
                attempt=len(failed_at),
                exc_info=error if len(failed_at) == 1 else None,
                error=repr(error),
            )
            if isinstance(error, Undecodable) or len(failed_at) > len(self._pauses):
                await self._bury(received, error, failed_at)
                return "dead_letter"
            return None

    async def _try(self, received: Received) -> Outcome:
        handler = self._handlers[received.record.topic]
        event = decode(handler.topic, received.record.value)
        with correlated(event.correlation_id):
            outcome = await self._have_effect(handler, event)
            if outcome != "ignored":
                log.info(
                    "event.dealt_with",
                    group=self._group,
                    outcome=outcome,
                    type=event.type,
                    aggregate_id=str(event.aggregate_id),
                    event_id=str(event.event_id),
                )
        return outcome

    async def _have_effect(self, handler: Handler[E], event: E) -> Outcome:
        # Who waits for the weather keeps the slot: the others would wait for the same.
        async with self._slots:
            async for attempt in endure(_WEATHER):
                with attempt:
                    outcome = await handler.effect(event)
        return outcome

    async def _bury(
        self, received: Received, error: Exception, failed_at: Sequence[datetime]
    ) -> None:
        failure = Failure(
            consumer=self._group,
            reason=f"{type(error).__name__}: {error}",
            attempts=len(failed_at),
            first_failed_at=failed_at[0],
            dead_at=failed_at[-1],
        )
        await self._send(bury(received, failure))
        log.error(
            "event.dead",
            group=self._group,
            topic=received.record.topic,
            partition=received.partition,
            offset=received.offset,
            reason=failure.reason,
        )
