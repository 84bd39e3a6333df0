"""The outbox of a context: events, written in the transaction of the change they tell.

The columns are those of Debezium's outbox router, so that change data capture could replace our
relay. `position` gives the order within one aggregate only: a row's writer holds the lock on its
aggregate, so there it is the order of commits. Across aggregates it is not.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Identity, LargeBinary, Text, func, insert
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from adapters import tracing
from adapters.kafka.codec import encode
from adapters.kafka.topics import BY_EVENT
from domain.events.envelope import Event


class OutboxColumns:
    """`id` is the event's id; `published_at` is None until the broker has acknowledged it."""

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    aggregatetype: Mapped[str] = mapped_column(Text)
    aggregateid: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    headers: Mapped[Mapping[str, Any]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    published_at: Mapped[datetime | None]


async def put(session: AsyncSession, outbox: type[OutboxColumns], event: Event) -> None:
    """Write the event to the context's outbox: it is sent once the transaction has committed."""
    await session.execute(
        insert(outbox).values(
            id=event.event_id,
            aggregatetype=BY_EVENT[type(event)].aggregate,
            aggregateid=str(event.aggregate_id),
            type=event.type,
            payload=encode(event),
            headers={"correlation_id": event.correlation_id, **tracing.headers()},
        )
    )


NOTIFY = """
CREATE FUNCTION {schema}.outbox_notify() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('outbox', '{schema}'); RETURN NULL; END $$;
CREATE TRIGGER outbox_notify AFTER INSERT ON {schema}.outbox
FOR EACH STATEMENT EXECUTE FUNCTION {schema}.outbox_notify();
CREATE INDEX ix_outbox_unpublished ON {schema}.outbox (position) WHERE published_at IS NULL;
"""
"""For a migration: wake the relay at commit, and let it find its work by an index."""
