"""What a kitchen promises to an order: its dishes, and a slot to cook them in."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Self
from uuid import UUID

from domain.orders import PlaceOrder


class ReservationState(StrEnum):
    """`CONSUMED`: it was cooked. The slot is free again, and nothing is ever put back."""

    HELD = "held"
    CONSUMED = "consumed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLine:
    menu_item_id: UUID
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReserveStock:
    """Take the lines out of stock and a kitchen slot for the order, all or nothing."""

    order_id: UUID
    restaurant_id: UUID
    lines: list[StockLine]

    @classmethod
    def of(cls, order: PlaceOrder) -> Self:
        return cls(
            order_id=order.order_id,
            restaurant_id=order.restaurant_id,
            lines=[
                StockLine(menu_item_id=line.menu_item_id, quantity=line.quantity)
                for line in order.lines
            ],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStock:
    """Undo of `ReserveStock`: put back what the order holds, and let it hold nothing any more."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumeStock:
    """The food is cooked: what the order holds is used up, and the kitchen slot is free."""

    order_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawItems:
    """The kitchen ran out of these dishes: offer them no more, and put none of them back."""

    order_id: UUID
    restaurant_id: UUID
    menu_item_ids: list[UUID]
