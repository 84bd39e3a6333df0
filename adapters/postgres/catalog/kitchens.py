"""Slots and dishes of a kitchen, as orders take them and give them back.

Locks are taken in one order: restaurant, dishes. The restaurant's row is locked by every
reservation and release at it, so two of them never wait for each other's dishes.
"""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.catalog.journal import tell_of_restaurant
from adapters.postgres.catalog.tables import (
    MenuItemRow,
    ReservationLineRow,
    ReservationRow,
    RestaurantRow,
)
from domain.errors import ItemUnavailable, KitchenFull, RestaurantClosed, RestaurantNotFound
from domain.events.restaurants import RestaurantEventType
from domain.events.stock import StockMoved
from domain.stock import ReservationState


async def take_slot(session: AsyncSession, restaurant_id: UUID) -> None:
    """Raises `RestaurantNotFound`, `RestaurantClosed` and `KitchenFull`."""
    taken = (
        update(RestaurantRow)
        .where(
            RestaurantRow.id == restaurant_id,
            ~RestaurantRow.paused,
            or_(
                RestaurantRow.kitchen_slots.is_(None),
                RestaurantRow.kitchen_busy < RestaurantRow.kitchen_slots,
            ),
        )
        .values(kitchen_busy=RestaurantRow.kitchen_busy + 1)
        .returning(RestaurantRow.id)
    )
    if await session.scalar(taken) is not None:
        return
    paused = await session.scalar(
        select(RestaurantRow.paused).where(RestaurantRow.id == restaurant_id)
    )
    if paused is None:
        raise RestaurantNotFound("There is no such restaurant.")
    if paused:
        raise RestaurantClosed("The restaurant takes no orders at the moment.")
    raise KitchenFull("The kitchen can't take another order at the moment.")


async def free_slot(session: AsyncSession, restaurant_id: UUID) -> None:
    await session.execute(
        update(RestaurantRow)
        .where(RestaurantRow.id == restaurant_id)
        .values(kitchen_busy=RestaurantRow.kitchen_busy - 1)
    )


async def take_out(
    session: AsyncSession, restaurant_id: UUID, order_id: UUID, wanted: Mapping[UUID, int]
) -> list[StockMoved]:
    """Take so many of each dish, all or nothing. Raises `ItemUnavailable`.

    Only counted stock is written down: a dish that was unlimited has nothing to put back.
    """
    dishes = await _locked_dishes(session, restaurant_id, wanted)
    _refuse_what_is_short(dishes, wanted)
    counted = [
        {"order_id": order_id, "menu_item_id": item, "quantity": quantity}
        for item, quantity in wanted.items()
        if dishes[item].stock is not None
    ]
    if counted:
        await session.execute(insert(ReservationLineRow), counted)
        await _change_stock(session, order_id, sign=-1)
    return [_taken(dishes[item], quantity) for item, quantity in wanted.items()]


async def put_back(session: AsyncSession, order_id: UUID) -> list[StockMoved]:
    return await _change_stock(session, order_id, sign=1)


async def take_off_the_menu(
    session: AsyncSession, restaurant_id: UUID, menu_item_ids: Collection[UUID]
) -> list[MenuItemRow]:
    """The dishes, offered no more; each of those that were has an event of the restaurant."""
    restaurant = select(RestaurantRow.id).where(RestaurantRow.id == restaurant_id)
    await session.execute(restaurant.with_for_update(key_share=True))
    dishes = await _locked_dishes(session, restaurant_id, menu_item_ids)
    offered = [dish.id for dish in dishes.values() if dish.available and not dish.removed]
    changed = (
        update(MenuItemRow)
        .where(MenuItemRow.id.in_(offered))
        .values(available=False, version=MenuItemRow.version + 1)
        .returning(MenuItemRow)
        .execution_options(populate_existing=True)
    )
    type_ = RestaurantEventType.ITEM_CHANGED
    for dish in (await session.scalars(changed)).all() if offered else ():
        await tell_of_restaurant(session, restaurant_id, type_, dish=dish)
    return [*dishes.values()]


async def give_up(
    session: AsyncSession, order_id: UUID, dishes: Iterable[MenuItemRow]
) -> list[StockMoved]:
    """Forget what the order took of the dishes: it is not there, so it is never put back."""
    held_by = select(ReservationRow.order_id).where(
        ReservationRow.order_id == order_id, ReservationRow.state == ReservationState.HELD
    )
    given_up = (
        delete(ReservationLineRow)
        .where(
            # What was released before was put back already.
            ReservationLineRow.order_id.in_(held_by),
            ReservationLineRow.menu_item_id.in_([dish.id for dish in dishes]),
        )
        .returning(ReservationLineRow.menu_item_id, ReservationLineRow.quantity)
    )
    held: dict[UUID, int] = dict((await session.execute(given_up)).all())
    return [
        StockMoved(
            menu_item_id=dish.id, name=dish.name, quantity=held.get(dish.id, 0), left=dish.stock
        )
        for dish in dishes
    ]


async def _locked_dishes(
    session: AsyncSession, restaurant_id: UUID, menu_item_ids: Collection[UUID]
) -> dict[UUID, MenuItemRow]:
    """Those that the restaurant has or had on its menu."""
    dishes = (
        select(MenuItemRow)
        .where(MenuItemRow.id.in_(menu_item_ids), MenuItemRow.restaurant_id == restaurant_id)
        .order_by(MenuItemRow.id)
        .with_for_update(key_share=True)
    )
    return {dish.id: dish for dish in await session.scalars(dishes)}


def _refuse_what_is_short(dishes: Mapping[UUID, MenuItemRow], wanted: Mapping[UUID, int]) -> None:
    """Raise `ItemUnavailable`, naming every dish that is short."""
    short = [_shortage(dishes.get(item), quantity) for item, quantity in wanted.items()]
    if any(short):
        raise ItemUnavailable(" ".join(filter(None, short)))


def _shortage(dish: MenuItemRow | None, quantity: int) -> str:
    if dish is None or dish.removed:
        return "A dish is no longer on the menu."
    if not dish.available:
        return f"{dish.name} is not available."
    if dish.stock is not None and dish.stock < quantity:
        return f"{dish.name}: {dish.stock} left, {quantity} wanted."
    return ""


def _taken(dish: MenuItemRow, quantity: int) -> StockMoved:
    """Of a dish as it was before."""
    left = None if dish.stock is None else dish.stock - quantity
    return StockMoved(menu_item_id=dish.id, name=dish.name, quantity=quantity, left=left)


async def _change_stock(session: AsyncSession, order_id: UUID, *, sign: int) -> list[StockMoved]:
    """Add what the order's lines hold to stock, or take it out; unlimited stays unlimited."""
    changed = (
        update(MenuItemRow)
        .where(
            MenuItemRow.id == ReservationLineRow.menu_item_id,
            ReservationLineRow.order_id == order_id,
        )
        .values(stock=MenuItemRow.stock + sign * ReservationLineRow.quantity)
        .returning(MenuItemRow.id, MenuItemRow.name, ReservationLineRow.quantity, MenuItemRow.stock)
        .execution_options(synchronize_session=False)
    )
    return [
        StockMoved(menu_item_id=item, name=name, quantity=quantity, left=left)
        for item, name, quantity, left in await session.execute(changed)
    ]
