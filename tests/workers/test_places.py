"""Where couriers were is forgotten by itself."""

import asyncio
from contextlib import suppress
from datetime import timedelta

from sqlalchemy import func, update

from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.rides import RideRepository
from adapters.postgres.delivery.tables import CourierRow
from adapters.postgres.engine import Database
from adapters.settings import DatabaseSettings
from domain.deliveries import LOCATION_HOLDS, Courier
from tests.support.delivering import a_courier
from tests.support.polling import seen
from workers.places import forget_old_places


async def test_once_no_offer_is_made_there_any_more(databases: DatabaseSettings) -> None:
    database = Database(databases.delivery_dsn)
    couriers = CourierRepository(database)
    courier_id = await a_courier(couriers)
    long_ago = func.now() - LOCATION_HOLDS - timedelta(seconds=1)
    async with database.transaction() as session:
        aged = update(CourierRow).where(CourierRow.account_id == courier_id)
        await session.execute(aged.values(located_at=long_ago))

    async def look() -> Courier:
        return await couriers.find(courier_id)

    forgetting = asyncio.create_task(forget_old_places(RideRepository(database)))
    try:
        await seen(look, lambda courier: courier.location is None)
    finally:
        forgetting.cancel()
        with suppress(asyncio.CancelledError):
            await forgetting
        await database.close()
