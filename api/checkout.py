"""What an order would cost, and whether it could be placed now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    model_validator,
)
from pydantic.config import JsonDict

from api.addresses import NewAddress
from api.dependencies import Caller, Using
from api.fields import Model, Text
from api.money import Money, Payable
from api.openapi import refusals
from api.services import Services
from domain import money, pricing
from domain.accounts import Account, DeliveryAddress
from domain.errors import (
    AddressNotFound,
    CurrencyMismatch,
    ItemUnavailable,
    OutOfDeliveryRange,
    PriceChanged,
    RestaurantClosed,
    RestaurantNotFound,
)
from domain.orders import IfUnavailable, OrderLine, Particulars, Quote
from domain.restaurants import MenuItem, Restaurant

router = APIRouter(prefix="/orders", tags=["orders"])

REFUSALS = (
    AddressNotFound,
    CurrencyMismatch,
    ItemUnavailable,
    OutOfDeliveryRange,
    PriceChanged,
    RestaurantClosed,
    RestaurantNotFound,
)

_EXAMPLE: JsonDict = {
    "restaurant_id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "items": [
        {
            "menu_item_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7",
            "quantity": 2,
            "note": "No onions",
        }
    ],
    "delivery_address": {
        "line1": "Bole Road 12",
        "city": "Addis Ababa",
        "lat": 9.005,
        "lon": 38.79,
        "instructions": "Ring twice",
    },
    "payment_method": "pm_card_visa",
    "tip": {"amount": 200, "currency": "USD"},
    "if_unavailable": "drop",
}


class NewLine(Model):
    menu_item_id: UUID
    quantity: Annotated[StrictInt, Field(ge=1, le=99, examples=[2])]
    note: Text | None = Field(default=None, examples=["No onions"])


class NewOrder(Model):
    """With one of `delivery_address_id` and `delivery_address`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    restaurant_id: UUID
    items: Annotated[list[NewLine], Field(min_length=1, max_length=50)]
    delivery_address_id: UUID | None = None
    delivery_address: NewAddress | None = None
    payment_method: Annotated[
        str,
        StringConstraints(pattern=r"^pm_[A-Za-z0-9_]+$", max_length=255),
        Field(examples=["pm_card_visa"]),
    ]
    tip: Payable | None = None
    # What the customer was shown: an order for another price is not begun.
    expected_total: Money | None = None
    if_unavailable: IfUnavailable = IfUnavailable.REJECT

    @model_validator(mode="after")
    def _one_address(self) -> Self:
        if (self.delivery_address_id is None) == (self.delivery_address is None):
            message = "give one of delivery_address_id and delivery_address"
            raise ValueError(message)
        return self


class LineAnswer(BaseModel):
    menu_item_id: UUID
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    note: str | None

    @classmethod
    def of(cls, line: OrderLine, note: str | None) -> Self:
        return cls(
            menu_item_id=line.menu_item_id,
            name=line.name,
            quantity=line.quantity,
            unit_price=Money.of(line.unit_price),
            line_total=Money.of(line.line_total),
            note=note,
        )


class QuoteAnswer(BaseModel):
    items: list[LineAnswer]
    subtotal: Money
    delivery_fee: Money
    service_fee: Money
    tip: Money
    total: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """An order that could be placed now."""

    restaurant: Restaurant
    lines: list[OrderLine]
    quote: Quote
    particulars: Particulars

    @property
    def ride_minutes(self) -> int:
        return self.restaurant.address.point.ride_minutes(self.particulars.address.point)


@router.post("/quote", responses=refusals(*REFUSALS))
async def quote_order(body: NewOrder, services: Using, caller: Caller) -> QuoteAnswer:
    """What `POST /orders` with this body would cost. Nothing is set aside."""
    checked = await check_out(services, caller, body)
    amounts = checked.quote
    notes = checked.particulars.notes
    return QuoteAnswer(
        items=[LineAnswer.of(line, note) for line, note in zip(checked.lines, notes, strict=True)],
        subtotal=Money.of(amounts.subtotal),
        delivery_fee=Money.of(amounts.delivery_fee),
        service_fee=Money.of(amounts.service_fee),
        tip=Money.of(amounts.tip),
        total=Money.of(amounts.total),
    )


async def check_out(services: Services, caller: Account, wanted: NewOrder) -> Checkout:
    """Price what is wanted. Raises one of `REFUSALS`: what can be known at once is said at once.

    Stock is only looked at here; that it is there is decided when the order reserves it.
    """
    restaurant = await services.restaurants.find(wanted.restaurant_id)
    if restaurant is None:
        message = "There is no such restaurant."
        raise RestaurantNotFound(message)
    address = await _address(services, caller, wanted)
    if not restaurant.open_at(datetime.now(UTC)):
        message = f"{restaurant.name} takes no orders at the moment."
        raise RestaurantClosed(message)
    items = await services.restaurants.items({line.menu_item_id for line in wanted.items})
    lines = _lines(wanted, [item for item in items if item.restaurant_id == wanted.restaurant_id])
    return Checkout(
        restaurant=restaurant,
        lines=lines,
        quote=_quote(wanted, restaurant, lines, address),
        particulars=Particulars(address=address, notes=[line.note for line in wanted.items]),
    )


async def _address(services: Services, caller: Account, wanted: NewOrder) -> DeliveryAddress:
    if wanted.delivery_address:
        return wanted.delivery_address.address(None)
    if wanted.delivery_address_id:
        return await services.addresses.find(caller.account_id, wanted.delivery_address_id)
    message = "You have no such address."
    raise AddressNotFound(message)


def _lines(wanted: NewOrder, menu: Sequence[MenuItem]) -> list[OrderLine]:
    """Raises `ItemUnavailable`. A dish that stands in several lines must do for all of them."""
    quantities: Counter[UUID] = Counter()
    for line in wanted.items:
        quantities[line.menu_item_id] += line.quantity
    offered = {
        item.menu_item_id: item for item in menu if item.offers(quantities[item.menu_item_id])
    }
    names = {item.menu_item_id: item.name for item in menu}
    if missing := [names.get(each, str(each)) for each in quantities if each not in offered]:
        message = f"Not available in this quantity: {', '.join(missing)}."
        raise ItemUnavailable(message)
    return [
        OrderLine(
            menu_item_id=line.menu_item_id,
            name=offered[line.menu_item_id].name,
            quantity=line.quantity,
            unit_price=offered[line.menu_item_id].price,
        )
        for line in wanted.items
    ]


def _quote(
    wanted: NewOrder, restaurant: Restaurant, lines: list[OrderLine], address: DeliveryAddress
) -> Quote:
    tip = wanted.tip.value() if wanted.tip else money.Money.zero(restaurant.currency)
    if tip.currency != restaurant.currency:
        message = f"This restaurant is paid in {restaurant.currency}, so the tip is too."
        raise CurrencyMismatch(message)
    distance = restaurant.address.point.distance_km(address.point)
    quote = pricing.quote(lines, tip=tip, distance_km=distance)
    if wanted.expected_total and wanted.expected_total.value() != quote.total:
        message = f"The total is {quote.total} now."
        raise PriceChanged(message)
    return quote
