"""Rides: orders in couriers' hands, with the place each courier told last."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import ColumnElement, exists, func, literal, select, update

from adapters.postgres.delivery.mapping import courier_of, delivery_of
from adapters.postgres.delivery.tables import CourierRow, DeliveryRow
from adapters.postgres.engine import Database
from domain.deliveries import HELD, LOCATION_HOLDS, Courier, Delivery, Ride

# Written out, so that the planner sees that the index of what is held has them all.
_IS_HELD = DeliveryRow.state.in_(
    [literal(state, DeliveryRow.state.type, literal_execute=True) for state in sorted(HELD)]
)
_HOLDS_NOTHING = ~exists().where(DeliveryRow.courier_id == CourierRow.account_id, _IS_HELD)


class RideRepository:
    """Nobody's place is kept longer than an offer or an order in their hands needs it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of_orders(self, order_ids: Collection[UUID]) -> dict[UUID, Ride]:
        """By order, without those that are in nobody's hands."""
        found = await self._find(DeliveryRow.order_id.in_(order_ids))
        return {ride.order_id: ride for ride in found}

    async def of_courier(self, courier_id: UUID) -> Sequence[Ride]:
        return await self._find(DeliveryRow.courier_id == courier_id)

    async def forget_place(self, courier_id: UUID) -> None:
        """Of somebody who neither works nor holds an order any more; else it stays."""
        await self._forget(CourierRow.account_id == courier_id, ~CourierRow.available)

    async def forget_place_after(self, order_id: UUID) -> None:
        """The same of whoever carried the order."""
        carried = select(DeliveryRow.courier_id).where(DeliveryRow.order_id == order_id)
        who = CourierRow.account_id == carried.scalar_subquery()
        await self._forget(who, ~CourierRow.available)

    async def forget_old_places(self) -> None:
        """Of everybody who holds no order: no offer is made to where they were that long ago."""
        await self._forget(CourierRow.located_at < func.now() - LOCATION_HOLDS)

    async def _find(self, condition: ColumnElement[bool]) -> list[Ride]:
        rides = (
            select(DeliveryRow, CourierRow)
            .join(CourierRow, CourierRow.account_id == DeliveryRow.courier_id)
            .where(_IS_HELD, condition)
        )
        async with self._database.transaction() as session:
            rows = (await session.execute(rides)).all()
        return [_ride_of(delivery_of(delivery), courier_of(courier)) for delivery, courier in rows]

    async def _forget(self, *conditions: ColumnElement[bool]) -> None:
        forgotten = (
            update(CourierRow)
            .where(CourierRow.located_at.is_not(None), _HOLDS_NOTHING, *conditions)
            .values(lat=None, lon=None, located_at=None)
        )
        async with self._database.transaction() as session:
            await session.execute(forgotten)


def _ride_of(delivery: Delivery, courier: Courier) -> Ride:
    return Ride(
        order_id=delivery.order_id,
        courier_id=courier.courier_id,
        state=delivery.state,
        pickup=delivery.pickup,
        place=courier.location,
        located_at=courier.located_at,
    )
