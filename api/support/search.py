"""Finding the order that somebody asks about, by whatever they have of it."""

import re
from collections.abc import AsyncIterator
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel

from adapters.postgres.catalog.search import RestaurantFilter
from adapters.postgres.ordering.statements import OrderFilter
from api.dependencies import Support, Using
from api.fields import Model, Words
from api.openapi import refusals
from api.order_answers import OrderAnswer, order_answers
from api.order_lookup import find_order
from api.pages import Page
from api.services import Services
from domain.accounts import Account
from domain.errors import Forbidden
from domain.orders import Order

router = APIRouter(prefix="/support/search", tags=["support"])

# Fewer begin too many ids.
_LEAST_OF_AN_ID = 4
_ID = re.compile(rf"#?(?:order-)?([0-9a-f-]{{{_LEAST_OF_AN_ID},36}})")
_WHOLE_ID = 36
_RESTAURANTS = 5
OF_EACH = 20

Kind = Literal["order", "customer", "restaurant"]
Hit = tuple[Kind, str, Order]


class Searching(Model):
    q: Words


class FoundAnswer(BaseModel):
    """`kind` is by what the order was found, and `match` that very thing: its id, the customer's
    e-mail address, or the restaurant's name.
    """

    kind: Kind
    match: str
    order: OrderAnswer


@router.get("", responses=refusals(Forbidden))
async def search(
    q: Annotated[Words, Query()], services: Using, caller: Support
) -> Page[FoundAnswer]:
    """By the beginning of an id, an e-mail address, a phone in any format, or a restaurant's name.

    Of each the newest orders first, at most twenty. Where addresses are logged on the way, ask
    with POST: the words are then in no address.
    """
    return Page(items=await found(services, q, caller), next_cursor=None)


@router.post("", responses=refusals(Forbidden))
async def search_quietly(body: Searching, services: Using, caller: Support) -> Page[FoundAnswer]:
    """The same, with the words in the body."""
    return Page(items=await found(services, body.q, caller), next_cursor=None)


async def found(services: Services, words: str, reader: Account) -> list[FoundAnswer]:
    hits = dict[UUID, Hit]()
    for way in (_by_id, _by_customer, _by_restaurant):
        async for kind, match, order in way(services, words):
            hits.setdefault(order.order_id, (kind, match, order))
    shown = await order_answers(services, [order for _, _, order in hits.values()], reader)
    return [
        FoundAnswer(kind=kind, match=match, order=order)
        for (kind, match, _), order in zip(hits.values(), shown, strict=True)
    ]


async def _by_id(services: Services, words: str) -> AsyncIterator[Hit]:
    named = _ID.fullmatch(words.lower())
    if named is None:
        return
    for order in await _beginning_with(services, named[1]):
        yield "order", str(order.order_id), order


async def _beginning_with(services: Services, beginning: str) -> list[Order]:
    """The whole id also finds an order that has no row yet."""
    if len(beginning) == _WHOLE_ID:
        try:
            order = await find_order(services, UUID(beginning))
        except ValueError:
            return []
        return [order] if order else []
    try:
        wanted = OrderFilter(id_begins=beginning)
        return list(await services.orders.list(wanted, limit=OF_EACH))
    except ValueError:
        return []


async def _by_customer(services: Services, words: str) -> AsyncIterator[Hit]:
    accounts = {each.account_id: each for each in await services.accounts.search(words)}
    if not accounts:
        return
    wanted = OrderFilter(customer_ids=list(accounts))
    for order in await services.orders.list(wanted, limit=OF_EACH):
        yield "customer", accounts[order.customer_id].email, order


async def _by_restaurant(services: Services, words: str) -> AsyncIterator[Hit]:
    named = await services.restaurants.search.named(RestaurantFilter(q=words), limit=_RESTAURANTS)
    for hit in named.hits:
        wanted = OrderFilter(restaurant_id=hit.restaurant.restaurant_id)
        for order in await services.orders.list(wanted, limit=OF_EACH):
            yield "restaurant", hit.restaurant.name, order
