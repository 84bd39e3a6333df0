"""What orders hold of kitchens. Every change of stock and slots by an order goes through here.

Locks are taken in one order: reservation, restaurant, dishes. The restaurant's row is locked by
every reservation and release at it, so two of them never wait for each other's dishes.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.catalog.tables import (
    MenuItemRow,
    ReservationLineRow,
    ReservationRow,
    RestaurantRow,
)
from adapters.postgres.engine import Database
from domain.errors import (
    ItemUnavailable,
    KitchenFull,
    RestaurantClosed,
    RestaurantNotFound,
    StepUndone,
)
from domain.stock import (
    ConsumeStock,
    ReleaseStock,
    ReservationState,
    ReserveStock,
    WithdrawItems,
)


class StockRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def reserve(self, command: ReserveStock) -> None:
        """Take the dishes and a kitchen slot, all or nothing, once per order.

        Raises `StepUndone` where the release came first, `RestaurantClosed`, `KitchenFull` and
        `ItemUnavailable`.
        """
        wanted: Counter[UUID] = Counter()
        for line in command.lines:
            wanted[line.menu_item_id] += line.quantity
        async with self._database.transaction() as session:
            if not await _begin(session, command):
                return
            await _take_slot(session, command.restaurant_id)
            dishes = await _locked_dishes(session, command.restaurant_id, wanted)
            _refuse_what_is_short(dishes, wanted)
            await _take_out(session, command.order_id, dishes, wanted)

    async def release(self, command: ReleaseStock) -> None:
        """Put back what the order holds, once, and let it hold nothing from now on."""
        # One statement, so that a reservation that lands meanwhile is either seen or kept out.
        released = (
            insert(ReservationRow)
            .values(order_id=command.order_id, state=ReservationState.RELEASED)
            .on_conflict_do_update(
                index_elements=[ReservationRow.order_id],
                set_={"state": ReservationState.RELEASED},
                where=ReservationRow.state == ReservationState.HELD,
            )
            .returning(ReservationRow.restaurant_id)
        )
        async with self._database.transaction() as session:
            restaurant_id = await session.scalar(released)
            if restaurant_id is not None:
                await _put_back(session, restaurant_id, command.order_id)

    async def consume(self, command: ConsumeStock) -> None:
        """Use up what the order holds, once, and free its kitchen slot."""
        consumed = (
            update(ReservationRow)
            .where(
                ReservationRow.order_id == command.order_id,
                ReservationRow.state == ReservationState.HELD,
            )
            .values(state=ReservationState.CONSUMED)
            .returning(ReservationRow.restaurant_id)
        )
        async with self._database.transaction() as session:
            restaurant_id = await session.scalar(consumed)
            if restaurant_id is not None:
                await _free_slot(session, restaurant_id)

    async def withdraw(self, command: WithdrawItems) -> None:
        """Take the dishes off the menu, once per order: the staff may offer them again later.

        What the order took of them is not there, so it is forgotten and never put back.
        """
        begun = (
            update(ReservationRow)
            .where(ReservationRow.order_id == command.order_id, ~ReservationRow.withdrew)
            .values(withdrew=True)
            .returning(ReservationRow.order_id)
        )
        async with self._database.transaction() as session:
            if await session.scalar(begun) is not None:
                await _take_off_the_menu(session, command)


async def _begin(session: AsyncSession, command: ReserveStock) -> bool:
    """Whether this order's reservation has yet to be made; it is written then."""
    begun = (
        insert(ReservationRow)
        .values(
            order_id=command.order_id,
            restaurant_id=command.restaurant_id,
            state=ReservationState.HELD,
        )
        .on_conflict_do_nothing()
        .returning(ReservationRow.order_id)
    )
    if await session.scalar(begun) is not None:
        return True
    state = select(ReservationRow.state).where(ReservationRow.order_id == command.order_id)
    if await session.scalar(state) is ReservationState.RELEASED:
        raise StepUndone("What the order held was released before.")
    return False


async def _take_slot(session: AsyncSession, restaurant_id: UUID) -> None:
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


async def _locked_dishes(
    session: AsyncSession, restaurant_id: UUID, wanted: Mapping[UUID, int]
) -> dict[UUID, MenuItemRow]:
    dishes = (
        select(MenuItemRow)
        .where(
            MenuItemRow.id.in_(wanted),
            MenuItemRow.restaurant_id == restaurant_id,
            ~MenuItemRow.removed,
        )
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
    if dish is None:
        return "A dish is no longer on the menu."
    if not dish.available:
        return f"{dish.name} is not available."
    if dish.stock is not None and dish.stock < quantity:
        return f"{dish.name}: {dish.stock} left, {quantity} wanted."
    return ""


async def _take_out(
    session: AsyncSession,
    order_id: UUID,
    dishes: Mapping[UUID, MenuItemRow],
    wanted: Mapping[UUID, int],
) -> None:
    """Only counted stock is written down: a dish that was unlimited has nothing to put back."""
    counted = [
        {"order_id": order_id, "menu_item_id": item, "quantity": quantity}
        for item, quantity in wanted.items()
        if dishes[item].stock is not None
    ]
    if counted:
        await session.execute(insert(ReservationLineRow), counted)
        await _change_stock(session, order_id, sign=-1)


async def _put_back(session: AsyncSession, restaurant_id: UUID, order_id: UUID) -> None:
    await _free_slot(session, restaurant_id)
    await _change_stock(session, order_id, sign=1)


async def _free_slot(session: AsyncSession, restaurant_id: UUID) -> None:
    await session.execute(
        update(RestaurantRow)
        .where(RestaurantRow.id == restaurant_id)
        .values(kitchen_busy=RestaurantRow.kitchen_busy - 1)
    )


async def _take_off_the_menu(session: AsyncSession, command: WithdrawItems) -> None:
    restaurant = select(RestaurantRow.id).where(RestaurantRow.id == command.restaurant_id)
    await session.execute(restaurant.with_for_update(key_share=True))
    await session.execute(
        delete(ReservationLineRow).where(
            ReservationLineRow.order_id == command.order_id,
            ReservationLineRow.menu_item_id.in_(command.menu_item_ids),
        )
    )
    await session.execute(
        update(MenuItemRow)
        .where(
            MenuItemRow.id.in_(command.menu_item_ids),
            MenuItemRow.restaurant_id == command.restaurant_id,
            MenuItemRow.available,
        )
        .values(available=False, version=MenuItemRow.version + 1)
    )


async def _change_stock(session: AsyncSession, order_id: UUID, *, sign: int) -> None:
    """Add what the order's lines hold to stock, or take it out; unlimited stays unlimited."""
    await session.execute(
        update(MenuItemRow)
        .where(
            MenuItemRow.id == ReservationLineRow.menu_item_id,
            ReservationLineRow.order_id == order_id,
        )
        .values(stock=MenuItemRow.stock + sign * ReservationLineRow.quantity)
        .execution_options(synchronize_session=False)
    )
