"""Forgets where couriers were, once neither an offer nor an order in their hands needs it."""

import asyncio

from adapters.postgres.delivery.rides import RideRepository
from adapters.weather import endure

_EVERY_SECONDS = 60


async def forget_old_places(rides: RideRepository) -> None:
    """Until it is cancelled. Several of them do each other no harm."""
    async for attempt in endure():
        with attempt:
            while True:
                await rides.forget_old_places()
                await asyncio.sleep(_EVERY_SECONDS)
