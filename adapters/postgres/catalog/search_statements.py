"""The statements that find restaurants. Each reads what it needs by an index (see its tests)."""

import re
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    ColumnElement,
    Double,
    FromClause,
    Integer,
    Select,
    column,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)

from adapters.postgres.catalog.tables import RestaurantRow
from adapters.postgres.nearby import Place
from domain.geography import EARTH_RADIUS_KM, Point
from domain.rings import ring

NamePlace = tuple[str, UUID]
"""Where in a list by name: the name and id of the restaurant before. Nothing added moves it."""

DistancePlace = tuple[float, UUID]
"""The same in a list by distance (km)."""

NEAREST: DistancePlace = (-1.0, UUID(int=0))
LAST_ID = UUID(int=2**128 - 1)

Named = Select[RestaurantRow, bool]
Measured = Select[RestaurantRow, bool, float]


def has_trigrams(q: str) -> bool:
    """Whether the index of trigrams can tell where the word may be."""
    return re.search(r"[^\W_]{3}", q) is not None


def count_of(q: str, *, most: int) -> Select[int]:
    """How many restaurants have the word; it counts no further than `most`."""
    some = select(_with_word(q).c.id).limit(most).subquery()
    return select(func.count()).select_from(some)


def by_name(q: str | None, *, after: NamePlace | None, size: int) -> Named:
    """All restaurants, and whether they have the word."""
    return _behind(select(RestaurantRow, _has_word(q)), after, size)


def few_by_name(q: str, *, after: NamePlace | None, size: int) -> Named:
    """Those with the word alone."""
    few = _with_word(q)
    return _behind(
        select(RestaurantRow, true()).join(few, few.c.id == RestaurantRow.id), after, size
    )


def in_ring(outer: Place, q: str | None, *, after: DistancePlace, size: int) -> Measured:
    """Those farther than `after` and within `outer`, and whether they have the word."""
    strips = ring(outer.center, inner_km=max(0.0, after[0]), outer_km=outer.radius_km)
    strip = (
        func.unnest(
            literal([each.band for each in strips], ARRAY(Integer)),
            literal([each.west for each in strips], ARRAY(Double)),
            literal([each.east for each in strips], ARRAY(Double)),
        )
        .table_valued(column("band", Integer), column("west", Double), column("east", Double))
        .render_derived("strip")
    )
    spot = (
        select(RestaurantRow.id, RestaurantRow.lat, RestaurantRow.lon)
        .where(
            RestaurantRow.band == strip.c.band,
            RestaurantRow.lon.between(strip.c.west, strip.c.east),
        )
        # A fence: strip by strip along the index, whatever the planner thinks of the strips.
        .offset(0)
        .lateral("spot")
    )
    near = _measured(spot, outer).select_from(strip.join(spot, true()))
    return _nearest(near, _has_word(q), after, size)


def few_within(place: Place, q: str, *, after: DistancePlace, size: int) -> Measured:
    """Those with the word alone."""
    few = _with_word(q)
    return _nearest(_measured(few, place), true(), after, size)


def _measured(spot: FromClause, place: Place) -> Select[Any]:
    """Id and distance of the spots within the place."""
    km = _distance_km(spot, place.center)
    return select(spot.c.id, km.label("km")).where(km <= place.radius_km)


def _nearest(
    near: Select[Any], has_word: ColumnElement[bool], after: DistancePlace, size: int
) -> Measured:
    spots = near.subquery("spots")
    order = (spots.c.km, spots.c.id)
    # The rows themselves are fetched for those alone that are shown.
    page = select(*order).where(tuple_(*order) > after).order_by(*order).limit(size)
    nearest = page.subquery("nearest")
    return (
        select(RestaurantRow, has_word, nearest.c.km)
        .join(nearest, nearest.c.id == RestaurantRow.id)
        .order_by(nearest.c.km, nearest.c.id)
    )


def _behind(page: Named, after: NamePlace | None, size: int) -> Named:
    order = (RestaurantRow.name, RestaurantRow.id)
    page = page.order_by(*order).limit(size)
    return page if after is None else page.where(tuple_(*order) > after)


def _with_word(q: str) -> CTE:
    # Planned as if all were wanted: for the first few, the planner would rather read the table
    # and hope to meet them soon.
    few = select(RestaurantRow.id, RestaurantRow.lat, RestaurantRow.lon).where(_contains(q))
    return few.cte("few").prefix_with("MATERIALIZED")


def _has_word(q: str | None) -> ColumnElement[bool]:
    return true() if q is None else func.coalesce(_contains(q), False)


def _contains(q: str) -> ColumnElement[bool]:
    columns = (RestaurantRow.name, RestaurantRow.cuisine)
    return or_(*(each.icontains(q, autoescape=True) for each in columns))


def _distance_km(spot: FromClause, center: Point) -> ColumnElement[float]:
    """As `Point.distance_km`."""
    half_lat = _half_chord(spot.c.lat - center.lat)
    half_lon = _half_chord(spot.c.lon - center.lon)
    across = func.cos(func.radians(spot.c.lat)) * func.cos(func.radians(center.lat))
    chord = func.least(1.0, half_lat + across * half_lon)
    return 2 * EARTH_RADIUS_KM * func.asin(func.sqrt(chord))


def _half_chord(degrees: ColumnElement[float]) -> ColumnElement[float]:
    # Postgres refuses squares that are too small for a double, so no difference is so small.
    different = func.greatest(func.abs(degrees), 1e-100)
    return func.power(func.sin(func.radians(different) * 0.5), 2)
