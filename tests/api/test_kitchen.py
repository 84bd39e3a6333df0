"""What the restaurant's staff do with an order, over REST."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.accounts import Role
from tests.support.dining import Diner, open_diner, seen
from tests.support.people import People
from tests.support.rest import money, refused

TOTAL = 2500 + 250 + 125


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people)


@pytest.fixture
async def running(workers: None, diner: Diner) -> Diner:
    """Somewhere orders go their way."""
    return diner


async def accepted(diner: Diner) -> str:
    order_id = await diner.placed()
    await diner.until(order_id, "confirmed")
    answer = await diner.staff.post(f"/orders/{order_id}/accept")
    assert answer.status_code == 200, answer.text
    return order_id


class TestAccept:
    async def test_takes_the_money_that_was_held(self, running: Diner) -> None:
        order_id = await running.placed()
        held = await running.until(order_id, "confirmed")
        assert held["payment"]["status"] == "authorized"
        assert held["payment"]["authorized"] == money(TOTAL)
        body = {"preparation_minutes": 25}
        accepted = await running.staff.post(f"/orders/{order_id}/accept", body)
        assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
        payment = await seen(
            running.customer,
            f"/orders/{order_id}/payment",
            lambda payment: payment["status"] == "captured",
        )
        assert payment["captured"] == money(TOTAL)
        assert payment["authorized"] == money(0)

    async def test_answers_the_order_when_it_is_accepted_already(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        key = {"Idempotency-Key": "once"}
        for headers in ({}, {}, key, key):
            answer = await running.staff.post(f"/orders/{order_id}/accept", headers=headers)
            assert (answer.status_code, answer.json()["status"]) == (200, "accepted")

    async def test_is_for_the_kitchen_alone(self, people: People, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        path = f"/orders/{order_id}"
        refused(await running.customer.post(f"{path}/accept"), 403, "forbidden")
        no = {"reason": "no"}
        refused(await running.customer.post(f"{path}/reject", no), 403, "forbidden")
        refused(await running.staff.post(f"{path}/cancel"), 403, "forbidden")
        support = await people.join(Role.SUPPORT)
        refused(await support.post(f"{path}/accept"), 403, "forbidden")
        for stranger in (await people.join(), (await open_diner(people)).staff):
            refused(await stranger.post(f"{path}/accept"), 404, "order_not_found")
            refused(await stranger.post(f"{path}/reject", no), 404, "order_not_found")
            refused(await stranger.post(f"{path}/cancel"), 404, "order_not_found")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"preparation_minutes": 0},
            {"preparation_minutes": "20"},
            {"preparation_minutes": 20.0},
            {"unavailable_item_ids": ["pizza"]},
            {"unavailable_item_ids": [str(uuid4())] * 51},
            {"minutes": 20},
        ],
    )
    async def test_refuses_other_fields_and_values(
        self, diner: Diner, wrong: dict[str, Any]
    ) -> None:
        order_id = await diner.placed()
        answer = await diner.staff.post(f"/orders/{order_id}/accept", wrong)
        refused(answer, 422, "invalid_request")


class TestReject:
    async def test_releases_the_money_and_says_why(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        body = {"reason": "The oven broke"}
        answer = await running.staff.post(f"/orders/{order_id}/reject", body)
        assert answer.status_code == 200
        order = await running.until(order_id, "rejected")
        assert order["cancellation"]["by"] == "restaurant"
        assert order["cancellation"]["reason"] == "The oven broke"
        assert order["payment"]["status"] == "voided"
        assert order["refund_status"] == "none"
        again = await running.staff.post(f"/orders/{order_id}/reject", body)
        assert (again.status_code, again.json()["status"]) == (200, "rejected")
        accept = await running.staff.post(f"/orders/{order_id}/accept")
        refused(accept, 409, "illegal_transition")
        cancel = await running.customer.post(f"/orders/{order_id}/cancel")
        refused(cancel, 409, "too_late_to_cancel")

    async def test_is_no_longer_possible_once_accepted(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        await running.staff.post(f"/orders/{order_id}/accept")
        answer = await running.staff.post(f"/orders/{order_id}/reject", {"reason": "Too late"})
        refused(answer, 409, "illegal_transition")

    @pytest.mark.parametrize("body", [None, {}, {"reason": ""}, {"reason": "x" * 501}])
    async def test_needs_a_reason(self, diner: Diner, body: Any) -> None:
        order_id = await diner.placed()
        answer = await diner.staff.post(f"/orders/{order_id}/reject", body)
        refused(answer, 422, "invalid_request")


class TestDelay:
    async def test_moves_the_promise_and_tells_the_customer(self, running: Diner) -> None:
        order_id = await accepted(running)
        before = (await running.staff.get(f"/orders/{order_id}")).json()
        key = {"Idempotency-Key": "once"}
        for _ in range(2):
            answer = await running.staff.post(
                f"/orders/{order_id}/delay", {"minutes": 15}, headers=key
            )
            assert (answer.status_code, answer.json()["status"]) == (200, "accepted")
        later = datetime.fromisoformat(before["ready_by"]) + timedelta(minutes=15)
        assert datetime.fromisoformat(answer.json()["ready_by"]) == later
        assert answer.json()["delivery"]["eta"] > before["delivery"]["eta"]
        timeline = (await running.customer.get(f"/orders/{order_id}/timeline")).json()["items"]
        assert timeline[-1]["event"] == "kitchen_delayed"
        assert timeline[-1]["detail"] == "The restaurant needs 15 minutes more to cook."

    async def test_gives_more_time_to_answer(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        answer = await running.staff.post(f"/orders/{order_id}/delay", {"minutes": 5})
        assert (answer.status_code, answer.json()["ready_by"]) == (200, None)

    @pytest.mark.parametrize("minutes", [0, 61, "5", None])
    async def test_has_its_bounds(self, diner: Diner, minutes: Any) -> None:
        order_id = await diner.placed()
        answer = await diner.staff.post(f"/orders/{order_id}/delay", {"minutes": minutes})
        refused(answer, 422, "invalid_request")


class TestCooking:
    async def test_goes_step_by_step_and_each_step_once(self, running: Diner) -> None:
        order_id = await accepted(running)
        path = f"/orders/{order_id}"
        refused(await running.staff.post(f"{path}/ready"), 409, "illegal_transition")
        for action, status in (("preparing", "preparing"), ("ready", "ready")):
            for _ in range(2):
                answer = await running.staff.post(f"{path}/{action}")
                assert (answer.status_code, answer.json()["status"]) == (200, status)
        refused(await running.staff.post(f"{path}/preparing"), 409, "illegal_transition")
        refused(
            await running.staff.post(f"{path}/delay", {"minutes": 5}), 409, "illegal_transition"
        )

    async def test_keeps_the_customer_from_cancelling_and_not_support(
        self, people: People, running: Diner
    ) -> None:
        order_id = await accepted(running)
        await running.staff.post(f"/orders/{order_id}/preparing")
        refused(
            await running.customer.post(f"/orders/{order_id}/cancel"), 409, "too_late_to_cancel"
        )
        support = await people.join(Role.SUPPORT)
        path = f"/support/orders/{order_id}/cancel"
        refused(await support.post(path), 422, "invalid_request")
        reason = {"reason": "The kitchen burns"}
        refused(await running.customer.post(path, reason), 403, "forbidden")
        for _ in range(2):
            assert (await support.post(path, reason)).status_code == 200
            order = await running.until(order_id, "cancelled")
        assert order["cancellation"]["by"] == "support"
        assert order["cancellation"]["reason"] == "The kitchen burns"
        await seen(
            running.customer,
            f"/orders/{order_id}",
            lambda order: order["refund_status"] == "full",
        )

    async def test_is_for_the_staff_alone(self, people: People, running: Diner) -> None:
        order_id = await accepted(running)
        stranger = (await open_diner(people)).staff
        for action, body in (("delay", {"minutes": 5}), ("preparing", None), ("ready", None)):
            path = f"/orders/{order_id}/{action}"
            refused(await running.customer.post(path, body), 403, "forbidden")
            refused(await stranger.post(path, body), 404, "order_not_found")


class TestDelivered:
    async def test_reaches_the_customer_and_shows_the_courier_their_order_meanwhile(
        self, people: People, running: Diner
    ) -> None:
        order_id = await accepted(running)
        courier = await people.join(Role.COURIER)
        await courier.post("/couriers", {"vehicle": "bicycle"})
        await courier.put("/couriers/me/availability", {"available": True})
        await courier.put("/couriers/me/location", {"lat": 9.01, "lon": 38.755})
        refused(await courier.get(f"/orders/{order_id}"), 404, "order_not_found")
        await running.staff.post(f"/orders/{order_id}/preparing")
        await seen(courier, "/deliveries?limit=100", lambda page: order_id in str(page))
        assert (await courier.post(f"/deliveries/{order_id}/claim")).status_code == 200
        mine = await seen(courier, f"/orders/{order_id}", lambda order: "id" in order)
        assert mine["delivery"]["courier_id"] == courier.id
        assert mine["delivery"]["address"]["line1"]
        await running.staff.post(f"/orders/{order_id}/ready")
        for action in ("pick-up", "deliver"):
            answer = await courier.post(f"/deliveries/{order_id}/{action}")
            assert answer.status_code == 200, answer.text
        order = await running.until(order_id, "delivered")
        assert (order["refund_status"], order["delivery"]["eta"]) == ("none", None)
        after = (await courier.get(f"/orders/{order_id}")).json()
        assert after["delivery"]["address"] is None
        timeline = (await running.customer.get(f"/orders/{order_id}/timeline")).json()["items"]
        assert [entry["event"] for entry in timeline][3:] == [
            "order_accepted",
            "order_preparing",
            "order_ready",
            "order_picked_up",
            "order_delivered",
        ]
