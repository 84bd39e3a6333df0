"""A restaurant with 2,000 open orders of 50 lines each, in a table of 200,000 lines."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import psycopg
import pytest
from pydantic import SecretStr
from sqlalchemy import event
from sqlalchemy.pool import Pool

from adapters.postgres.migrate import migrate
from adapters.settings import DatabaseSettings, TemporalSettings
from api.app import create_app
from api.services import Settings
from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.serving import serving
from tests.support.statements import statements
from tests.support.temporal import real_time

_BUSY = "busy"
_LINE = """{"menu_item_id": "00000000-0000-0000-0000-000000000001", "name": "Shiro",
"quantity": 1, "unit_price": 1000, "unavailable": false}"""
_PARTICULARS = """
INSERT INTO ordering.particulars (order_id, request_hash, address, notes)
SELECT md5('order ' || n)::uuid, 'h', '{
  "address_id": null, "label": null, "line1": "Bole Road 12", "line2": null,
  "city": "Addis Ababa", "point": {"lat": 9.0, "lon": 38.7}, "instructions": null
}', (SELECT jsonb_agg(NULL::text) FROM generate_series(1, 50)) FROM generate_series(1, 4000) n
"""
# Every other one is another restaurant's.
_ORDERS = """
INSERT INTO ordering.orders (
  id, run_id, status, refund_status, customer_id, restaurant_id, currency, lines, subtotal,
  delivery_fee, service_fee, tip, total, placed_total, ride_minutes, payment_status, authorized,
  captured, refunded, request_hash, correlation_id, placed_at
)
SELECT
  md5('order ' || n)::uuid, 'r', 'preparing', 'none', md5('customer ' || n)::uuid,
  CASE WHEN n %% 2 = 0 THEN %s ELSE md5('other')::uuid END, 'USD',
  (SELECT jsonb_agg(%s::jsonb) FROM generate_series(1, 50)),
  50000, 100, 50, 0, 50150, 50150, 15, 'captured', 0, 50150, 0, 'h', 'c',
  timestamptz '2026-06-01 11:00Z' - n * interval '1 minute'
FROM generate_series(1, 4000) n
"""
LISTS = 16
# The role of the support desk, which looks every so often for what it has to go on with.
_BESIDE = "support"


@pytest.fixture(scope="module")
def busy_dsn(databases: DatabaseSettings, postgres_admin_dsn: str) -> SecretStr:
    """Orders nobody works on, in a database of their own."""
    with psycopg.connect(postgres_admin_dsn, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {_BUSY}")
    dsns = {name: _busy(dsn.get_secret_value()) for name, dsn in databases}
    migrate(_busy(postgres_admin_dsn), DatabaseSettings.model_validate(dsns))
    return dsns["ordering_dsn"]


def _busy(dsn: str) -> SecretStr:
    return SecretStr(urlsplit(dsn)._replace(path=f"/{_BUSY}").geturl())


@pytest.fixture
async def busy(settings: Settings, people: People, busy_dsn: SecretStr) -> AsyncIterator[Diner]:
    """Of an API that takes orders, with an engine of its own that nobody works for."""
    diner = await open_diner(people)
    with psycopg.connect(busy_dsn.get_secret_value(), autocommit=True) as ordering:
        ordering.execute(_PARTICULARS)
        ordering.execute(_ORDERS, (UUID(diner.restaurant_id), _LINE))
        ordering.execute("ANALYZE")
    databases = settings.databases.model_copy(update={"ordering_dsn": busy_dsn})
    async with real_time() as engine:
        temporal = TemporalSettings(address=engine.client.service_client.config.target_host)
        app = create_app(replace(settings, databases=databases, temporal=temporal))
        # In a thread, because the engine's test server is spoken to from this loop.
        server = serving(app)
        url = await asyncio.to_thread(server.__enter__)
        try:
            async with httpx.AsyncClient(base_url=url, timeout=30) as client:
                yield replace(
                    diner,
                    staff=replace(diner.staff, http=client),
                    customer=replace(diner.customer, http=client),
                )
        finally:
            await asyncio.to_thread(server.__exit__, None, None, None)


@pytest.fixture
def held() -> Iterator[list[int]]:
    """After each time that somebody took a connection: how many are out.

    But those that the support desk takes beside all requests.
    """
    out: list[int] = [0]

    def took(connection: Any, *_: object) -> None:
        out.append(out[-1] + _counts(connection))

    def gave(connection: Any, *_: object) -> None:
        out.append(out[-1] - _counts(connection))

    event.listen(Pool, "checkout", took)
    event.listen(Pool, "checkin", gave)
    yield out
    event.remove(Pool, "checkout", took)
    event.remove(Pool, "checkin", gave)


def _counts(connection: Any) -> bool:
    user: str = connection.driver_connection.info.user
    return user != _BESIDE


async def test_lists_cost_a_few_statements_and_one_connection_and_hold_up_no_order(
    busy: Diner, held: list[int]
) -> None:
    path = f"/restaurants/{busy.restaurant_id}/orders?status=preparing"
    assert await _statements_of_pages(busy, path) <= {1, 2, 3}
    # The lists give their connections back before they write their answers.
    assert max(held) == 1
    await _hold_up_no_order(busy, path)
    assert max(held) <= LISTS + 1


async def _statements_of_pages(busy: Diner, path: str) -> set[int]:
    """How many each page took: of a few orders, of more, and of the most there can be."""
    counts = []
    cursor = ""
    for limit in (1, 20, 100):
        with statements(but_of=_BESIDE) as sent:
            page = (await busy.staff.get(f"{path}&limit={limit}{cursor}")).json()
        assert [len(order["items"]) for order in page["items"]] == [50] * limit
        cursor = f"&cursor={page['next_cursor']}"
        counts.append(len(sent))
    assert len(set(counts)) == 1
    return set(counts)


async def _hold_up_no_order(busy: Diner, path: str) -> None:
    """An order among sixteen lists waits for its turn at the processor, and for nothing else."""
    begun = time.monotonic()
    await asyncio.gather(*(busy.staff.get(path) for _ in range(LISTS)))
    together = time.monotonic() - begun
    begun = time.monotonic()
    assert (await busy.place()).status_code == 202
    alone = time.monotonic() - begun
    lists = [asyncio.create_task(busy.staff.get(path)) for _ in range(LISTS)]
    begun = time.monotonic()
    assert (await busy.place()).status_code == 202
    among = time.monotonic() - begun
    assert {page.status_code for page in await asyncio.gather(*lists)} == {200}
    # On one core all work is done in turn; the rest is the machine's weather.
    assert among < 3 * (alone + together) + 10
