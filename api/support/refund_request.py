"""What a refund by support is asked with: how much of the order's money, and who pays for it."""

import asyncio
from typing import Self
from uuid import UUID

from fastapi.exceptions import RequestValidationError
from pydantic import Field, model_validator

from api.money import Payable
from api.services import Services
from api.support.desk import Reasoned
from domain import money
from domain.consequences import NOBODY_CARRIED_IT, Purse, account_of
from domain.orders import Order
from domain.permissions import to_refund
from domain.refunds import Liable


class NewRefund(Reasoned):
    """Of an amount, or of dishes by their `menu_item_id`; of neither, all that is left.

    A dish may stand in several lines, as with different notes: all of them are given back.
    """

    amount: Payable | None = None
    line_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=50)
    liable: Liable

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.amount and self.line_ids:
            message = "amount and line_ids exclude each other"
            raise ValueError(message)
        if self.amount and not self.amount.amount:
            message = "a refund is of more than nothing"
            raise ValueError(message)
        return self


async def amount_of_refund(services: Services, order: Order, body: NewRefund) -> money.Money:
    """Raises `RequestValidationError`, and `RefundExceedsCaptured` where less than that is left."""
    return to_refund(named_amount(order, body), left=await left_of(services, order))


async def left_of(services: Services, order: Order) -> money.Money:
    """What was taken, and is neither given back nor promised, nor by decision left with us."""
    return (await purse_of(services, order)).left


async def purse_of(services: Services, order: Order) -> Purse:
    file, lines = await asyncio.gather(
        services.money_files.of_order(order.order_id), services.ledger.entries(order.order_id)
    )
    return Purse(order, file, lines)


def named_amount(order: Order, body: NewRefund) -> money.Money | None:
    """None is all that is left. Raises `RequestValidationError`."""
    if body.amount and body.amount.currency != order.quote.total.currency:
        raise _invalid("amount", f"This order was paid in {order.quote.total.currency}.")
    if body.line_ids:
        return _of_lines(order, body.line_ids)
    return body.amount.value() if body.amount else None


def _of_lines(order: Order, line_ids: list[UUID]) -> money.Money:
    paid = [line for line in order.lines if not line.unavailable]
    if not set(line_ids) <= {line.menu_item_id for line in paid}:
        raise _invalid("line_ids", "Not all of them are lines of this order that were paid.")
    named = [line.line_total for line in paid if line.menu_item_id in line_ids]
    return sum(named, money.Money.zero(order.quote.total.currency))


def account_liable(order: Order, liable: Liable) -> str:
    """In the ledger. Raises `RequestValidationError`."""
    account = account_of(order, liable)
    if account is None:
        raise _invalid("liable", NOBODY_CARRIED_IT)
    return account


def _invalid(field: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"loc": ("body", field), "msg": message, "type": field}])
