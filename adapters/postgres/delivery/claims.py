"""Whether a courier may have a delivery. Rows are locked in one order: courier, then delivery.

The lock on the courier makes two claims of one courier wait for each other, so that they count
what they hold one after the other.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, SQLColumnExpression, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.delivery.mapping import courier_of, delivery_of
from adapters.postgres.delivery.tables import CourierRow, DeliveryRow, ReleaseRow
from domain.deliveries import (
    HELD,
    HOLDS_AT_MOST,
    LOCATION_HOLDS,
    OFFER_RADII_KM,
    AssignCourier,
    Courier,
    Delivery,
)
from domain.errors import ClaimRefused, CourierNotFound, DeliveryNotFound


async def locked(
    session: AsyncSession, order_id: UUID, courier_id: UUID
) -> tuple[Delivery, Courier, datetime]:
    """Both rows, and what time it is for the database.

    Raises `CourierNotFound` and `DeliveryNotFound`.
    """
    who = select(CourierRow, func.clock_timestamp()).where(CourierRow.account_id == courier_id)
    found = (await session.execute(who.with_for_update(key_share=True))).one_or_none()
    if found is None:
        raise CourierNotFound("There is no such courier.")
    what = select(DeliveryRow).where(DeliveryRow.order_id == order_id)
    row = await session.scalar(what.with_for_update(key_share=True))
    if row is None:
        raise DeliveryNotFound("There is no such delivery.")
    return delivery_of(row), courier_of(found[0]), found[1]


async def refuse(
    session: AsyncSession,
    asked: AssignCourier,
    delivery: Delivery,
    courier: Courier,
    *,
    now: datetime,
) -> None:
    """Raise `ClaimRefused` where the courier can't have it, with every reason there is.

    Couriers read it, and support that named one.
    """
    # The round says whom it is offered to, and binds nobody whom support has named.
    radius_km = max(OFFER_RADII_KM) if asked.by_support else delivery.radius_km
    reasons = list(_against(delivery, courier, now, radius_km=radius_km))
    held = await session.scalar(held_by(courier.courier_id)) or 0
    if held >= HOLDS_AT_MOST:
        reasons.append(f"The courier has {held} orders to deliver first.")
    if not asked.by_support and await session.scalar(_lost(asked.order_id, asked.courier_id)):
        reasons.append("This delivery was taken back from the courier.")
    if reasons:
        raise ClaimRefused(" ".join(reasons))


def _against(
    delivery: Delivery, courier: Courier, now: datetime, *, radius_km: float
) -> Iterator[str]:
    if not courier.available:
        yield "The courier is not available."
    if courier.location is None or not courier.located_since(now - LOCATION_HOLDS):
        yield "Nobody knows where the courier is now."
    elif courier.location.distance_km(delivery.pickup) > radius_km:
        yield "The courier is too far from the restaurant."


def held_by(courier_id: UUID | SQLColumnExpression[UUID]) -> Select[int]:
    """How many undelivered orders the courier has."""
    # Written out, so that the planner sees that the index of what is held has them all.
    held = [literal(state, DeliveryRow.state.type, literal_execute=True) for state in sorted(HELD)]
    return (
        select(func.count())
        .select_from(DeliveryRow)
        .where(DeliveryRow.courier_id == courier_id, DeliveryRow.state.in_(held))
    )


def _lost(order_id: UUID, courier_id: UUID) -> Select[UUID]:
    return (
        select(ReleaseRow.courier_id)
        .where(
            ReleaseRow.courier_id == courier_id,
            ReleaseRow.order_id == order_id,
            ReleaseRow.lost,
        )
        .limit(1)
    )
