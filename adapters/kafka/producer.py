"""Sends records and knows that they arrived."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Self

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, KafkaTimeoutError

from adapters.kafka.cluster import REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS
from adapters.kafka.record import Record
from adapters.kafka.topics import LARGEST_RECORD
from adapters.settings import KafkaSettings

# A process that ends waits no longer than this for a broker that is away.
_LAST_SECONDS = 2


class Refused(Exception):
    """The broker does not take this record, and will not take it another time."""


class Producer:
    """Idempotent: its own retries neither double nor reorder. One that raised is to be replaced."""

    def __init__(self, producer: AIOKafkaProducer) -> None:
        self._producer = producer

    @classmethod
    @asynccontextmanager
    async def connect(cls, settings: KafkaSettings) -> AsyncIterator[Self]:
        """Raises `KafkaError` where no broker answers."""
        producer = AIOKafkaProducer(
            bootstrap_servers=settings.bootstrap,
            enable_idempotence=True,
            acks="all",
            max_request_size=LARGEST_RECORD,
            request_timeout_ms=REQUEST_TIMEOUT_MS,
            retry_backoff_ms=RETRY_BACKOFF_MS,
        )
        patience = None
        try:
            await producer.start()
            yield cls(producer)
        except asyncio.CancelledError:
            patience = _LAST_SECONDS
            raise
        finally:
            # Otherwise what was handed over is waited for, so that no two producers send at once.
            with suppress(TimeoutError):
                await asyncio.wait_for(producer.stop(), patience)

    async def send(self, record: Record) -> None:
        """Returns when all replicas have it; while the broker is away it waits without end.

        Raises `Refused` or, where the broker can't take it just now, `KafkaError`.
        """
        while not await self._sent(record):
            pass

    async def _sent(self, record: Record) -> bool:
        """Not where so much waits for the broker already that it was not taken."""
        try:
            await self._producer.send_and_wait(
                record.topic, record.value, key=record.key, headers=list(record.headers)
            )
        except KafkaTimeoutError:
            return False
        except KafkaError as error:
            if error.retriable:
                raise
            raise Refused(repr(error)) from error
        return True
