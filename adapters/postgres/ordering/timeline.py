"""What other contexts did to an order, as its timeline tells it."""

from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.engine import Database
from adapters.postgres.ordering.journal import append
from adapters.postgres.ordering.statements import locked
from adapters.postgres.ordering.tables import InboxRow
from domain.errors import OrderNotFound
from domain.events.envelope import Event
from domain.timeline import Happening


class TimelineRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def append_once(self, consumer: str, event: Event, happening: Happening) -> bool:
        """Say what an event of the order tells; False where the consumer had dealt with the event.

        Raises `OrderNotFound` where there is no order with the id of the event's aggregate.
        """
        order_id = event.aggregate_id
        seen = (
            insert(InboxRow)
            .values(consumer=consumer, event_id=event.event_id)
            .on_conflict_do_nothing()
            .returning(InboxRow.event_id)
        )
        async with self._database.transaction() as session:
            # The lock first: who waits for it must not hold the event.
            if await session.scalar(locked(order_id)) is None:
                raise OrderNotFound("There is no such order.")
            if await session.scalar(seen) is None:
                return False
            await append(session, order_id, happening, at=event.occurred_at)
            return True
