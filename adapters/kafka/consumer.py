"""Reads topics as a member of a group. Nothing counts as read until it is committed."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Self

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError

from adapters.kafka.closing import close
from adapters.kafka.cluster import REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS
from adapters.kafka.offsets import Offsets
from adapters.kafka.record import Record
from adapters.settings import KafkaSettings

# The work of a member that was killed is taken over after this long: the broker's own minimum.
_SESSION_TIMEOUT_MS = 6_000
_HEARTBEAT_MS = 2_000

_AT_ONCE = 100
_PATIENCE_MS = 1_000
# While partitions are held, somebody may soon have made room.
_PATIENCE_WHILE_HELD_MS = 100
# A partition is held once so much of it would be read again after a crash.
_SPAN = 500

# A member that leaves tells for no longer than this what it has done.
_LAST_SECONDS = 2

Partition = tuple[str, int]
"""Topic and number."""

Release = Callable[[Collection[Partition]], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    record: Record
    partition: int
    offset: int

    @property
    def source(self) -> Partition:
        return (self.record.topic, self.partition)


class Consumer:
    """What has been dealt with is to be said by `done`, in any order, and told by `commit`."""

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        self._consumer = consumer
        self._offsets = defaultdict[Partition, Offsets](Offsets)
        self._committed: dict[Partition, int] = {}

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: KafkaSettings, *, group: str) -> AsyncIterator[Self]:
        """A new group begins with the oldest record. Raises `KafkaError` where no broker answers.

        At the end it commits what is done, and leaves the group.
        """
        consumer = AIOKafkaConsumer(
            group_id=group,
            bootstrap_servers=settings.bootstrap,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=_SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=_HEARTBEAT_MS,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=RETRY_BACKOFF_MS,
        )
        member = cls(consumer)
        try:
            await consumer.start()
            yield member
        finally:
            with suppress(TimeoutError, KafkaError):
                await asyncio.wait_for(member.commit(), _LAST_SECONDS)
            await close(consumer)

    def join(self, topics: Iterable[str], *, release: Release) -> None:
        """Read a share of the topics' partitions.

        Whenever members come or go, `release` ends what is under way in the partitions it is
        given; what was done in them is committed after that, and the rest is read again.
        """

        async def revoked(partitions: Collection[Partition]) -> None:
            try:
                await release(partitions)
                await self.commit()
            finally:
                for partition in partitions:
                    self._offsets.pop(partition, None)
                    self._committed.pop(partition, None)

        self._consumer.subscribe(list(topics), listener=_Rebalances(revoked))

    async def batch(self) -> list[Received]:
        """What has come, each partition in order; nothing where a second passes without any.

        A partition in which too much is under way is left out. The broker takes the partitions of
        a member that asks for nothing for five minutes.
        """
        patience = _PATIENCE_WHILE_HELD_MS if self._hold() else _PATIENCE_MS
        fetched = await self._consumer.getmany(timeout_ms=patience, max_records=_AT_ONCE)
        batch = [_received(message) for messages in fetched.values() for message in messages]
        for received in batch:
            self._offsets[received.source].begin(received.offset)
        return batch

    def done(self, received: Received) -> None:
        if received.source in self._offsets:
            self._offsets[received.source].finish(received.offset)

    async def commit(self) -> None:
        """What is done, up to the oldest record of each partition that is not.

        Where another member has the partitions by now, nothing: it reads the records again.
        """
        due = {
            partition: offsets.position
            for partition, offsets in self._offsets.items()
            if offsets.position != self._committed.get(partition)
        }
        if not due:
            return
        with suppress(CommitFailedError, IllegalStateError):
            await self._consumer.commit({TopicPartition(*at): due[at] for at in due})
            self._committed.update(due)

    async def lag(self) -> dict[str, int]:
        """How many records of this member's partitions are not committed yet, by topic."""
        assigned = self._consumer.assignment()
        if not assigned:
            return {}
        first = await self._consumer.beginning_offsets(assigned)
        lag = Counter[str]()
        for partition, end in (await self._consumer.end_offsets(assigned)).items():
            committed = await self._consumer.committed(partition) or 0
            lag[partition.topic] += end - max(committed, first[partition])
        return lag

    def _hold(self) -> bool:
        """Pause the partitions that have too much under way, and no others."""
        assigned = self._consumer.assignment()
        held = {at for at in assigned if at in self._offsets and self._offsets[at].span >= _SPAN}
        paused = self._consumer.paused()
        self._consumer.pause(*(held - paused))
        self._consumer.resume(*(paused - held))
        return bool(held)


class _Rebalances(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka has no types.
    def __init__(self, revoked: Release) -> None:
        self._revoked = revoked

    async def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        await self._revoked(revoked)

    async def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """Their records come with the next batch."""


def _received(message: ConsumerRecord[bytes, bytes]) -> Received:
    record = Record(
        topic=message.topic,
        key=message.key,
        value=message.value or b"",
        headers=tuple(message.headers),
    )
    return Received(record=record, partition=message.partition, offset=message.offset)
