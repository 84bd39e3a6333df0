"""A menu, as its staff write it and as everybody reads it."""

from typing import Any

import pytest

from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.rest import Visitor, money, refused


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people, stock=3)


class TestMenu:
    async def test_shows_stock_to_its_staff_only(
        self, visitor: Visitor, people: People, diner: Diner
    ) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu"
        dish = {
            "id": diner.item_id,
            "name": "Shiro wot",
            "description": "",
            "price": money(1250),
            "available": True,
        }
        own = (await diner.staff.get(path)).json()
        assert own == {"items": [{**dish, "stock": 3, "version": 1}]}
        for guest in (visitor, diner.customer, (await open_diner(people)).staff):
            assert (await guest.get(path)).json() == {"items": [{**dish, "stock": None}]}

    async def test_shows_guests_what_is_sold_out_as_not_available(
        self, visitor: Visitor, diner: Diner
    ) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu"
        await diner.staff.patch(f"{path}/items/{diner.item_id}", {"stock": 0})
        [dish] = (await visitor.get(path)).json()["items"]
        assert dish["available"] is False

    async def test_refuses_a_bad_token_though_none_is_needed(
        self, visitor: Visitor, diner: Diner
    ) -> None:
        headers = {"Authorization": "Bearer nonsense"}
        answer = await visitor.get(f"/restaurants/{diner.restaurant_id}/menu", headers=headers)
        refused(answer, 401, "unauthenticated")

    async def test_changes_what_is_sent_and_leaves_the_rest(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu/items/{diner.item_id}"
        answer = await diner.staff.patch(path, {"price": money(1300), "stock": None})
        assert answer.status_code == 200
        assert answer.json() == {
            "id": diner.item_id,
            "name": "Shiro wot",
            "description": "",
            "price": money(1300),
            "stock": None,
            "available": True,
            "version": 2,
        }

    async def test_keeps_two_changes_from_overwriting_each_other(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu/items/{diner.item_id}"
        seen = {"If-Match": '"1"'}
        first = await diner.staff.patch(path, {"name": "1"}, headers=seen)
        assert (first.status_code, first.headers["etag"]) == (200, '"2"')
        again = await diner.staff.patch(path, {"name": "2"}, headers=seen)
        refused(again, 412, "precondition_failed")

    async def test_forgets_what_is_removed(self, visitor: Visitor, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu"
        item = f"{path}/items/{diner.item_id}"
        assert (await diner.staff.delete(item)).status_code == 204
        assert (await visitor.get(path)).json() == {"items": []}
        refused(await diner.staff.delete(item), 404, "menu_item_not_found")
        refused(await diner.staff.patch(item, {"name": "Back"}), 404, "menu_item_not_found")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"price": 1250},
            {"price": money(0)},
            {"price": {"amount": 12.5, "currency": "USD"}},
            {"price": {"amount": "1250", "currency": "USD"}},
            {"price": {"amount": 100_000_000, "currency": "USD"}},
            {"price": {"amount": 1250}},
            {"stock": -1},
            {"stock": 1.5},
            {"stock": "3"},
            {"name": ""},
            {"name": None},
            {"available": 1},
            {"description": "Chickpeas\0"},
            {"description": "x" * 501},
        ],
    )
    async def test_refuses_other_values(self, diner: Diner, wrong: dict[str, Any]) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu/items"
        change = await diner.staff.patch(f"{path}/{diner.item_id}", wrong)
        refused(change, 422, "invalid_request")
        added = await diner.staff.post(path, {"name": "Tibs", "price": money(900), **wrong})
        refused(added, 422, "invalid_request")

    async def test_refuses_another_currency(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu/items"
        euros = {"price": money(900, "EUR")}
        added = await diner.staff.post(path, {"name": "Tibs", **euros})
        refused(added, 422, "currency_mismatch")
        changed = await diner.staff.patch(f"{path}/{diner.item_id}", euros)
        refused(changed, 422, "currency_mismatch")

    async def test_is_its_staffs_to_change(self, people: People, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu/items"
        item, dish = f"{path}/{diner.item_id}", {"name": "Tibs", "price": money(900)}
        other = await open_diner(people)
        for stranger in (diner.customer, other.staff):
            refused(await stranger.post(path, dish), 403, "forbidden")
            refused(await stranger.patch(item, {"name": "Tibs"}), 403, "forbidden")
            refused(await stranger.delete(item), 403, "forbidden")
        elsewhere = f"/restaurants/{other.restaurant_id}/menu/items/{diner.item_id}"
        refused(await other.staff.patch(elsewhere, {"name": "x"}), 404, "menu_item_not_found")
        refused(await other.staff.delete(elsewhere), 404, "menu_item_not_found")
