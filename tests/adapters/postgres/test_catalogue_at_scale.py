"""A hundred thousand restaurants in one city, and as many dishes: what a page costs there.

Costs are pages of Postgres that are touched, which no other load on the machine changes.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from hashlib import md5
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
import pytest
from pydantic import SecretStr

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.search import RestaurantFilter, RestaurantSearch
from adapters.postgres.catalog.search_statements import LAST_ID
from adapters.postgres.engine import Database
from adapters.postgres.migrate import migrate
from adapters.postgres.nearby import Place
from adapters.settings import DatabaseSettings
from domain.geography import Point
from tests.support.statements import Explained, explained, statements

_CROWDED = "crowded"
# Evenly over a disk of 18 to 20 km around Vienna.
_RESTAURANTS = """
INSERT INTO catalog.restaurants (
  id, name, currency, line1, city, lat, lon, cuisine, auto_accept, acceptance_minutes,
  preparation_minutes, paused, version
)
SELECT
  md5('restaurant ' || n)::uuid,
  'Kitchen ' || n || CASE WHEN n % 1000 = 0 THEN ' Zebra' ELSE '' END,
  'EUR', 'Ring 1', 'Vienna', 48.2 + 0.18 * sqrt(n / 100000.0) * sin(n * 2.399963),
  16.37 + 0.27 * sqrt(n / 100000.0) * cos(n * 2.399963),
  (ARRAY['Italian', 'Ethiopian', 'Thai', 'Viennese'])[1 + n % 4], false, 10, 20, false, 1
FROM generate_series(1, 100000) n
"""
_DISHES = """
INSERT INTO catalog.menu_items (
  id, restaurant_id, name, description, price, stock, available, version
)
SELECT
  md5('dish ' || n)::uuid, md5('restaurant ' || 1 + n % 2000)::uuid, 'Dish ' || n, '', 900, n % 9,
  true, 1
FROM generate_series(1, 100000) n
"""
VIENNA = Place(Point(lat=48.2, lon=16.37), 15.0)
ALL = RestaurantFilter()


@pytest.fixture(scope="module")
def crowded_dsn(databases: DatabaseSettings, postgres_admin_dsn: str) -> SecretStr:
    """In a database of its own, because every other test would wade through it."""
    with psycopg.connect(postgres_admin_dsn, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {_CROWDED}")
    dsns = {name: _crowded(dsn.get_secret_value()) for name, dsn in databases}
    migrate(_crowded(postgres_admin_dsn), DatabaseSettings.model_validate(dsns))
    dsn = dsns["catalog_dsn"]
    with psycopg.connect(dsn.get_secret_value(), autocommit=True) as catalog:
        for rows in (_RESTAURANTS, _DISHES, "VACUUM ANALYZE"):
            catalog.execute(rows)
    return dsn


def _crowded(dsn: str) -> SecretStr:
    return SecretStr(urlsplit(dsn)._replace(path=f"/{_CROWDED}").geturl())


@pytest.fixture
async def crowded(crowded_dsn: SecretStr) -> AsyncIterator[Database]:
    database = Database(crowded_dsn)
    yield database
    await database.close()


@pytest.fixture
def search(crowded: Database) -> RestaurantSearch:
    return RestaurantSearch(crowded)


async def cost(database: Database, look: Callable[[], Awaitable[Any]]) -> list[Explained]:
    """How each of the statements was carried out."""
    with statements() as sent:
        await look()
    return [await explained(database, statement) for statement in sent]


def scans_of(costs: list[Explained]) -> set[str]:
    return {scan for each in costs for scan in each.scans}


def buffers_of(costs: list[Explained]) -> int:
    return sum(each.buffers for each in costs)


class TestNearest:
    async def test_reads_a_page_from_the_index_of_bands_alone(
        self, crowded: Database, search: RestaurantSearch
    ) -> None:
        costs = await cost(crowded, lambda: search.nearest(VIENNA, ALL, limit=20))
        assert len(costs) == 1
        assert scans_of(costs) == {
            "Index Only Scan ix_restaurants_band_lon",
            "Index Scan pk_restaurants",
        }

    async def test_costs_at_the_end_about_what_it_costs_at_the_start(
        self, crowded: Database, search: RestaurantSearch
    ) -> None:
        """A ring is longer there, so it is more strips; what is inside of it costs nothing."""
        last = await search.nearest(VIENNA, ALL, after=(14.998, LAST_ID), limit=20)
        assert last.hits
        assert last.go_on is None
        at_first, at_last = [
            await cost(crowded, partial(search.nearest, VIENNA, ALL, after=after, limit=20))
            for after in (None, (14.998, LAST_ID))
        ]
        assert len(at_last) == len(at_first)
        assert buffers_of(at_last) < 4 * buffers_of(at_first)

    async def test_is_nearest_first_from_page_to_page(self, search: RestaurantSearch) -> None:
        seen: list[tuple[float, UUID]] = []
        after = (9.99, LAST_ID)
        for _ in range(5):
            page = await search.nearest(VIENNA, ALL, after=after, limit=50)
            seen += [hit.at for hit in page.hits]
            after = seen[-1]
        assert seen == sorted(set(seen))
        assert len(seen) == 250

    async def test_finds_what_is_far_from_everything_in_few_steps(
        self, crowded: Database, search: RestaurantSearch
    ) -> None:
        outside = Place(Point(lat=48.6, lon=16.37), 50.0)
        costs = await cost(crowded, lambda: search.nearest(outside, ALL, limit=20))
        assert len(costs) <= 8
        assert buffers_of(costs) < 2_000


class TestNamed:
    async def test_costs_at_the_end_what_it_costs_at_the_start(
        self, crowded: Database, search: RestaurantSearch
    ) -> None:
        end = ("Kitchen 9999", UUID(int=0))
        at_first = await cost(crowded, lambda: search.named(ALL, limit=20))
        at_last = await cost(crowded, lambda: search.named(ALL, after=end, limit=20))
        assert scans_of(at_first) == scans_of(at_last) == {"Index Scan ix_restaurants_name_id"}
        assert buffers_of(at_last) <= 2 * buffers_of(at_first)


class TestWord:
    async def test_that_few_have_is_looked_up(
        self, crowded: Database, search: RestaurantSearch
    ) -> None:
        zebra = RestaurantFilter(q="zebra")
        for look in (
            lambda: search.nearest(VIENNA, zebra, limit=20),
            lambda: search.named(zebra, limit=20),
        ):
            costs = await cost(crowded, look)
            assert "Bitmap Index Scan ix_restaurants_name_cuisine" in scans_of(costs)
            assert not [scan for scan in scans_of(costs) if scan.startswith("Seq Scan")]
            assert buffers_of(costs) < 1_000

    @pytest.mark.parametrize("q", ["thai", "itchen", "it", "nobody has this", "9?", "é"])
    async def test_that_many_have_or_nobody_costs_a_page_no_more(
        self, crowded: Database, search: RestaurantSearch, q: str
    ) -> None:
        """The table has some 2,000 pages, and its indexes have more."""
        wanted = RestaurantFilter(q=q)
        for after in (None, (12.0, LAST_ID)):
            look = partial(search.nearest, VIENNA, wanted, after=after, limit=20)
            assert buffers_of(await cost(crowded, look)) < 3_000
        look_by_name = partial(search.named, wanted, limit=20)
        assert buffers_of(await cost(crowded, look_by_name)) < 1_000


class TestMenu:
    async def test_is_read_by_indexes(self, crowded: Database) -> None:
        restaurants = RestaurantRepository(crowded)
        restaurant_id = UUID(md5(b"restaurant 7").hexdigest())  # noqa: S324 - as in the SQL.
        dish_id = UUID(md5(b"dish 7").hexdigest())  # noqa: S324
        assert len(await restaurants.menu(restaurant_id)) == 50
        for look, expected in (
            (lambda: restaurants.find(restaurant_id), "Index Scan pk_restaurants"),
            (lambda: restaurants.menu(restaurant_id), "ix_menu_items_restaurant_id_created_at_id"),
            (lambda: restaurants.items([dish_id]), "Index Scan pk_menu_items"),
        ):
            costs = await cost(crowded, look)
            assert any(expected in scan for scan in scans_of(costs))
            assert not [scan for scan in scans_of(costs) if scan.startswith("Seq Scan")]
            assert buffers_of(costs) < 150
