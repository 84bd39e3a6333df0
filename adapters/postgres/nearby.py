"""What may be near a place: a box that an index finds, then the true distance."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import asin, cos, degrees, radians, sin
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from domain.geography import EARTH_RADIUS_KM, Point

# In radians, 6 mm: the box is rounded otherwise than the distance, and must not lose what
# is at its edge.
_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class Place:
    """Everything within `radius_km` of `center`."""

    center: Point
    radius_km: float


def in_box(
    place: Place,
    lat: InstrumentedAttribute[float] | InstrumentedAttribute[float | None],
    lon: InstrumentedAttribute[float] | InstrumentedAttribute[float | None],
) -> ColumnElement[bool]:
    """True for every row whose `lat` and `lon` are in the place, and for few others.

    A box that holds a pole has every longitude; one that crosses the antimeridian is two.
    """
    angle = place.radius_km / EARTH_RADIUS_KM + _SLACK
    center = place.center
    south, north = center.lat - degrees(angle), center.lat + degrees(angle)
    band = lat.between(south, north)
    if south <= -90 or north >= 90:  # noqa: PLR2004 - The poles.
        return band
    half = degrees(asin(min(1.0, sin(angle) / cos(radians(center.lat)))))
    west, east = center.lon - half, center.lon + half
    spans = [lon.between(west + turn, east + turn) for turn in (-360, 0, 360)]
    return and_(band, or_(*spans))


def nearest(points: Mapping[UUID, Point], place: Place, *, after: UUID | None) -> list[UUID]:
    """The ids of the points in the place, nearest first, from behind the one called `after`."""
    distances = {key: place.center.distance_km(point) for key, point in points.items()}
    places = sorted((distance, key) for key, distance in distances.items())
    begun = (distances[after], after) if after in distances else (-1.0, UUID(int=0))
    return [
        key for distance, key in places if distance <= place.radius_km and (distance, key) > begun
    ]
