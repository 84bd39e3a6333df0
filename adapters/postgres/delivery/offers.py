"""Which deliveries are offered to a courier."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select

from adapters.postgres.delivery.tables import DeliveryRow, ReleaseRow
from adapters.postgres.nearby import Place, in_box, nearest
from domain.deliveries import OFFER_RADII_KM, DeliveryState
from domain.geography import Point

_FARTHEST_KM = max(OFFER_RADII_KM)


def candidates(
    courier_id: UUID, location: Point, *, after: UUID | None
) -> Select[UUID, float, float, float]:
    """Id, place and radius of those to measure.

    Also of the last one of the page before, whatever became of it.
    """
    wanted = and_(
        _is_open(),
        DeliveryRow.expires_at > func.now(),
        in_box(Place(location, _FARTHEST_KM), DeliveryRow.lat, DeliveryRow.lon),
        ~_lost_by(courier_id),
    )
    columns = (DeliveryRow.order_id, DeliveryRow.lat, DeliveryRow.lon, DeliveryRow.radius_km)
    return select(*columns).where(
        wanted if after is None else or_(wanted, DeliveryRow.order_id == after)
    )


def within_reach(
    found: Iterable[tuple[UUID, float, float, float]], location: Point, *, after: UUID | None
) -> list[UUID]:
    """The offers whose radius reaches the location, nearest first, from behind `after`."""
    points: dict[UUID, Point] = {}
    reach: dict[UUID, float] = {}
    for key, lat, lon, radius_km in found:
        points[key], reach[key] = Point(lat=lat, lon=lon), radius_km
    near = nearest(points, Place(location, _FARTHEST_KM), after=after)
    return [key for key in near if location.distance_km(points[key]) <= reach[key]]


def _is_open() -> ColumnElement[bool]:
    # Written out, so that the planner sees that the index of open offers has them all.
    offered = literal(DeliveryState.OFFERED, DeliveryRow.state.type, literal_execute=True)
    return DeliveryRow.state == offered


def _lost_by(courier_id: UUID) -> ColumnElement[bool]:
    return (
        select(ReleaseRow.order_id)
        .where(
            ReleaseRow.courier_id == courier_id,
            ReleaseRow.order_id == DeliveryRow.order_id,
            ReleaseRow.lost,
        )
        .exists()
    )
