"""Quoting and placing orders."""

import asyncio
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.rest import ADDRESS, Visitor, money, refused


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people, stock=100)


# Two dishes of 12.50, 1.3 km away: a tenth for delivery and a twentieth for service on top.
TOTAL = 2500 + 250 + 125


class TestQuote:
    async def test_answers_lines_and_sums(self, diner: Diner) -> None:
        body = diner.order(tip=money(100))
        body["items"][0]["note"] = "No onions"
        answer = await diner.customer.post("/orders/quote", body)
        assert answer.status_code == 200
        assert answer.json() == {
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
            "subtotal": money(2500),
            "delivery_fee": money(250),
            "service_fee": money(125),
            "tip": money(100),
            "total": money(TOTAL + 100),
        }

    async def test_needs_a_login(self, visitor: Visitor, diner: Diner) -> None:
        refused(await visitor.post("/orders/quote", diner.order()), 401, "unauthenticated")


class TestPlaceOrder:
    async def test_acknowledges_with_id_total_and_links(self, diner: Diner) -> None:
        answer = await diner.place()
        order = answer.json()
        path = f"/api/v1/orders/{order['id']}"
        assert answer.status_code == 202
        assert answer.headers["location"] == path
        assert order == {
            "id": order["id"],
            "status": "placed",
            "total": money(TOTAL),
            "links": {"self": path, "events": f"{path}/events", "payment": f"{path}/payment"},
        }

    async def test_delivers_to_a_kept_address(self, diner: Diner) -> None:
        kept = (await diner.customer.post("/me/addresses", ADDRESS)).json()
        body = diner.order(delivery_address_id=kept["id"])
        del body["delivery_address"]
        order_id = (await diner.place(body)).json()["id"]
        order = (await diner.customer.get(f"/orders/{order_id}")).json()
        assert order["delivery"]["address"] == kept

    @pytest.mark.parametrize("key", [None, "", "x" * 256, "schlüssel"])
    async def test_needs_a_key(self, diner: Diner, key: str | None) -> None:
        headers = {} if key is None else {"Idempotency-Key": key.encode("latin-1")}
        answer = await diner.customer.post("/orders", diner.order(), headers=headers)
        refused(answer, 400, "idempotency_key_missing")

    @pytest.mark.parametrize("type_", ["application/json", "text/plain"])
    async def test_refuses_a_body_that_nests_too_deeply(self, diner: Diner, type_: str) -> None:
        headers = {"Idempotency-Key": "deep", "Content-Type": type_}
        answer = await diner.customer.post("/orders", content=b"[" * 60_000, headers=headers)
        assert answer.status_code in {400, 422}

    async def test_takes_a_key_of_any_printable_characters(self, diner: Diner) -> None:
        key = "".join(chr(code) for code in range(0x21, 0x7F)) + "x" * 161
        assert (await diner.place(key=key)).status_code == 202

    async def test_needs_a_login(self, visitor: Visitor, diner: Diner) -> None:
        answer = await visitor.post("/orders", diner.order(), headers={"Idempotency-Key": "any"})
        refused(answer, 401, "unauthenticated")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"items": []},
            {"items": [{"menu_item_id": str(uuid4()), "quantity": 1}] * 51},
            {"payment_method": "card"},
            {"payment_method": None},
            {"tip": 100},
            {"tip": {"amount": 1.5, "currency": "USD"}},
            {"tip": {"amount": 1.0, "currency": "USD"}},
            {"tip": {"amount": "100", "currency": "USD"}},
            {"tip": {"amount": True, "currency": "USD"}},
            {"tip": {"amount": -1, "currency": "USD"}},
            {"tip": {"amount": 10**20, "currency": "USD"}},
            {"tip": {"amount": 100, "currency": "usd"}},
            {"tip": {"amount": 100, "currency": "XXX"}},
            {"tip": {"amount": 100, "currency": "USD", "decimals": 2}},
            {"restaurant_id": "soranu"},
            {"delivery_address": {**ADDRESS, "lat": 91}},
            {"delivery_address": {**ADDRESS, "lon": float("nan")}},
            {"delivery_address": {**ADDRESS, "id": str(uuid4())}},
            {"delivery_address": None},
            {"delivery_address_id": str(uuid4())},
            {"if_unavailable": "surprise me"},
            {"price": money(1)},
            {"total": money(1)},
            {"customer_id": str(uuid4())},
        ],
    )
    async def test_refuses_what_is_not_documented(
        self, diner: Diner, wrong: dict[str, Any]
    ) -> None:
        problem = refused(await diner.place(diner.order(**wrong)), 422, "invalid_request")
        assert problem["errors"]
        assert all(error.keys() == {"loc", "msg", "type"} for error in problem["errors"])

    @pytest.mark.parametrize("quantity", [0, -1, 100, 1.0, "1", True, None])
    async def test_refuses_odd_quantities(self, diner: Diner, quantity: Any) -> None:
        items = [{"menu_item_id": diner.item_id, "quantity": quantity}]
        refused(await diner.place(diner.order(items=items)), 422, "invalid_request")

    async def test_refuses_a_tip_in_another_currency(self, diner: Diner) -> None:
        answer = await diner.place(diner.order(tip=money(100, "EUR")))
        refused(answer, 422, "currency_mismatch")

    async def test_does_not_know_a_restaurant_of_another_id(self, diner: Diner) -> None:
        answer = await diner.place(diner.order(restaurant_id=str(uuid4())))
        refused(answer, 404, "restaurant_not_found")

    async def test_does_not_deliver_to_somebody_elses_address(self, diner: Diner) -> None:
        theirs = (await diner.staff.post("/me/addresses", ADDRESS)).json()["id"]
        body = diner.order(delivery_address_id=theirs)
        del body["delivery_address"]
        refused(await diner.place(body), 404, "address_not_found")

    async def test_refuses_while_the_restaurant_is_paused(self, diner: Diner) -> None:
        await diner.staff.post(f"/restaurants/{diner.restaurant_id}/pause")
        refused(await diner.place(), 409, "restaurant_closed")

    async def test_refuses_outside_opening_hours(self, people: People) -> None:
        hours = {"timezone": "Africa/Addis_Ababa", "weekly": {}}
        closed = await open_diner(people, opening_hours=hours)
        refused(await closed.place(), 409, "restaurant_closed")

    async def test_refuses_more_than_there_is(self, diner: Diner) -> None:
        items = [{"menu_item_id": diner.item_id, "quantity": 60}] * 2
        refused(await diner.place(diner.order(items=items)), 409, "item_unavailable")

    async def test_refuses_what_is_not_available(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/menu/items/{diner.item_id}"
        await diner.staff.patch(path, {"available": False})
        refused(await diner.place(), 409, "item_unavailable")

    async def test_refuses_another_restaurants_dish(self, people: People, diner: Diner) -> None:
        other = await open_diner(people)
        items = [{"menu_item_id": other.item_id, "quantity": 1}]
        refused(await diner.place(diner.order(items=items)), 409, "item_unavailable")

    async def test_refuses_when_the_price_is_not_the_expected_one(self, diner: Diner) -> None:
        answer = await diner.place(diner.order(expected_total=money(TOTAL - 1)))
        refused(answer, 409, "price_changed")
        other = await diner.place(diner.order(expected_total=money(TOTAL, "EUR")))
        refused(other, 409, "price_changed")

    async def test_takes_the_expected_price(self, diner: Diner) -> None:
        answer = await diner.place(diner.order(expected_total=money(TOTAL)))
        assert answer.status_code == 202

    async def test_does_not_deliver_far_away(self, diner: Diner) -> None:
        answer = await diner.place(diner.order(delivery_address={**ADDRESS, "lat": 9.5}))
        refused(answer, 409, "out_of_delivery_range")


class TestIdempotency:
    async def test_answers_the_same_order_for_the_same_key_and_body(self, diner: Diner) -> None:
        first, second = await diner.place(key="k"), await diner.place(key="k")
        assert second.status_code == 202
        assert second.json() == first.json()
        assert second.headers["location"] == first.headers["location"]

    async def test_compares_bodies_as_json(self, diner: Diner) -> None:
        first = await diner.place(key="k")
        body = dict(reversed(diner.order().items()))
        assert (await diner.place(body, key="k")).json() == first.json()

    async def test_refuses_another_body_for_the_key(self, diner: Diner) -> None:
        await diner.place(key="k")
        other = await diner.place(diner.order(tip=money(1)), key="k")
        refused(other, 422, "idempotency_key_reused")

    async def test_keeps_keys_of_accounts_apart(self, people: People, diner: Diner) -> None:
        other = replace(diner, customer=await people.join())
        first, second = await diner.place(key="k"), await other.place(key="k")
        assert first.json()["id"] != second.json()["id"]

    async def test_does_not_remember_a_refusal(self, diner: Diner) -> None:
        await diner.staff.post(f"/restaurants/{diner.restaurant_id}/pause")
        refused(await diner.place(key="k"), 409, "restaurant_closed")
        await diner.staff.post(f"/restaurants/{diner.restaurant_id}/resume")
        assert (await diner.place(key="k")).status_code == 202

    @pytest.mark.usefixtures("workers")
    async def test_places_one_order_when_fifty_race(self, diner: Diner) -> None:
        answers = await asyncio.gather(*(diner.place(key="k") for _ in range(50)))
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.text for answer in answers}) == 1
        order_id = answers[0].json()["id"]
        await diner.until(order_id, "confirmed")
        orders = (await diner.customer.get("/orders")).json()["items"]
        assert [order["id"] for order in orders] == [order_id]

    @pytest.mark.usefixtures("workers")
    async def test_answers_the_order_also_to_who_came_too_late_for_the_last_dish(
        self, people: People
    ) -> None:
        diner = await open_diner(people, stock=2)
        first = await diner.place(key="k")
        await diner.until(first.json()["id"], "confirmed")
        answers = await asyncio.gather(*(diner.place(key="k") for _ in range(5)))
        assert {answer.text for answer in answers} == {first.text}
        refused(await diner.place(key="another"), 409, "item_unavailable")

    async def test_refuses_another_body_also_before_there_is_a_row(self, diner: Diner) -> None:
        await diner.place(key="k")
        other = diner.order(restaurant_id=str(uuid4()))
        refused(await diner.place(other, key="k"), 422, "idempotency_key_reused")
