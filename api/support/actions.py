"""All that support does to an order, by name: for bulk actions, approvals, previews and pages.

Each is the function that its route is. What it is asked with is the body of that route; the
reason may be left out where it was written down before.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from api.fields import read_as
from api.order_lookup import find_order, name_in_logs
from api.services import Services
from api.support.cancelling import CancellingLate, amount_of_cancelling, cancel_order_late
from api.support.cases import MovingOne, move_case_of
from api.support.confirmations import resend_confirmation
from api.support.couriers import Reassigning, reassign_courier
from api.support.deadlines import Extending, extend_deadline
from api.support.decisions import (
    Resolving,
    amount_of_resolution,
    resolve_refund,
    with_its_case,
)
from api.support.desk import Desk, Reasoned
from api.support.notes import Noting, add_note
from api.support.ordering_again import OrderingAgain, place_again
from api.support.refund_request import NewRefund, amount_of_refund
from api.support.refunds import refund_order
from api.support.retrying import retry_step
from domain.desk import DeskAction
from domain.errors import OrderNotFound
from domain.money import Money
from domain.orders import Order

AGREED = "As it was asked for."
"""In place of a reason that a desk has as a remark already."""


@dataclass(frozen=True, slots=True)
class Doable:
    """`amount` tells what leaves the platform by it; None is nothing, whatever is asked.

    `pin` names what the body leaves open, so that it means the same later.
    """

    body: type[Reasoned]
    do: Callable[[Order, Any, Desk], Awaitable[BaseModel]]
    amount: Callable[[Services, Order, Any], Awaitable[Money | None]] | None = None
    pin: Callable[[Services, Order, Any], Awaitable[Reasoned]] | None = None

    async def spends(self, services: Services, order: Order, body: Reasoned) -> Money | None:
        return await self.amount(services, order, body) if self.amount else None

    async def pinned(self, services: Services, order: Order, body: Reasoned) -> Reasoned:
        return await self.pin(services, order, body) if self.pin else body

    def read(self, request: Mapping[str, object]) -> Reasoned:
        """The body. Raises `RequestValidationError`, with places below `request`."""
        return read_as(self.body, request, "request")


ACTIONS: Mapping[DeskAction, Doable] = {
    DeskAction.RETRY: Doable(Reasoned, retry_step),
    DeskAction.EXTEND_DEADLINE: Doable(Extending, extend_deadline),
    DeskAction.REASSIGN_COURIER: Doable(Reassigning, reassign_courier),
    DeskAction.RESEND_CONFIRMATION: Doable(Reasoned, resend_confirmation),
    DeskAction.ADD_NOTE: Doable(Noting, add_note),
    DeskAction.MOVE_CASE: Doable(MovingOne, move_case_of),
    DeskAction.CANCEL: Doable(CancellingLate, cancel_order_late, amount_of_cancelling),
    DeskAction.REFUND: Doable(NewRefund, refund_order, amount_of_refund),
    DeskAction.RESOLVE_REFUND: Doable(
        Resolving, resolve_refund, amount_of_resolution, with_its_case
    ),
    DeskAction.ORDER_AGAIN: Doable(OrderingAgain, place_again),
}
"""Those about an order. A difference is none: each is looked into and decided about alone."""


async def find_for_support(services: Services, order_id: UUID) -> Order:
    """Raises `OrderNotFound`."""
    name_in_logs(order_id)
    order = await find_order(services, order_id)
    if order is None:
        message = "There is no such order."
        raise OrderNotFound(message)
    return order
