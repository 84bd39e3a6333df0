"""Orders under way: reading them, following them, and what may be asked of them."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest

from domain.accounts import Role
from tests.support.dining import Diner, open_diner, seen
from tests.support.people import People
from tests.support.rest import ADDRESS, Visitor, money, refused

TOTAL = 2500 + 250 + 125


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people)


@pytest.fixture
async def running(workers: None, diner: Diner) -> Diner:
    """Somewhere orders go their way."""
    return diner


def _events(text: str) -> list[dict[str, Any]]:
    """Of a whole stream: each event's fields, with its data parsed."""
    blocks = [block.splitlines() for block in text.strip().split("\n\n")]
    events: list[dict[str, Any]] = [
        dict(line.split(": ", 1) for line in block if not line.startswith(":")) for block in blocks
    ]
    return [{**event, "data": json.loads(event["data"])} for event in events if event]


class TestReadOrder:
    async def test_shows_an_acknowledged_order_before_its_row_is_there(self, diner: Diner) -> None:
        """However quick the workers of other tests are, the answer is an order of this form."""
        body = diner.order(tip=money(100))
        body["items"][0]["note"] = "No onions"
        order_id = (await diner.place(body)).json()["id"]
        order = (await diner.customer.get(f"/orders/{order_id}")).json()
        path = f"/api/v1/orders/{order_id}"
        times = {name: order[name] for name in ("placed_at", "updated_at")}
        moving = {name: order[name] for name in ("status", "payment", "version", "answer_by")}
        assert order["answer_by"] is None or order["answer_by"] > order["placed_at"]
        assert order == {
            "id": order_id,
            "refund_status": "none",
            "customer_id": diner.customer.id,
            "restaurant_id": diner.restaurant_id,
            "items": [
                {
                    "menu_item_id": diner.item_id,
                    "name": "Shiro wot",
                    "quantity": 2,
                    "unit_price": money(1250),
                    "line_total": money(2500),
                    "note": "No onions",
                }
            ],
            "unavailable_items": [],
            "subtotal": money(2500),
            "delivery_fee": money(250),
            "service_fee": money(125),
            "tip": money(100),
            "total": money(TOTAL + 100),
            "ready_by": None,
            "delivery": {
                "address": {
                    "id": None,
                    "label": None,
                    "line2": None,
                    "instructions": None,
                    **ADDRESS,
                },
                "courier_id": None,
                "eta": None,
            },
            "cancellation": None,
            "links": {"self": path, "events": f"{path}/events", "payment": f"{path}/payment"},
            **times,
            **moving,
        }
        for part in ("", "/timeline", "/payment"):
            assert (await diner.customer.get(f"/orders/{order_id}{part}")).status_code == 200

    async def test_is_for_those_who_have_to_do_with_it(
        self, people: People, visitor: Visitor, diner: Diner
    ) -> None:
        order_id = await diner.placed()
        support = await people.join(Role.SUPPORT)
        strangers = (await people.join(), (await open_diner(people)).staff)
        for part in ("", "/timeline", "/payment", "/events"):
            path = f"/orders/{order_id}{part}"
            refused(await visitor.get(path), 401, "unauthenticated")
            for stranger in strangers:
                refused(await stranger.get(path), 404, "order_not_found")
        for reader in (diner.staff, support):
            assert (await reader.get(f"/orders/{order_id}")).status_code == 200
        assert (await support.get(f"/orders/{order_id}/payment")).status_code == 200
        refused(await diner.staff.get(f"/orders/{order_id}/payment"), 403, "forbidden")

    async def test_shows_the_customers_door_to_no_kitchen(self, diner: Diner) -> None:
        order_id = await diner.placed()
        order = (await diner.staff.get(f"/orders/{order_id}")).json()
        assert order["delivery"] == {"address": None, "courier_id": None, "eta": None}

    async def test_carries_its_version_as_its_etag(self, diner: Diner) -> None:
        answer = await diner.customer.get(f"/orders/{await diner.placed()}")
        assert answer.headers["etag"] == f'"{answer.json()["version"]}"'

    async def test_does_not_know_what_nobody_placed(self, diner: Diner) -> None:
        for part in ("", "/timeline", "/payment", "/events"):
            answer = await diner.customer.get(f"/orders/{uuid4()}{part}")
            refused(answer, 404, "order_not_found")


class TestListOrders:
    async def test_shows_each_side_its_own_newest_first(
        self, people: People, running: Diner
    ) -> None:
        placed = []
        for _ in range(3):
            placed.append(await running.placed())
            await running.until(placed[-1], "confirmed")
        newest = placed[::-1]
        restaurant = f"/restaurants/{running.restaurant_id}/orders"
        for reader, path in ((running.customer, "/orders"), (running.staff, restaurant)):
            first = (await reader.get(f"{path}?limit=2")).json()
            rest = await reader.get(f"{path}?limit=2&cursor={first['next_cursor']}")
            items = first["items"] + rest.json()["items"]
            assert [order["id"] for order in items] == newest
            assert rest.json()["next_cursor"] is None
            confirmed = (await reader.get(f"{path}?status=confirmed")).json()["items"]
            assert [order["id"] for order in confirmed] == newest
            assert (await reader.get(f"{path}?status=rejected")).json()["items"] == []
            refused(await reader.get(f"{path}?status=eaten"), 422, "invalid_request")
        assert (await running.staff.get("/orders")).json()["items"] == []
        for stranger in (running.customer, (await open_diner(people)).staff):
            refused(await stranger.get(restaurant), 403, "forbidden")


class TestCancel:
    @pytest.mark.parametrize("body", [None, {}, {"reason": "Ordered twice"}])
    async def test_releases_what_was_held(
        self, running: Diner, body: dict[str, str] | None
    ) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        answer = await running.customer.post(f"/orders/{order_id}/cancel", body)
        assert answer.status_code == 200
        order = await running.until(order_id, "cancelled")
        assert order["cancellation"]["by"] == "customer"
        if body:
            assert order["cancellation"]["reason"] == "Ordered twice"
        assert order["payment"]["status"] == "voided"
        again = await running.customer.post(f"/orders/{order_id}/cancel", body)
        assert (again.status_code, again.json()["status"]) == (200, "cancelled")

    async def test_gives_back_what_was_taken(self, people: People, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        await running.staff.post(f"/orders/{order_id}/accept")
        support = await people.join(Role.SUPPORT)
        answer = await support.post(f"/orders/{order_id}/cancel", {"reason": "As agreed"})
        assert answer.status_code == 200
        order = await running.until(order_id, "cancelled")
        assert order["cancellation"]["by"] == "support"
        order = await seen(
            running.customer,
            f"/orders/{order_id}",
            lambda order: order["refund_status"] == "full",
        )
        assert order["payment"]["refunded"] == money(TOTAL)

    async def test_ends_once_when_requests_race(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        path = f"/orders/{order_id}/cancel"
        answers = await asyncio.gather(*(running.customer.post(path) for _ in range(5)))
        assert {answer.status_code for answer in answers} == {200}
        await running.until(order_id, "cancelled")
        timeline = (await running.customer.get(f"/orders/{order_id}/timeline")).json()["items"]
        assert [entry["event"] for entry in timeline].count("order_cancelled") == 1


class TestPaymentFailed:
    async def test_reaches_the_customer_as_a_reason(self, running: Diner) -> None:
        order_id = await running.placed(payment_method="pm_card_visa_chargeDeclined")
        order = await running.until(order_id, "payment_failed")
        assert order["cancellation"]["code"] == "payment_declined"
        assert order["cancellation"]["reason"]
        assert order["payment"]["status"] == "failed"


class TestTimeline:
    async def test_tells_what_happened_oldest_first(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        items = (await running.staff.get(f"/orders/{order_id}/timeline")).json()["items"]
        assert [entry["event"] for entry in items] == [
            "order_placed",
            "order_reserved",
            "order_confirmed",
        ]
        assert [entry["sequence"] for entry in items] == sorted(
            entry["sequence"] for entry in items
        )
        assert items[0]["actor"] == "customer"
        assert items[0].keys() == {"sequence", "at", "event", "actor", "detail"}


class TestEvents:
    async def test_are_the_timeline_up_to_the_final_status(self, running: Diner) -> None:
        order_id = await running.placed()
        path = f"/orders/{order_id}/events"
        stream = asyncio.create_task(running.customer.get(path))
        await running.until(order_id, "confirmed")
        await running.customer.post(f"/orders/{order_id}/cancel")
        answer = await stream
        events = _events(answer.text)
        timeline = (await running.customer.get(f"/orders/{order_id}/timeline")).json()["items"]
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert [event["event"] for event in events] == [entry["event"] for entry in timeline]
        assert [int(event["id"]) for event in events] == [e["sequence"] for e in timeline]
        assert events[-1]["event"] == "order_cancelled"
        assert events[-1]["data"] == {
            "order_id": order_id,
            "sequence": timeline[-1]["sequence"],
            "status": "cancelled",
            "at": timeline[-1]["at"],
        }
        resumed = await running.customer.get(path, headers={"Last-Event-ID": events[1]["id"]})
        assert _events(resumed.text) == events[2:]
        nothing_new = {"Last-Event-ID": events[-1]["id"]}
        assert _events((await running.customer.get(path, headers=nothing_new)).text) == []


class TestNotifications:
    async def test_reach_both_sides_and_are_read_once(self, people: People, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        page = await seen(running.customer, "/me/notifications", lambda page: bool(page["items"]))
        [told] = page["items"]
        assert (told["type"], told["order_id"]) == ("order_confirmed", order_id)
        assert told["read_at"] is None
        path = f"/me/notifications/{told['id']}/read"
        refused(await (await people.join()).post(path), 404, "notification_not_found")
        for _ in range(2):
            assert (await running.customer.post(path)).status_code == 204
        [read] = (await running.customer.get("/me/notifications")).json()["items"]
        assert read["read_at"] is not None
        kitchen = f"/restaurants/{running.restaurant_id}/notifications"
        [new] = (await running.staff.get(kitchen)).json()["items"]
        assert new["type"] == "new_order"
        refused(await running.customer.get(kitchen), 403, "forbidden")
