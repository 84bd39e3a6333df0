"""What orders take of kitchens, as the world hears it."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from domain.events.envelope import Event
from domain.stock import ReservationState


class StockEventType(StrEnum):
    RESERVED = "stock_reserved"
    RELEASED = "stock_released"
    CONSUMED = "stock_consumed"
    ITEMS_WITHDRAWN = "items_withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class StockMoved:
    """What a change took of a dish, put back, or gave up.

    `left` is the stock after it; None where the dish is not counted.
    """

    menu_item_id: UUID
    name: str
    quantity: int
    left: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StockEvent(Event):
    """A change of what an order holds. Its aggregate is the order.

    `restaurant_id` is None where nothing was ever held. `lines` are the dishes of the change:
    `stock_consumed` has none.
    """

    type: StockEventType
    restaurant_id: UUID | None
    state: ReservationState
    lines: tuple[StockMoved, ...] = ()
