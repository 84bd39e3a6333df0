"""Rings around a place, cut into strips that an index of bands of latitude and longitudes finds.

A band is a hundredth of a degree, 1.1 km from south to north. A ring crosses it in at most two
short stretches, so what is read for a thin ring grows with how long it is and not with what lies
inside it.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from math import asin, cos, degrees, floor, radians, sin, sqrt

from domain.geography import EARTH_RADIUS_KM, Point

# In radians, 6 mm: the strips are rounded otherwise than the distance, and must not lose what is
# at their edge.
_SLACK = 1e-9

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Strip:
    """What lies in a band from `west` to `east`, both included."""

    band: int
    west: float
    east: float


def band_of(lat: float) -> int:
    return floor(lat * 100)


def ring(center: Point, *, inner_km: float, outer_km: float) -> list[Strip]:
    """Strips with every point from `inner_km` to `outer_km` away, and with few others.

    No two of them share a point. The ring may cross the antimeridian and hold a pole; it is
    smaller than a quarter of the earth. Empty where `inner_km` is beyond `outer_km`.
    """
    if inner_km > outer_km:
        return []
    outer = outer_km / EARTH_RADIUS_KM + _SLACK
    inner = max(0.0, inner_km / EARTH_RADIUS_KM - _SLACK)
    south = band_of(max(-90.0, center.lat - degrees(outer)))
    north = band_of(min(90.0, center.lat + degrees(outer)))
    edges = [max(-90.0, min(90.0, band / 100)) for band in range(south, north + 2)]
    far = _farthest(center, edges, outer)
    near = [_half_width(center, lat, inner) for lat in edges]
    return [
        Strip(south + step, *span)
        for step, widest in enumerate(far)
        for span in _spans(center.lon, min(near[step : step + 2]), widest)
    ]


def _farthest(center: Point, edges: list[float], radius: float) -> list[float]:
    """The largest half width between each two edges."""
    at_edges = [_half_width(center, lat, radius) for lat in edges]
    farthest = [max(pair) for pair in pairwise(at_edges)]
    if apex := _apex(center, radius):
        # Between two edges a circle is wider than at both only where it is widest of all.
        band = max(0, min(bisect_right(edges, apex[0]) - 1, len(farthest) - 1))
        farthest[band] = max(farthest[band], apex[1])
    return farthest


def _spans(lon: float, near: float, far: float) -> list[Span]:
    """What is from `near` to `far` degrees of longitude away, to both sides."""
    near, far = near - degrees(_SLACK), far + degrees(_SLACK)
    sides = [(-far, far)] if near <= 0 else [(-far, -near), (near, far)]
    return _merged(cut for west, east in sides for cut in _turned(lon + west, lon + east))


def _half_width(center: Point, lat: float, radius: float) -> float:
    """How many degrees of longitude to either side are within the radius there: 0 to 180."""
    lat_ = radians(lat)
    across = sin(radius / 2) ** 2 - sin((lat_ - radians(center.lat)) / 2) ** 2
    # Never zero: no multiple of the float pi/2 has a cosine of exactly nothing.
    share = across / (cos(lat_) * cos(radians(center.lat)))
    return degrees(2 * asin(sqrt(min(1.0, max(0.0, share)))))


def _apex(center: Point, radius: float) -> Span | None:
    """At which latitude the circle is widest, and its half width; None where it holds a pole."""
    sine = sin(radians(center.lat)) / cos(radius)
    if abs(sine) > 1:
        return None
    width = sin(radius) / cos(radians(center.lat))
    return degrees(asin(sine)), degrees(asin(min(1.0, width)))


def _turned(west: float, east: float) -> Iterator[Span]:
    """The span in longitudes from -180 to 180: cut where it crosses the antimeridian."""
    for turn in (-360, 0, 360):
        cut = max(-180.0, west + turn), min(180.0, east + turn)
        if cut[0] <= cut[1]:
            yield cut


def _merged(spans: Iterator[Span]) -> list[Span]:
    """Spans that touch become one, so that nothing is found twice."""
    merged: list[Span] = []
    for west, east in sorted(spans):
        if merged and west <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(east, merged[-1][1])
        else:
            merged.append((west, east))
    return merged
