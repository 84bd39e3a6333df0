"""What wakes the streams of this process: one connection to Postgres, and one to Redis."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prometheus_client import Gauge
from pydantic import SecretStr

from adapters.postgres.ordering.news import news
from adapters.redis.positions import Positions
from adapters.weather import endure
from api.live import Live

_HEARD = Gauge("order_news_heard", "1 while news come, 0 while their source is away.", ["source"])


@asynccontextmanager
async def listening(live: Live, dsn: SecretStr, positions: Positions) -> AsyncIterator[None]:
    """For as long as it is entered on, whatever becomes of Postgres and Redis."""
    tasks = [
        asyncio.create_task(_hear_of_timelines(live, dsn)),
        asyncio.create_task(_hear_of_rides(live, positions)),
    ]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _hear_of_timelines(live: Live, dsn: SecretStr) -> None:
    async for attempt in endure():
        with attempt:
            async with news(dsn) as grown:
                # Nobody heard what happened while nobody listened.
                live.tell_everybody()
                with _HEARD.labels("timelines").track_inprogress():
                    async for order_id in grown:
                        live.tell(order_id)


async def _hear_of_rides(live: Live, positions: Positions) -> None:
    async for attempt in endure():
        with attempt:
            async with positions.told() as rides:
                with _HEARD.labels("positions").track_inprogress():
                    async for ride in rides:
                        live.show(ride)
