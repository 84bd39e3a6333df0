from math import degrees

from hypothesis import given
from hypothesis import strategies as st

from domain.geography import EARTH_RADIUS_KM, Point
from domain.rings import Strip, band_of, ring

# The poles, the antimeridian and the equator are drawn as often as the rest.
LATITUDES = st.one_of(st.sampled_from([-90.0, -89.999, 0.0, 89.999, 90.0]), st.floats(-90, 90))
LONGITUDES = st.one_of(st.sampled_from([-180.0, 0.0, 179.999, 180.0]), st.floats(-180, 180))
POINTS = st.builds(Point, lat=LATITUDES, lon=LONGITUDES)
DEGREE_KM = EARTH_RADIUS_KM / degrees(1)


def strips_with(strips: list[Strip], point: Point) -> int:
    return sum(
        strip.band == band_of(point.lat) and strip.west <= point.lon <= strip.east
        for strip in strips
    )


def near(center: Point, north_km: float, east: float) -> Point:
    """Another point, some km to the north and a share of all longitudes to the east."""
    lat = max(-90.0, min(90.0, center.lat + north_km / DEGREE_KM))
    return Point(lat=lat, lon=(center.lon + 360 * east + 540) % 360 - 180)


class TestRing:
    @given(
        center=POINTS,
        north_km=st.floats(-30, 30),
        east=st.one_of(st.floats(-0.001, 0.001), st.floats(-0.5, 0.5)),
        inside=st.floats(0, 1),
        beyond=st.floats(0, 1),
    )
    def test_has_every_point_of_it_once(
        self, center: Point, north_km: float, east: float, inside: float, beyond: float
    ) -> None:
        point = near(center, north_km, east)
        distance = center.distance_km(point)
        if distance < 1_000:
            found = ring(center, inner_km=distance * inside, outer_km=distance * (1 + beyond))
            assert strips_with(found, point) == 1

    @given(center=POINTS, distance=st.floats(0, 500))
    def test_has_the_points_on_its_edges(self, center: Point, distance: float) -> None:
        lat = center.lat + distance / DEGREE_KM
        if lat <= 90:
            point = Point(lat=lat, lon=center.lon)
            distance = center.distance_km(point)
            found = ring(center, inner_km=distance, outer_km=distance)
            assert strips_with(found, point) == 1

    @given(center=POINTS, point=POINTS, inner=st.floats(0, 200), width=st.floats(0, 200))
    def test_has_no_point_twice(
        self, center: Point, point: Point, inner: float, width: float
    ) -> None:
        assert strips_with(ring(center, inner_km=inner, outer_km=inner + width), point) <= 1

    @given(
        center=st.builds(Point, lat=st.floats(-80, 80), lon=LONGITUDES),
        point_east=st.floats(-1, 1),
        point_north=st.floats(-1, 1),
    )
    def test_has_few_others(self, center: Point, point_east: float, point_north: float) -> None:
        """A band is 1.1 km high: what is farther off than its diagonal is left out."""
        point = Point(lat=center.lat + point_north, lon=(center.lon + point_east + 540) % 360 - 180)
        distance = center.distance_km(point)
        found = ring(center, inner_km=20, outer_km=21)
        if not 0 < distance < 24:
            assert strips_with(found, point) == 0

    def test_grows_with_its_length_and_not_with_what_it_surrounds(self) -> None:
        vienna = Point(lat=48.2, lon=16.37)
        degrees_of = [
            sum(strip.east - strip.west for strip in ring(vienna, inner_km=km, outer_km=km + 0.1))
            for km in (50, 100)
        ]
        assert degrees_of[1] < 2.5 * degrees_of[0]

    def test_is_empty_where_its_inside_is_out(self) -> None:
        assert ring(Point(lat=0, lon=0), inner_km=2, outer_km=1) == []
