"""Couriers: whether they work, where they are, and when they were last seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert

from adapters.postgres.delivery.claims import held_by
from adapters.postgres.delivery.mapping import courier_of
from adapters.postgres.delivery.tables import CourierRow
from adapters.postgres.engine import Database
from adapters.postgres.nearby import Place, in_box, nearest
from domain.deliveries import HOLDS_AT_MOST, OFFER_RADII_KM, Courier
from domain.errors import CourierNotFound
from domain.geography import Point


class CourierRepository:
    """Every write is a sign of life: it says when the courier was seen."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enlist(self, courier_id: UUID, vehicle: str) -> Courier:
        """Somebody who is a courier already only has another vehicle from now on."""
        enlisted = (
            insert(CourierRow)
            .values(account_id=courier_id, vehicle=vehicle)
            .on_conflict_do_update(
                index_elements=[CourierRow.account_id],
                set_={"vehicle": vehicle, "seen_at": func.now()},
            )
            .returning(CourierRow)
        )
        async with self._database.transaction() as session:
            return courier_of((await session.scalars(enlisted)).one())

    async def set_available(self, courier_id: UUID, *, available: bool) -> None:
        """Raises `CourierNotFound`."""
        await self._see(courier_id, available=available)

    async def locate(self, courier_id: UUID, location: Point) -> None:
        """Raises `CourierNotFound`."""
        await self._see(
            courier_id, lat=location.lat, lon=location.lon, located_at=func.clock_timestamp()
        )

    async def see(self, courier_id: UUID) -> Courier:
        """The courier, who has just been seen. Raises `CourierNotFound`."""
        return await self._see(courier_id)

    async def find(self, courier_id: UUID) -> Courier:
        """Raises `CourierNotFound`."""
        async with self._database.transaction() as session:
            row = await session.get(CourierRow, courier_id)
        if row is None:
            raise _not_found()
        return courier_of(row)

    async def last_seen(self, courier_id: UUID) -> datetime:
        """Raises `CourierNotFound`."""
        seen_at = select(CourierRow.seen_at).where(CourierRow.account_id == courier_id)
        async with self._database.transaction() as session:
            found = await session.scalar(seen_at)
        if found is None:
            raise _not_found()
        return found

    async def list(self, *, after: UUID | None, limit: int) -> Sequence[Courier]:
        """By id, which is all the order that a roster of everybody needs."""
        page = select(CourierRow).order_by(CourierRow.account_id).limit(limit)
        if after is not None:
            page = page.where(CourierRow.account_id > after)
        async with self._database.transaction() as session:
            return [courier_of(row) for row in await session.scalars(page)]

    async def available_near(
        self, pickup: Point, *, since: datetime, limit: int
    ) -> Sequence[Courier]:
        """Who works, may have one more, and has told since then where they are.

        The nearest to the pickup first.
        """
        place = Place(pickup, max(OFFER_RADII_KM))
        working = select(CourierRow).where(
            CourierRow.available,
            CourierRow.located_at >= since,
            in_box(place, CourierRow.lat, CourierRow.lon),
            held_by(CourierRow.account_id).scalar_subquery() < HOLDS_AT_MOST,
        )
        async with self._database.transaction() as session:
            found = {row.account_id: courier_of(row) for row in await session.scalars(working)}
        points = {id_: each.location for id_, each in found.items() if each.location}
        return [found[id_] for id_ in nearest(points, place, after=None)[:limit]]

    async def _see(self, courier_id: UUID, **columns: Any) -> Courier:
        seen = (
            update(CourierRow)
            .where(CourierRow.account_id == courier_id)
            .values(seen_at=func.clock_timestamp(), **columns)
            .returning(CourierRow)
        )
        async with self._database.transaction() as session:
            row = await session.scalar(seen)
        if row is None:
            raise _not_found()
        return courier_of(row)


def _not_found() -> CourierNotFound:
    return CourierNotFound("You are no courier yet: enlist with your vehicle first.")
