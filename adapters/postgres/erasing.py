"""Erasing a person: in every context, and without a transaction that could span them.

`identity` comes first: from then on nobody is logged in as them, so nothing new of theirs is
written. What is left in the other contexts goes right after, and goes again a little later, when
also what was under way at that moment is over, or where the process died in between.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.delivery.erasing import erase_courier, erase_remarks
from adapters.postgres.delivery.rides import RideRepository
from adapters.postgres.engine import Database
from adapters.postgres.identity.erasing import erase_account, mark_forgotten, unforgotten
from adapters.postgres.identity.staff import alone_at
from adapters.postgres.notifications.erasing import erase_messages
from adapters.postgres.ordering.erasing import (
    erase_writings,
    has_orders_to_cook,
    has_orders_under_way,
    orders_over,
)
from adapters.postgres.support.erasing import erase_approvals, erase_reasons
from domain.errors import OrdersUnderWay, RestaurantNotFound

# A request that was under way when the account was erased is over by then.
_SETTLED = timedelta(minutes=1)
_AT_ONCE = 100


class Eraser:
    """`databases` by context. Each step may be repeated."""

    def __init__(self, databases: Mapping[str, Database]) -> None:
        self._databases = databases

    async def erase(self, account_id: UUID, *, now: datetime) -> None:
        """Restaurants that are left with nobody are paused.

        Raises `OrdersUnderWay`, having done nothing.
        """
        if await self._has_orders_under_way(account_id):
            message = "An order of yours is not over, or its refund has not arrived yet."
            raise OrdersUnderWay(message)
        async with self._databases["identity"].transaction() as session:
            await self._pause(await alone_at(session, account_id))
            await erase_account(session, account_id, now=now)
        await self._forget(account_id)

    async def finish(self, *, now: datetime) -> int:
        """Forget whoever was erased and may still be known somewhere. Returns how many it was."""
        async with self._databases["identity"].transaction() as session:
            waiting = await unforgotten(session, erased_before=now - _SETTLED, limit=_AT_ONCE)
        for account_id in waiting:
            # An order that was acknowledged just before keeps its address until it is over. Looked
            # at first: of one that ends meanwhile nothing is erased before the next time.
            waits = await self._has_orders_under_way(account_id)
            await self._forget(account_id)
            if not waits:
                async with self._databases["identity"].transaction() as session:
                    await erase_account(session, account_id, now=now)
                    await mark_forgotten(session, account_id, now=now)
        return len(waiting)

    async def _pause(self, restaurant_ids: Collection[UUID]) -> None:
        """Raises `OrdersUnderWay` where one of them has an order that nobody else would see to."""
        async with self._databases["ordering"].transaction() as session:
            if await has_orders_to_cook(session, restaurant_ids):
                message = "A restaurant whose only staff you are has an order that is not over."
                raise OrdersUnderWay(message)
        restaurants = RestaurantRepository(self._databases["catalog"])
        for restaurant_id in restaurant_ids:
            # Staff come before their restaurant, which may have got lost in between.
            with suppress(RestaurantNotFound):
                await restaurants.set_paused(restaurant_id, paused=True)

    async def _forget(self, account_id: UUID) -> None:
        async with self._databases["ordering"].transaction() as session:
            await erase_writings(session, account_id)
            order_ids = await orders_over(session, account_id)
        async with self._databases["support"].transaction() as session:
            await erase_approvals(session, order_ids)
            await erase_reasons(session, order_ids)
        async with self._databases["notifications"].transaction() as session:
            await erase_messages(session, account_id)
        async with self._databases["delivery"].transaction() as session:
            await erase_courier(session, account_id)
            await erase_remarks(session, order_ids)

    async def _has_orders_under_way(self, account_id: UUID) -> bool:
        # An order hears of its courier a little later than the delivery.
        if await RideRepository(self._databases["delivery"]).of_courier(account_id):
            return True
        async with self._databases["ordering"].transaction() as session:
            return await has_orders_under_way(session, account_id)
