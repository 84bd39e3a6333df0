"""The deliveries' rows: moved by their workflows alone, read by everybody."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import select, tuple_

from adapters.postgres.delivery import claims
from adapters.postgres.delivery.journal import change
from adapters.postgres.delivery.mapping import delivery_of
from adapters.postgres.delivery.offers import candidates, within_reach
from adapters.postgres.delivery.statements import advanced, assigned, noted, offered, released
from adapters.postgres.delivery.tables import DeliveryRow, ReleaseRow, RemarkRow
from adapters.postgres.engine import Database
from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    Delivery,
    OfferDelivery,
    ReleaseDelivery,
)
from domain.errors import AlreadyClaimed, DeliveryNotFound, IllegalTransition
from domain.events.deliveries import DeliveryEventType
from domain.geography import Point


class DeliveryRepository:
    """Every write happens once: repeated, it changes nothing, tells nothing and raises nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def offer(self, command: OfferDelivery) -> None:
        async with self._database.transaction() as session:
            await change(session, offered(command), DeliveryEventType.OFFERED)

    async def assign(self, command: AssignCourier) -> None:
        """Raises `ClaimRefused` where the courier can't have it, `AlreadyClaimed` where another
        has it, `CourierNotFound` and `DeliveryNotFound`.
        """
        async with self._database.transaction() as session:
            delivery, courier, now = await claims.locked(
                session, command.order_id, command.courier_id
            )
            has = (delivery.assignment, delivery.courier_id)
            if has == (command.assignment, command.courier_id):
                return
            await claims.refuse(session, command, delivery, courier, now=now)
            if not await change(session, assigned(command), DeliveryEventType.ASSIGNED):
                raise AlreadyClaimed("Another courier was quicker.")

    async def check(self, command: AssignCourier) -> None:
        """Whether the courier could have it, whoever has it now.

        Raises `ClaimRefused`, `CourierNotFound` and `DeliveryNotFound`.
        """
        async with self._database.transaction() as session:
            delivery, courier, now = await claims.locked(
                session, command.order_id, command.courier_id
            )
            await claims.refuse(session, command, delivery, courier, now=now)

    async def release(self, command: ReleaseDelivery) -> None:
        """Raises `IllegalTransition` where the assignment is not there to be taken back."""
        async with self._database.transaction() as session:
            if await session.scalar(noted(command)) is None:
                return
            type_ = DeliveryEventType.RELEASED
            if not await change(session, released(command), type_, released=command):
                raise IllegalTransition("The delivery is not assigned any more.")

    async def advance(self, command: AdvanceDelivery) -> None:
        """Raises `DeliveryNotFound`, and `IllegalTransition` where its state leads elsewhere."""
        async with self._database.transaction() as session:
            moved = DeliveryEventType(f"delivery_{command.state}")
            if await change(session, advanced(command), moved):
                return
            row = await session.get(DeliveryRow, command.order_id)
            if row is None:
                raise DeliveryNotFound("There is no such delivery.")
            if row.state is not command.state or row.assignment != command.assignment:
                raise IllegalTransition(
                    f"The delivery is {row.state}: it can't be {command.state}."
                )

    async def find(self, order_id: UUID) -> Delivery | None:
        async with self._database.transaction() as session:
            row = await session.get(DeliveryRow, order_id)
        return delivery_of(row) if row else None

    async def near(
        self, courier_id: UUID, location: Point, *, after: UUID | None, limit: int
    ) -> Sequence[Delivery]:
        """What is offered to the courier who is there, nearest first.

        `after` is the last one of the page before.
        """
        async with self._database.transaction() as session:
            found = await session.execute(candidates(courier_id, location, after=after))
            ids = within_reach(found, location, after=after)[:limit]
            rows = await session.scalars(select(DeliveryRow).where(DeliveryRow.order_id.in_(ids)))
            by_id = {row.order_id: delivery_of(row) for row in rows}
        return [by_id[key] for key in ids]

    async def of_courier(
        self, courier_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[Delivery]:
        """Newest first. `before` is `assigned_at` and id of the last of the page before."""
        page = (
            select(DeliveryRow)
            .where(DeliveryRow.courier_id == courier_id)
            .order_by(DeliveryRow.assigned_at.desc(), DeliveryRow.order_id.desc())
            .limit(limit)
        )
        if before is not None:
            page = page.where(tuple_(DeliveryRow.assigned_at, DeliveryRow.order_id) < before)
        async with self._database.transaction() as session:
            return [delivery_of(row) for row in await session.scalars(page)]

    async def was_released(self, order_id: UUID, courier_id: UUID) -> bool:
        """Whether the courier had it and gave it back, or lost it."""
        had = select(ReleaseRow.assignment).where(
            ReleaseRow.courier_id == courier_id, ReleaseRow.order_id == order_id
        )
        async with self._database.transaction() as session:
            return await session.scalar(had.limit(1)) is not None

    async def keep_remark(self, order_id: UUID, courier_id: UUID, text: str) -> UUID:
        """What a courier writes stays here: the workflow hears the id of it."""
        remark_id = uuid4()
        async with self._database.transaction() as session:
            session.add(
                RemarkRow(id=remark_id, order_id=order_id, courier_id=courier_id, text=text)
            )
        return remark_id

    async def why_failed(self, order_id: UUID) -> str:
        """In the courier's words; empty where there are none."""
        written = (
            select(RemarkRow.text)
            .join(DeliveryRow, DeliveryRow.remark_id == RemarkRow.id)
            .where(DeliveryRow.order_id == order_id)
        )
        async with self._database.transaction() as session:
            return await session.scalar(written) or ""
