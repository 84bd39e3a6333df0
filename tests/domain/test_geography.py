from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.geography import EARTH_RADIUS_KM, Point

POINTS = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
HALF_ROUND = pi * EARTH_RADIUS_KM


def distance(one: tuple[float, float], other: tuple[float, float]) -> float:
    (lat, lon), (lat_, lon_) = one, other
    return Point(lat=lat, lon=lon).distance_km(Point(lat=lat_, lon=lon_))


class TestDistance:
    def test_is_that_of_an_atlas(self) -> None:
        """Addis Ababa to Nairobi, and a degree of latitude."""
        assert distance((9.03, 38.74), (-1.286, 36.817)) == pytest.approx(1_167, abs=2)
        assert distance((0, 0), (1, 0)) == pytest.approx(111.195, abs=0.001)

    def test_is_short_across_the_antimeridian_and_over_a_pole(self) -> None:
        assert distance((0, 179.5), (0, -179.5)) == pytest.approx(distance((0, 0), (0, 1)))
        assert distance((89.5, 0), (89.5, 180)) == pytest.approx(distance((0, 0), (1, 0)))

    def test_is_half_round_the_earth_at_most(self) -> None:
        assert distance((90, 0), (-90, 0)) == pytest.approx(HALF_ROUND)

    @given(one=POINTS, other=POINTS)
    def test_is_the_same_both_ways(self, one: Point, other: Point) -> None:
        assert 0 <= one.distance_km(other) <= HALF_ROUND * (1 + 1e-12)
        assert one.distance_km(other) == pytest.approx(other.distance_km(one))

    @given(one=POINTS)
    def test_to_the_same_place_is_nothing(self, one: Point) -> None:
        assert one.distance_km(one) == 0

    @given(one=POINTS, between=POINTS, other=POINTS)
    def test_is_not_shortened_by_a_detour(self, one: Point, between: Point, other: Point) -> None:
        # Near the antipode the last digits of the haversine count for metres.
        detour = one.distance_km(between) + between.distance_km(other)
        assert one.distance_km(other) <= detour + 0.001


class TestRideMinutes:
    def test_are_those_of_a_bicycle_and_begun(self) -> None:
        here = Point(lat=0, lon=0)
        assert here.ride_minutes(here) == 0
        # A degree of latitude is 111.2 km.
        assert here.ride_minutes(Point(lat=1, lon=0)) == 556
