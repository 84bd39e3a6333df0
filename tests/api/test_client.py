"""The client that is generated from the OpenAPI document, used as its users would."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

from infra.client.api.accounts import log_in, register
from infra.client.api.orders import cancel_order, list_my_orders, place_order, read_order
from infra.client.api.restaurants import add_item, open_restaurant, read_menu
from infra.client.client import AuthenticatedClient, Client
from infra.client.models.account_answer import AccountAnswer
from infra.client.models.acknowledgement import Acknowledgement
from infra.client.models.item_answer import ItemAnswer
from infra.client.models.login import Login
from infra.client.models.menu import Menu
from infra.client.models.money import Money
from infra.client.models.new_address import NewAddress
from infra.client.models.new_item import NewItem
from infra.client.models.new_line import NewLine
from infra.client.models.new_order import NewOrder
from infra.client.models.new_restaurant import NewRestaurant
from infra.client.models.order_answer import OrderAnswer
from infra.client.models.page_order_answer import PageOrderAnswer
from infra.client.models.place import Place
from infra.client.models.problem import Problem
from infra.client.models.registration import Registration
from infra.client.models.restaurant_answer import RestaurantAnswer
from infra.client.models.tokens import Tokens
from tests.support.rest import PASSWORD

_PATIENCE = httpx.Timeout(30)
_DOOR = NewAddress(line1="Bole Road 12", city="Addis Ababa", lat=9.005, lon=38.765)


@pytest.fixture
async def api(url: str) -> AsyncIterator[AuthenticatedClient]:
    """Of somebody who has just registered."""
    email = f"{uuid4().hex}@example.com"
    async with Client(base_url=url, timeout=_PATIENCE) as visitor:
        registration = Registration(email=email, password=PASSWORD, name="Abebe")
        account = await register.asyncio(client=visitor, body=registration)
        assert isinstance(account, AccountAnswer)
        login = Login(email=email, password=PASSWORD)
        tokens = await log_in.asyncio(client=visitor, body=login)
        assert isinstance(tokens, Tokens)
    async with AuthenticatedClient(
        base_url=url, token=tokens.access_token, timeout=_PATIENCE
    ) as client:
        yield client


@pytest.fixture
async def wanted(api: AuthenticatedClient) -> NewOrder:
    """Two of the only dish of a restaurant of one's own."""
    place = Place(line1="Churchill Avenue 1", city="Addis Ababa", lat=9.01, lon=38.755)
    opened = NewRestaurant(name="Soranu Kitchen", currency="USD", address=place)
    restaurant = await open_restaurant.asyncio(client=api, body=opened)
    assert isinstance(restaurant, RestaurantAnswer)
    dish = NewItem(name="Shiro wot", price=Money(amount=1250, currency="USD"), stock=3)
    item = await add_item.asyncio(restaurant.id, client=api, body=dish)
    assert isinstance(item, ItemAnswer)
    return NewOrder(
        restaurant_id=restaurant.id,
        items=[NewLine(menu_item_id=item.id, quantity=2)],
        delivery_address=_DOOR,
        payment_method="pm_card_visa",
    )


class TestClient:
    @pytest.mark.usefixtures("workers")
    async def test_orders_reads_and_cancels(
        self, api: AuthenticatedClient, wanted: NewOrder
    ) -> None:
        placed = await place_order.asyncio(client=api, body=wanted, idempotency_key=uuid4().hex)
        assert isinstance(placed, Acknowledgement)
        order = await read_order.asyncio(placed.id, client=api)
        assert isinstance(order, OrderAnswer)
        assert (order.id, order.total) == (placed.id, placed.total)
        cancelled = await cancel_order.asyncio(placed.id, client=api)
        assert isinstance(cancelled, OrderAnswer)
        mine = await list_my_orders.asyncio(client=api)
        assert isinstance(mine, PageOrderAnswer)
        assert placed.id in {each.id for each in mine.items}

    async def test_tells_a_refusal_by_its_code(
        self, api: AuthenticatedClient, wanted: NewOrder
    ) -> None:
        wanted.items[0].quantity = 4
        refusal = await place_order.asyncio(client=api, body=wanted, idempotency_key="1")
        assert isinstance(refusal, Problem)
        assert (refusal.status, refusal.code) == (409, "item_unavailable")

    async def test_tells_the_forms_of_an_answer_apart(
        self, api: AuthenticatedClient, wanted: NewOrder
    ) -> None:
        menu = await read_menu.asyncio(wanted.restaurant_id, client=api)
        assert isinstance(menu, Menu)
        [item] = menu.items
        assert isinstance(item, ItemAnswer)
        assert item.stock == 3

    async def test_knows_what_nobody_placed_from_what_broke(self, api: AuthenticatedClient) -> None:
        answer = await read_order.asyncio_detailed(UUID(int=0), client=api)
        assert answer.status_code == 404
        assert isinstance(answer.parsed, Problem)
