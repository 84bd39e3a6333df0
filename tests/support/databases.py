"""The contexts' databases and repositories, for one test; `databases` is the migrated server.

Imported by the conftest of the folders that use them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.engine import Database
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.settings import DatabaseSettings


@asynccontextmanager
async def _opened(dsn: SecretStr) -> AsyncIterator[Database]:
    database = Database(dsn)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
async def ordering(databases: DatabaseSettings) -> AsyncIterator[Database]:
    async with _opened(databases.ordering_dsn) as database:
        yield database


@pytest.fixture
async def catalog(databases: DatabaseSettings) -> AsyncIterator[Database]:
    async with _opened(databases.catalog_dsn) as database:
        yield database


@pytest.fixture
async def delivery(databases: DatabaseSettings) -> AsyncIterator[Database]:
    async with _opened(databases.delivery_dsn) as database:
        yield database


@pytest.fixture
async def identity(databases: DatabaseSettings) -> AsyncIterator[Database]:
    async with _opened(databases.identity_dsn) as database:
        yield database


@pytest.fixture
async def support(databases: DatabaseSettings) -> AsyncIterator[Database]:
    async with _opened(databases.support_dsn) as database:
        yield database


@pytest.fixture
def deliveries(delivery: Database) -> DeliveryRepository:
    return DeliveryRepository(delivery)


@pytest.fixture
def couriers(delivery: Database) -> CourierRepository:
    return CourierRepository(delivery)


@pytest.fixture
def orders(ordering: Database) -> OrderRepository:
    return OrderRepository(ordering)


@pytest.fixture
def writings(ordering: Database) -> WritingRepository:
    return WritingRepository(ordering)


@pytest.fixture
def restaurants(catalog: Database) -> RestaurantRepository:
    return RestaurantRepository(catalog)


@pytest.fixture
def stock(catalog: Database) -> StockRepository:
    return StockRepository(catalog)


@pytest.fixture
async def notifications_database(databases: DatabaseSettings) -> AsyncIterator[Database]:
    async with _opened(databases.notifications_dsn) as database:
        yield database


@pytest.fixture
def notifications(notifications_database: Database) -> NotificationRepository:
    return NotificationRepository(notifications_database)
