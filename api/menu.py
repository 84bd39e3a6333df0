"""A restaurant's menu, and the stock behind it."""

from collections.abc import Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID, uuid4

from fastapi import APIRouter, status
from pydantic import AfterValidator, BaseModel, Field, StrictBool, StrictInt

from api.dependencies import MaybeCaller, Named, Staffed, Using, is_staff
from api.fields import MaybeText, Model, Name, Patch, Text
from api.money import Money, Payable
from api.openapi import ANYBODY, refusals
from api.preconditions import Revised, Versioned, changed_meanwhile
from api.services import Services
from domain.errors import CurrencyMismatch, Forbidden, MenuItemNotFound, RestaurantNotFound
from domain.restaurants import MenuItem, Restaurant

router = APIRouter(prefix="/restaurants/{restaurant_id}/menu", tags=["restaurants"])


def _not_free(price: Money) -> Money:
    if price.amount == 0:
        message = "at least one minor unit"
        raise ValueError(message)
    return price


Price = Annotated[Payable, AfterValidator(_not_free)]
Stock = Annotated[StrictInt, Field(ge=0, le=1_000_000)]


class NewItem(Model):
    """`stock` null is unlimited."""

    name: Name = Field(examples=["Shiro wot"])
    description: Text | None = Field(default=None, examples=["Chickpea stew with berbere"])
    price: Price
    stock: Stock | None = Field(default=None, examples=[25])

    def item(self, restaurant_id: UUID) -> MenuItem:
        return MenuItem(
            menu_item_id=uuid4(),
            restaurant_id=restaurant_id,
            name=self.name,
            description=self.description or "",
            price=self.price.value(),
            stock=self.stock,
            available=True,
            version=1,
        )


class ItemChanges(Patch):
    nullable: ClassVar[frozenset[str]] = frozenset({"stock"})

    name: Name | None = None
    description: MaybeText | None = None
    price: Price | None = None
    stock: Stock | None = None
    available: StrictBool | None = None

    def applied_to(self, item: MenuItem) -> MenuItem:
        values: dict[str, Any] = self.changes()
        if self.price:
            values["price"] = self.price.value()
        return replace(item, **values)


class ItemAnswer(Versioned):
    """As its staff see it. `version` is what `If-Match` names, in quotes."""

    id: UUID
    name: str
    description: str
    price: Money
    stock: int | None
    available: bool

    @classmethod
    def of(cls, item: MenuItem) -> Self:
        return cls(
            id=item.menu_item_id,
            name=item.name,
            description=item.description,
            price=Money.of(item.price),
            stock=item.stock,
            available=item.available,
            version=item.version,
        )


class ShownItem(BaseModel):
    """As guests see it: what is sold out is not available, and the stock is null."""

    id: UUID
    name: str
    description: str
    price: Money
    stock: None = None
    available: bool

    @classmethod
    def of(cls, item: MenuItem) -> Self:
        return cls(
            id=item.menu_item_id,
            name=item.name,
            description=item.description,
            price=Money.of(item.price),
            available=item.available,
        )


class Menu(BaseModel):
    items: list[ItemAnswer | ShownItem]


@router.get("", responses=refusals(RestaurantNotFound), openapi_extra=ANYBODY)
async def read_menu(services: Using, restaurant: Named, caller: MaybeCaller) -> Menu:
    """Guests see what they can order; the restaurant's staff see the stock behind it too."""
    if caller is not None and is_staff(caller, restaurant.restaurant_id):
        items = await services.restaurants.menu(restaurant.restaurant_id)
        return Menu(items=[ItemAnswer.of(item) for item in items])
    return Menu(items=[ShownItem.of(item) for item in await _shown(services, restaurant)])


@router.post(
    "/items",
    status_code=status.HTTP_201_CREATED,
    responses=refusals(CurrencyMismatch, Forbidden, RestaurantNotFound),
)
async def add_item(
    body: NewItem, services: Using, restaurant: Staffed, revisions: Revised
) -> ItemAnswer:
    """One more dish, in the restaurant's currency."""
    item = body.item(restaurant.restaurant_id)
    await services.restaurants.add_item(item)
    return revisions.show(ItemAnswer.of(item))


@router.patch(
    "/items/{item_id}",
    responses=refusals(
        CurrencyMismatch,
        Forbidden,
        MenuItemNotFound,
        RestaurantNotFound,
        HTTPStatus.PRECONDITION_FAILED,
    ),
)
async def change_item(
    item_id: UUID, body: ItemChanges, services: Using, restaurant: Staffed, revisions: Revised
) -> ItemAnswer:
    """What is left out stays. Orders keep the price that they were placed at."""
    item = _on_menu(restaurant, await services.restaurants.items([item_id]))
    revisions.check(ItemAnswer.of(item))
    changed = await services.restaurants.update_item(
        _priced(restaurant, body.applied_to(item)), restock="stock" in body.model_fields_set
    )
    if changed is None:
        raise changed_meanwhile()
    return revisions.show(ItemAnswer.of(changed))


@router.delete(
    "/items/{item_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(Forbidden, MenuItemNotFound, RestaurantNotFound),
)
async def remove_item(item_id: UUID, services: Using, restaurant: Staffed) -> None:
    """Orders that hold it keep it."""
    await services.restaurants.remove_item(restaurant.restaurant_id, item_id)


async def _shown(services: Services, restaurant: Restaurant) -> Sequence[MenuItem]:
    """What guests see: from the cache, where it has this revision, or else from the table."""
    kept = await services.menus.find(restaurant)
    if kept is not None:
        return kept
    items = await services.restaurants.menu(restaurant.restaurant_id)
    shown = [item.as_guests_see_it() for item in items]
    await services.menus.keep(restaurant, shown)
    return shown


def _on_menu(restaurant: Restaurant, items: Sequence[MenuItem]) -> MenuItem:
    for item in items:
        if item.restaurant_id == restaurant.restaurant_id:
            return item
    message = "There is no such dish on this menu."
    raise MenuItemNotFound(message)


def _priced(restaurant: Restaurant, item: MenuItem) -> MenuItem:
    if item.price.currency != restaurant.currency:
        message = f"The prices of this restaurant are in {restaurant.currency}."
        raise CurrencyMismatch(message)
    return item
