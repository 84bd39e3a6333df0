"""Restaurants and their menus. Every change has an event of the restaurant."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.catalog.journal import tell_of_restaurant
from adapters.postgres.catalog.mapping import (
    item_columns,
    item_of,
    restaurant_columns,
    restaurant_of,
)
from adapters.postgres.catalog.search import RestaurantSearch
from adapters.postgres.catalog.tables import MenuItemRow, RestaurantRow
from adapters.postgres.engine import Database
from domain.errors import CurrencyMismatch, MenuItemNotFound, RestaurantNotFound
from domain.events.restaurants import RestaurantEventType
from domain.restaurants import MenuItem, Restaurant

_ITEMS = (
    select(MenuItemRow, RestaurantRow.currency)
    .join(RestaurantRow, RestaurantRow.id == MenuItemRow.restaurant_id)
    .where(~MenuItemRow.removed)
)


class RestaurantRepository:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.search = RestaurantSearch(database)

    async def add(self, restaurant: Restaurant) -> None:
        added = insert(RestaurantRow).values(
            id=restaurant.restaurant_id,
            version=restaurant.version,
            menu_revision=restaurant.menu_revision,
            **restaurant_columns(restaurant),
        )
        async with self._database.transaction() as session:
            await session.execute(added)
            await tell_of_restaurant(session, restaurant.restaurant_id, RestaurantEventType.OPENED)

    async def find(self, restaurant_id: UUID) -> Restaurant | None:
        async with self._database.transaction() as session:
            row = await session.get(RestaurantRow, restaurant_id)
        return restaurant_of(row) if row else None

    async def named(self, restaurant_ids: Collection[UUID]) -> dict[UUID, Restaurant]:
        """Those that there are, by id."""
        wanted = select(RestaurantRow).where(RestaurantRow.id.in_(restaurant_ids))
        async with self._database.transaction() as session:
            return {row.id: restaurant_of(row) for row in await session.scalars(wanted)}

    async def update(self, restaurant: Restaurant) -> Restaurant | None:
        """Write what was changed in a restaurant that was read; its version says when.

        Returns it with its new version, or None where it has changed since or is gone.
        """
        changed = (
            update(RestaurantRow)
            .where(
                RestaurantRow.id == restaurant.restaurant_id,
                RestaurantRow.version == restaurant.version,
            )
            .values(version=RestaurantRow.version + 1, **restaurant_columns(restaurant))
            .returning(RestaurantRow)
        )
        async with self._database.transaction() as session:
            row = await session.scalar(changed)
            if row is None:
                return None
            await tell_of_restaurant(session, row.id, RestaurantEventType.CHANGED)
        return restaurant_of(row)

    async def set_paused(self, restaurant_id: UUID, *, paused: bool) -> None:
        """Does nothing where it is so already. Raises `RestaurantNotFound`."""
        this = RestaurantRow.id == restaurant_id
        changed = (
            update(RestaurantRow)
            .where(this, RestaurantRow.paused != paused)
            .values(paused=paused, version=RestaurantRow.version + 1)
            .returning(RestaurantRow.id)
        )
        type_ = RestaurantEventType.PAUSED if paused else RestaurantEventType.RESUMED
        async with self._database.transaction() as session:
            if await session.scalar(changed) is not None:
                await tell_of_restaurant(session, restaurant_id, type_)
            elif await session.scalar(select(RestaurantRow.id).where(this)) is None:
                raise RestaurantNotFound("There is no such restaurant.")

    async def add_item(self, item: MenuItem) -> None:
        """Raises `RestaurantNotFound`, and `CurrencyMismatch` where the restaurant has another."""
        currency = select(RestaurantRow.currency).where(RestaurantRow.id == item.restaurant_id)
        added = (
            insert(MenuItemRow)
            .values(id=item.menu_item_id, version=item.version, **item_columns(item))
            .returning(MenuItemRow)
        )
        type_ = RestaurantEventType.ITEM_ADDED
        async with self._database.transaction() as session:
            _same_currency(await session.scalar(currency), item)
            row = (await session.scalars(added)).one()
            await tell_of_restaurant(session, item.restaurant_id, type_, dish=row)

    async def update_item(self, item: MenuItem, *, restock: bool) -> MenuItem | None:
        """Write what the staff changed in a dish that was read; its version says when.

        Its stock is written only to `restock`, because orders may have taken of it since. Returns
        the dish with its new version, or None where staff changed it since or it is gone.
        """
        columns = item_columns(item)
        if not restock:
            del columns["stock"]
        changed = (
            update(MenuItemRow)
            .where(
                MenuItemRow.id == item.menu_item_id,
                MenuItemRow.version == item.version,
                ~MenuItemRow.removed,
            )
            .values(version=MenuItemRow.version + 1, **columns)
            .returning(MenuItemRow)
        )
        type_ = RestaurantEventType.ITEM_CHANGED
        async with self._database.transaction() as session:
            await _hold(session, item.restaurant_id)
            row = await session.scalar(changed)
            if row is None:
                return None
            await tell_of_restaurant(session, item.restaurant_id, type_, dish=row)
        return item_of(row, item.price.currency)

    async def remove_item(self, restaurant_id: UUID, menu_item_id: UUID) -> None:
        """Raises `MenuItemNotFound`. Orders that hold it keep it."""
        removed = (
            update(MenuItemRow)
            .where(
                MenuItemRow.id == menu_item_id,
                MenuItemRow.restaurant_id == restaurant_id,
                ~MenuItemRow.removed,
            )
            .values(removed=True, version=MenuItemRow.version + 1)
            .returning(MenuItemRow)
        )
        type_ = RestaurantEventType.ITEM_REMOVED
        async with self._database.transaction() as session:
            await _hold(session, restaurant_id)
            row = await session.scalar(removed)
            if row is None:
                raise MenuItemNotFound("There is no such dish on this menu.")
            await tell_of_restaurant(session, restaurant_id, type_, dish=row)

    async def menu(self, restaurant_id: UUID) -> Sequence[MenuItem]:
        """In the order in which the dishes were added; empty for an unknown restaurant."""
        menu = _ITEMS.where(MenuItemRow.restaurant_id == restaurant_id)
        async with self._database.transaction() as session:
            rows = await session.execute(menu.order_by(MenuItemRow.created_at, MenuItemRow.id))
            return [item_of(*row) for row in rows]

    async def items(self, menu_item_ids: Collection[UUID]) -> Sequence[MenuItem]:
        """Those that are on a menu, in no particular order."""
        async with self._database.transaction() as session:
            rows = await session.execute(_ITEMS.where(MenuItemRow.id.in_(menu_item_ids)))
            return [item_of(*row) for row in rows]


async def _hold(session: AsyncSession, restaurant_id: UUID) -> None:
    """Lock the restaurant before its dishes, as orders do: a dish's change may revise its menu."""
    held = select(RestaurantRow.id).where(RestaurantRow.id == restaurant_id)
    await session.execute(held.with_for_update(key_share=True))


def _same_currency(currency: str | None, item: MenuItem) -> None:
    if currency is None:
        raise RestaurantNotFound("There is no such restaurant.")
    if currency != item.price.currency:
        raise CurrencyMismatch(f"The prices of this restaurant are in {currency}.")
