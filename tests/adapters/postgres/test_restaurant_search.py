"""What is found, in which order, page by page. How fast: see test_catalogue_at_scale.py."""

from datetime import UTC, datetime
from itertools import pairwise
from math import degrees
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.search import RestaurantFilter
from adapters.postgres.nearby import Place
from domain.geography import EARTH_RADIUS_KM, Point
from domain.restaurants import OpeningHours, Restaurant
from tests.support.kitchens import a_restaurant

ANYWHERE = st.builds(Point, lat=st.floats(-90, 90), lon=st.floats(-180, 180))
VIENNA = Point(lat=48.2, lon=16.37)
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
CLOSED = OpeningHours(timezone="UTC", weekly={}, closed_on=[])


def north_of(center: Point, km: float) -> Point:
    return Point(lat=center.lat + degrees(km / EARTH_RADIUS_KM), lon=center.lon)


async def named(
    restaurants: RestaurantRepository, *, limit: int = 100, **wanted: Any
) -> list[Restaurant]:
    """All pages."""
    found: list[Restaurant] = []
    after = None
    while True:
        page = await restaurants.search.named(RestaurantFilter(**wanted), after=after, limit=limit)
        assert len(page.hits) <= limit
        found += [hit.restaurant for hit in page.hits]
        if page.go_on is None:
            return found
        after = page.go_on


async def nearest(
    restaurants: RestaurantRepository,
    center: Point,
    *,
    radius_km: float = 5.0,
    limit: int = 100,
    **wanted: Any,
) -> list[Restaurant]:
    """All pages."""
    found: list[Restaurant] = []
    after = None
    while True:
        page = await restaurants.search.nearest(
            Place(center, radius_km), RestaurantFilter(**wanted), after=after, limit=limit
        )
        assert len(page.hits) <= limit
        found += [hit.restaurant for hit in page.hits]
        if page.go_on is None:
            return found
        after = page.go_on


async def add(restaurants: RestaurantRepository, **given_: Any) -> UUID:
    restaurant = a_restaurant(**given_)
    await restaurants.add(restaurant)
    return restaurant.restaurant_id


class TestNamed:
    async def test_goes_by_name_page_by_page(self, restaurants: RestaurantRepository) -> None:
        word = uuid4().hex
        for name in ("c", "a", "b", "b"):
            await add(restaurants, name=f"{word} {name}")
        found = await named(restaurants, q=word.upper(), limit=3)
        assert [restaurant.name[-1] for restaurant in found] == ["a", "b", "b", "c"]

    @pytest.mark.parametrize("q", ["100% {}", "{}_", "{}/", "{}\\", "É{}"])
    async def test_takes_what_is_searched_for_literally(
        self, restaurants: RestaurantRepository, q: str
    ) -> None:
        word = uuid4().hex
        restaurant_id = await add(restaurants, cuisine=f"The {q.format(word)}!")
        await add(restaurants, cuisine=f"100 {word}x")
        [found] = await named(restaurants, q=q.format(word))
        assert found.restaurant_id == restaurant_id

    async def test_goes_on_from_a_name_that_is_gone(
        self, restaurants: RestaurantRepository
    ) -> None:
        word = uuid4().hex
        for name in "abcd":
            await add(restaurants, name=f"{word} {name}")
        wanted = RestaurantFilter(q=word)
        first = await restaurants.search.named(wanted, limit=2)
        last = first.hits[-1].restaurant
        await restaurants.update(
            a_restaurant(restaurant_id=last.restaurant_id, name="Renamed", version=last.version)
        )
        await add(restaurants, name=f"{word} aa")
        rest = await restaurants.search.named(wanted, after=first.go_on, limit=9)
        assert [hit.restaurant.name[-1] for hit in rest.hits] == ["c", "d"]


class TestNearest:
    async def test_is_nearest_first_within_the_radius_page_by_page(
        self, restaurants: RestaurantRepository
    ) -> None:
        word = uuid4().hex
        for km in (3, 1, 9, 2, 2):
            await add(restaurants, name=word, at=north_of(VIENNA, km))
        found = await nearest(restaurants, VIENNA, q=word, limit=2)
        distances = [round(VIENNA.distance_km(one.address.point)) for one in found]
        assert distances == [1, 2, 2, 3]

    @pytest.mark.parametrize(
        ("center", "there"),
        [
            (Point(lat=-17, lon=179.99), Point(lat=-17, lon=-179.99)),
            (Point(lat=-17, lon=-179.99), Point(lat=-17, lon=179.99)),
            (Point(lat=89.99, lon=0), Point(lat=89.99, lon=180)),
            (Point(lat=-90, lon=77), Point(lat=-89.99, lon=-100)),
        ],
    )
    async def test_reaches_across_the_antimeridian_and_the_poles(
        self, restaurants: RestaurantRepository, center: Point, there: Point
    ) -> None:
        restaurant_id = await add(restaurants, at=there)
        found = await nearest(restaurants, center)
        assert restaurant_id in [restaurant.restaurant_id for restaurant in found]

    @settings(
        max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(
        center=ANYWHERE,
        offsets=st.lists(
            st.tuples(st.floats(-0.3, 0.3), st.floats(-0.5, 0.5)), min_size=1, max_size=6
        ),
        radius_km=st.floats(0.1, 50),
        limit=st.integers(2, 5),
        walks=st.booleans(),
    )
    async def test_shows_what_measuring_all_of_them_shows(
        self,
        restaurants: RestaurantRepository,
        *,
        center: Point,
        offsets: list[tuple[float, float]],
        radius_km: float,
        limit: int,
        walks: bool,
    ) -> None:
        """By the rings, and by the word that few have."""
        word = uuid4().hex
        points = {}
        for north, east in offsets:
            lat = max(-90.0, min(90.0, center.lat + north))
            point = Point(lat=lat, lon=(center.lon + east + 540) % 360 - 180)
            points[await add(restaurants, name=word, at=point)] = point
        found = await nearest(
            restaurants, center, radius_km=radius_km, limit=limit, q=None if walks else word
        )
        seen = [one.restaurant_id for one in found if one.restaurant_id in points]
        distances = {key: center.distance_km(point) for key, point in points.items()}
        expected = {key for key, distance in distances.items() if distance <= radius_km}
        assert set(seen) == expected
        assert len(seen) == len(expected)
        order = [distances[key] for key in seen]
        assert all(one <= other + 1e-9 for one, other in pairwise(order))

    async def test_shows_none_nearer_on_a_later_page_when_one_is_added(
        self, restaurants: RestaurantRepository
    ) -> None:
        sea = Point(lat=-47.1, lon=-130.0)
        for km in (1.0, 2.0, 3.0):
            await add(restaurants, name=f"{km:g}", at=north_of(sea, km))
        wanted, around = RestaurantFilter(), Place(sea, 5.0)
        first = await restaurants.search.nearest(around, wanted, limit=2)
        for km in (0.5, 2.5):
            await add(restaurants, name=f"{km}", at=north_of(sea, km))
        rest = await restaurants.search.nearest(around, wanted, after=first.go_on, limit=9)
        assert [hit.restaurant.name for hit in first.hits] == ["1", "2"]
        assert [hit.restaurant.name for hit in rest.hits] == ["2.5", "3"]

    async def test_shows_all_that_are_at_one_place(self, restaurants: RestaurantRepository) -> None:
        mall = Point(lat=-47.2, lon=-140.0)
        ids = {await add(restaurants, at=mall) for _ in range(7)}
        found = await nearest(restaurants, mall, limit=2)
        assert [one.restaurant_id for one in found] == sorted(ids)

    async def test_is_over_where_the_cursor_is_beyond_the_radius(
        self, restaurants: RestaurantRepository
    ) -> None:
        found = await restaurants.search.nearest(
            Place(VIENNA, 1.0), RestaurantFilter(), after=(2.0, uuid4()), limit=9
        )
        assert (found.hits, found.go_on) == ([], None)


class TestOpenAt:
    async def test_looks_at_so_many_and_then_lets_the_client_ask_again(
        self, restaurants: RestaurantRepository
    ) -> None:
        desert = Point(lat=-47.3, lon=-150.0)
        for number in range(510):
            await add(
                restaurants, at=north_of(desert, number / 1_000), name="Shut", opening_hours=CLOSED
            )
        open_id = await add(restaurants, at=north_of(desert, 1), name="Open")
        wanted, around = RestaurantFilter(open_at=NOON), Place(desert, 5.0)
        first = await restaurants.search.nearest(around, wanted, limit=9)
        assert first.hits == []
        assert first.go_on is not None
        rest = await restaurants.search.nearest(around, wanted, after=first.go_on, limit=9)
        assert [hit.restaurant.restaurant_id for hit in rest.hits] == [open_id]
        assert rest.go_on is None

    async def test_leaves_out_the_paused_and_the_closed(
        self, restaurants: RestaurantRepository
    ) -> None:
        word = uuid4().hex
        for given_ in ({"paused": True}, {"opening_hours": CLOSED}, {}):
            await add(restaurants, name=word, **given_)
        [found] = await named(restaurants, q=word, open_at=NOON)
        assert found.open_at(NOON)
