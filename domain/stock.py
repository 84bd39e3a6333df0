"""What a kitchen promises to an order: its dishes, and a slot to cook them in."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class ReservationState(StrEnum):
    HELD = "held"
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseStock:
    """Undo of `ReserveStock`: put back what the order holds, and let it hold nothing any more."""

    order_id: UUID
