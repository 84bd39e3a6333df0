"""What the kitchen ran out of: dropped and not paid, or the order is rejected."""

from typing import Any
from uuid import uuid4

import pytest

from tests.support.dining import Diner, open_diner, seen
from tests.support.people import People
from tests.support.rest import money, refused


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people)


@pytest.fixture
async def running(workers: None, diner: Diner) -> Diner:
    """Somewhere orders go their way."""
    return diner


class TestWhatRanOut:
    @pytest.fixture
    async def two_dishes(self, running: Diner) -> list[dict[str, Any]]:
        """The items of an order for one of each; the second has a stock of five."""
        dish = {"name": "Tibs", "price": money(800), "stock": 5}
        path = f"/restaurants/{running.restaurant_id}/menu/items"
        other = (await running.staff.post(path, dish)).json()["id"]
        return [{"menu_item_id": id_, "quantity": 1} for id_ in (running.item_id, other)]

    async def test_is_dropped_and_not_paid_where_the_customer_wished_so(
        self, running: Diner, two_dishes: list[dict[str, Any]]
    ) -> None:
        order_id = await running.placed(items=two_dishes, if_unavailable="drop")
        before = await running.until(order_id, "confirmed")
        gone = two_dishes[1]["menu_item_id"]
        body = {"unavailable_item_ids": [gone]}
        answer = await running.staff.post(f"/orders/{order_id}/accept", body)
        order = answer.json()
        assert (answer.status_code, order["status"]) == (200, "accepted")
        assert [line["name"] for line in order["items"]] == ["Shiro wot"]
        assert [line["name"] for line in order["unavailable_items"]] == ["Tibs"]
        # 5 % of 12.50 instead of 20.50; the ride costs what it did.
        assert order["service_fee"] == money(63)
        assert order["delivery_fee"] == before["delivery_fee"]
        total = money(1250 + 63 + before["delivery_fee"]["amount"])
        assert order["total"] == total
        paid = await seen(
            running.customer,
            f"/orders/{order_id}/payment",
            lambda payment: payment["status"] == "captured",
        )
        assert (paid["captured"], paid["authorized"]) == (total, money(0))
        menu = (await running.staff.get(f"/restaurants/{running.restaurant_id}/menu")).json()
        [tibs] = [item for item in menu["items"] if item["id"] == gone]
        # It is not there, so what the order had taken of it is not put back.
        assert (tibs["available"], tibs["stock"]) == (False, 4)

    async def test_changes_nothing_of_what_was_acknowledged(
        self, running: Diner, two_dishes: list[dict[str, Any]]
    ) -> None:
        body = running.order(items=two_dishes, if_unavailable="drop")
        first = (await running.place(body, key="once")).json()
        await running.until(first["id"], "confirmed")
        gone = {"unavailable_item_ids": [two_dishes[1]["menu_item_id"]]}
        await running.staff.post(f"/orders/{first['id']}/accept", gone)
        again = await running.place(body, key="once")
        assert (again.status_code, again.json()) == (202, first)

    async def test_ends_the_order_where_the_customer_said_nothing(
        self, running: Diner, two_dishes: list[dict[str, Any]]
    ) -> None:
        order_id = await running.placed(items=two_dishes)
        await running.until(order_id, "confirmed")
        body = {"unavailable_item_ids": [two_dishes[1]["menu_item_id"]]}
        answer = await running.staff.post(f"/orders/{order_id}/accept", body)
        assert answer.status_code == 200
        order = await running.until(order_id, "rejected")
        assert order["cancellation"]["code"] == "items_unavailable"
        assert order["payment"]["status"] == "voided"

    async def test_is_something_of_the_order(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        unknown = {"unavailable_item_ids": [str(uuid4())]}
        for action, more in (("accept", {}), ("reject", {"reason": "No oven"})):
            answer = await running.staff.post(f"/orders/{order_id}/{action}", unknown | more)
            problem = refused(answer, 422, "item_not_in_order")
            assert problem["errors"][0]["loc"] == ["body", "unavailable_item_ids"]
