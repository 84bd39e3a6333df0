"""What a consumer does with a record: decode it, have its effect, or put it aside."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Generic, Literal, TypeVar

import structlog
from prometheus_client import Counter

from adapters.kafka.codec import decode
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

# A server that an effect needs is away. Anything else counts as a failure of the event's own.
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


class _Attempts:
    """At one record: when they failed, and what a line in the log says of it."""

    def __init__(self, group: str, received: Received) -> None:
        self.failed_at: list[datetime] = []
        self.log = log.bind(
            group=group,
            topic=received.record.topic,
            partition=received.partition,
            offset=received.offset,
            key=(received.record.key or b"").decode(errors="backslashreplace"),
        )

    def know(self, event: Event) -> None:
        self.log = self.log.bind(
            event_id=str(event.event_id), type=event.type, aggregate_id=str(event.aggregate_id)
        )

    def failed(self, error: Exception) -> None:
        self.failed_at.append(datetime.now(UTC))
        count = len(self.failed_at)
        self.log.warning(
            "event.failed",
            attempt=count,
            exc_info=error if count == 1 else None,
            error=repr(error),
        )


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
        handler, attempts = self._handlers[received.record.topic], _Attempts(self._group, received)
        try:
            event = decode(handler.topic, received.record.value)
        except Exception as error:  # noqa: BLE001 - Whatever it is, a person will read it.
            attempts.failed(error)
            result = await self._bury(received, error, attempts)
        else:
            attempts.know(event)
            with correlated(event.correlation_id):
                result = await self._attempt(received, partial(handler.effect, event), attempts)
        CONSUMED.labels(self._group, received.record.topic, result).inc()

    async def _attempt(
        self, received: Received, effect: Callable[[], Awaitable[Outcome]], attempts: _Attempts
    ) -> Result:
        """Until one succeeds, or the last fails."""
        for pause in (*self._pauses, None):
            try:
                outcome = await self._have(effect)
            except Exception as error:  # noqa: BLE001 - Whatever it is, a person will read it.
                attempts.failed(error)
                if pause is None:
                    return await self._bury(received, error, attempts)
                await asyncio.sleep(pause)
            else:
                break
        if outcome != "ignored":
            attempts.log.info("event.dealt_with", outcome=outcome)
        return outcome

    async def _have(self, effect: Callable[[], Awaitable[Outcome]]) -> Outcome:
        # Who waits for the weather keeps the slot: the others would wait for the same.
        async with self._slots:
            async for attempt in endure(_WEATHER):
                with attempt:
                    outcome = await effect()
        return outcome

    async def _bury(self, received: Received, error: Exception, attempts: _Attempts) -> Result:
        failure = Failure(
            consumer=self._group,
            reason=f"{type(error).__name__}: {error}",
            attempts=len(attempts.failed_at),
            first_failed_at=attempts.failed_at[0],
            dead_at=attempts.failed_at[-1],
        )
        await self._send(bury(received, failure))
        attempts.log.error("event.dead", reason=failure.reason)
        return "dead_letter"
