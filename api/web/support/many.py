"""An action on many orders, as somebody of support has filled it in."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self
from uuid import UUID

from api.fields import read_as
from api.idempotency import Idempotency, hash_of
from api.support.actions import ACTIONS
from api.support.bulk import NewBulk, begin_bulk
from api.support.desk import Desk
from api.support.previews import look_ahead
from api.web.support.bulk_forms import MANY_TITLES, currency_of, fields_of
from api.web.support.choosing import chosen
from api.web.support.fields import Field, Given, Unreadable, body_of
from api.web.support.filled import key_of, new_key
from api.web.support.names import ids_for
from api.web.support.typed import one
from domain.desk import DeskAction
from domain.errors import IdempotencyKeyReused
from domain.money import Money
from domain.orders import Order
from domain.previews import Party, Preview

# Each asks the databases for the whole of an order.
_AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    action: DeskAction
    orders: Sequence[Order]
    fields: Sequence[Field]
    given: Given
    key: str
    desk: Desk

    @classmethod
    async def of(cls, desk: Desk, given: Given) -> Self:
        """Raises `Unreadable`."""
        orders = await chosen(desk.services, given)
        named = one(given, "action")
        if named not in list(MANY_TITLES):
            message = "Action: choose one."
            raise Unreadable(message)
        action = DeskAction(named)
        return cls(
            action=action,
            orders=orders,
            fields=fields_of(action, orders),
            given=given,
            key=key_of(given),
            desk=desk,
        )

    @property
    def title(self) -> str:
        return MANY_TITLES[self.action]

    def after(self, error: Exception) -> Self:
        """For the form that is shown again: a key that stands for something else is spent."""
        return replace(self, key=new_key()) if isinstance(error, IdempotencyKeyReused) else self

    async def body(self) -> dict[str, object]:
        """As JSON. Raises `Unreadable`, and `AccountNotFound` where nobody is so called."""
        # Who has several currencies has no field for an amount either.
        given = body_of(self.fields, self.given, currency_of(self.orders) or "")
        return await ids_for(self.desk.services, self.fields, given)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """`moved` is what each party has more by all that is done of them, or less."""

    each: Sequence[tuple[Order, Preview]]
    moved: Sequence[tuple[Party, Money]]

    @property
    def is_refused(self) -> bool:
        """Of every one of them."""
        return not any(_is_done(look) for _, look in self.each)

    @property
    def is_tried(self) -> bool:
        """What comes of it is not certain."""
        return any(look.tries for _, look in self.each if _is_done(look))

    @property
    def unknown(self) -> Sequence[str]:
        """What nobody can tell before, each said once."""
        looks = [look for _, look in self.each if _is_done(look)]
        return list(dict.fromkeys(look.unknown for look in looks if look.unknown))


def _is_done(look: Preview) -> bool:
    """Of many at once nobody is asked to approve: what is above the limit is refused."""
    return not (look.refused or look.approval)


async def previewed(asked: Many) -> Sum:
    """Raises `Unreadable` and `RequestValidationError`."""
    body = ACTIONS[asked.action].read(await asked.body())
    gate = asyncio.Semaphore(_AT_ONCE)

    async def look(order: Order) -> Preview:
        async with gate:
            return await look_ahead(asked.desk, order, asked.action, body)

    looks = await asyncio.gather(*(look(order) for order in asked.orders))
    sums: Counter[tuple[Party, str]] = Counter()
    for each in filter(_is_done, looks):
        for moved in each.money:
            sums[moved.party, moved.amount.currency] += moved.amount.amount
    return Sum(
        each=list(zip(asked.orders, looks, strict=True)),
        moved=[(party, Money(amount, currency)) for (party, currency), amount in sums.items()],
    )


async def begin(asked: Many) -> UUID:
    """Its id. Raises `Unreadable`, `RequestValidationError` and what `begin_bulk` raises."""
    body = await asked.body()
    reason = body.pop("reason")
    new = {
        "action": asked.action,
        "order_ids": [order.order_id for order in asked.orders],
        "reason": reason,
        "request": body,
    }
    key = Idempotency(asked.key, hash_of(body))
    return (await begin_bulk(read_as(NewBulk, new), replace(asked.desk, idempotency=key))).id
