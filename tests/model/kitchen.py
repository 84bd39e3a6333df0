"""What the kitchen has left, by the model."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from domain.orders import OrderStatus, PlaceOrder
from tests.model.expectations import Expected


@dataclass(kw_only=True)
class Kitchen:
    """`stock` is of the dishes that are counted; `ran_out` are those taken off the menu."""

    slots: int
    stock: dict[UUID, int]
    ran_out: frozenset[UUID] = frozenset()

    def has_room(self, order: PlaceOrder, others: Iterable[Expected]) -> bool | None:
        """None where an order that has no workflow may or may not hold something."""
        others = [*others]
        if any(line.menu_item_id in self.ran_out for line in order.lines):
            return False
        if any(other.is_lost or other.reserved is None for other in others):
            return None
        left = self.left(others)
        busy = sum(map(_is_held, others))
        short = any(
            left.get(line.menu_item_id, line.quantity) < line.quantity for line in order.lines
        )
        return busy < self.slots and not short

    def left(self, orders: Iterable[Expected]) -> dict[UUID, int]:
        """Of the counted dishes, without what orders hold, cooked, or found to be missing."""
        left = {**self.stock}
        for order in orders:
            for line in order.order.lines:
                gone = _is_held(order) or order.was_cooked or line.menu_item_id in order.missing
                if gone and order.reserved and line.menu_item_id in left:
                    left[line.menu_item_id] -= line.quantity
        return left


def _is_held(order: Expected) -> bool:
    """Dishes and a slot."""
    open_ = not order.state.status.is_final and order.state.status is not OrderStatus.PLACED
    return bool(order.reserved) and open_ and not order.was_cooked
