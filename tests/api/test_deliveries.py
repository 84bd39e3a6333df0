"""Deliveries over REST: offered near, claimed by one, carried to the end."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from temporalio.client import Client

from adapters import temporal
from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.settings import DatabaseSettings, TemporalSettings
from domain.accounts import Role
from domain.deliveries import HOLDS_AT_MOST
from domain.geography import Point
from tests.support.carrying import Kitchen, all_of, do, enlisted, offers, picked_up, until_offered
from tests.support.delivering import north_of
from tests.support.ordering import some_particulars
from tests.support.people import People
from tests.support.polling import seen
from tests.support.rest import Person, Visitor, money, refused
from tests.support.servers import Servers
from workflows.delivery import workflow_id

DOOR = some_particulars().address

# Every test has a kitchen of its own, a hundred kilometres from the next.
_kitchens = count()

NewCourier = Callable[..., Awaitable[Person]]


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await temporal.connect(TemporalSettings(address=temporal_address))


@pytest.fixture
async def kitchen(
    servers: Servers, client: Client, databases: DatabaseSettings, people: People
) -> AsyncIterator[Kitchen]:
    servers.need("delivery")
    place = Point(lat=60.0 - next(_kitchens), lon=-140.0)
    address = {"line1": "Pier 1", "city": "Addis Ababa", "lat": place.lat, "lon": place.lon}
    body = {"name": "Soranu Kitchen", "currency": "USD", "address": address}
    restaurant = (await (await people.join()).post("/restaurants", body)).json()
    ordering = Database(databases.ordering_dsn)
    try:
        yield Kitchen(
            client,
            OrderRepository(ordering),
            WritingRepository(ordering),
            restaurant["id"],
            place,
        )
    finally:
        await ordering.close()


@pytest.fixture
def new_courier(people: People, kitchen: Kitchen) -> NewCourier:
    async def join(*, km: float = 0.0) -> Person:
        """Somebody who works, this far from the kitchen."""
        person = await people.join()
        await enlisted(person, north_of(kitchen.place, km))
        return person

    return join


@pytest.fixture
async def courier(new_courier: NewCourier) -> Person:
    return await new_courier()


class TestList:
    async def test_shows_an_offer_without_the_door(
        self, kitchen: Kitchen, new_courier: NewCourier
    ) -> None:
        courier = await new_courier(km=1.5)
        order_id = await kitchen.order()
        [offer] = await until_offered(courier, order_id)
        assert offer == {
            "order_id": order_id,
            "status": "offered",
            "restaurant": {
                "id": kitchen.restaurant_id,
                "name": "Soranu Kitchen",
                "address": {
                    "line1": "Pier 1",
                    "city": "Addis Ababa",
                    "lat": kitchen.place.lat,
                    "lon": kitchen.place.lon,
                },
            },
            "dropoff": {
                "city": DOOR.city,
                "lat": round(DOOR.point.lat, 2),
                "lon": round(DOOR.point.lon, 2),
            },
            "address": None,
            "distance_km": 1.5,
            "fee": money(200),
            "expires_at": offer["expires_at"],
        }
        assert datetime.fromisoformat(offer["expires_at"]) > datetime.now(UTC)

    async def test_is_empty_for_who_is_far_unavailable_or_nowhere(
        self, kitchen: Kitchen, new_courier: NewCourier, people: People, courier: Person
    ) -> None:
        order_id = await kitchen.order()
        await until_offered(courier, order_id)
        assert await offers(await new_courier(km=3.1)) == []
        nowhere = await people.join()
        await nowhere.post("/couriers", {"vehicle": "car"})
        await nowhere.put("/couriers/me/availability", {"available": True})
        assert await offers(nowhere) == []
        await courier.put("/couriers/me/availability", {"available": False})
        assert await offers(courier) == []

    async def test_goes_page_by_page_without_gap_or_repeat(
        self, kitchen: Kitchen, courier: Person
    ) -> None:
        order_ids = {await kitchen.order() for _ in range(5)}
        await until_offered(courier, *order_ids)
        assert await all_of(courier, "/deliveries?limit=2") == sorted(order_ids)

    async def test_shows_the_courier_their_own_with_the_newest_first(
        self, kitchen: Kitchen, courier: Person
    ) -> None:
        order_ids = [await kitchen.order() for _ in range(3)]
        await until_offered(courier, *order_ids)
        for order_id in order_ids:
            await do(courier, order_id, "claim")
        assert await offers(courier) == []
        assert await all_of(courier, "/deliveries?mine=true&limit=2") == order_ids[::-1]
        assert {item["status"] for item in await offers(courier, "?mine=true")} == {"assigned"}


class TestClaim:
    async def test_shows_the_door_to_who_claims(self, kitchen: Kitchen, courier: Person) -> None:
        order_id = await kitchen.order()
        await until_offered(courier, order_id)
        for _ in range(2):
            delivery = await do(courier, order_id, "claim")
            assert delivery["status"] == "assigned"
            assert delivery["address"]["line1"] == DOOR.line1
            assert delivery["address"]["instructions"] == DOOR.instructions
            assert delivery["dropoff"]["lat"] == DOOR.point.lat
        assert [item["order_id"] for item in await offers(courier, "?mine=true")] == [order_id]

    async def test_is_won_by_one_of_many(self, kitchen: Kitchen, new_courier: NewCourier) -> None:
        order_id = await kitchen.order()
        rivals = [await new_courier() for _ in range(6)]
        await until_offered(rivals[0], order_id)
        path = f"/deliveries/{order_id}/claim"
        answers = await asyncio.gather(*(rival.post(path) for rival in rivals))
        assert sorted(answer.status_code for answer in answers) == [200, *[409] * 5]
        for answer in answers:
            if answer.status_code == 409:
                refused(answer, 409, "already_claimed")
        mine = [await offers(rival, "?mine=true") for rival in rivals]
        assert [len(items) for items in mine] == [
            1 if answer.status_code == 200 else 0 for answer in answers
        ]

    async def test_is_refused_with_the_reason(
        self, kitchen: Kitchen, new_courier: NewCourier, courier: Person
    ) -> None:
        order_id = await kitchen.order()
        await until_offered(courier, order_id)
        far = await new_courier(km=3.1)
        problem = refused(await far.post(f"/deliveries/{order_id}/claim"), 409, "claim_refused")
        assert problem["detail"] == "The courier is too far from the restaurant."

    async def test_is_refused_beyond_what_a_courier_may_hold(
        self, kitchen: Kitchen, courier: Person
    ) -> None:
        order_ids = [await kitchen.order() for _ in range(HOLDS_AT_MOST + 1)]
        await until_offered(courier, *order_ids)
        for order_id in order_ids[:-1]:
            await do(courier, order_id, "claim")
        answer = await courier.post(f"/deliveries/{order_ids[-1]}/claim")
        refused(answer, 409, "claim_refused")


class TestRelease:
    async def test_opens_it_to_the_others_and_closes_the_door(
        self, kitchen: Kitchen, courier: Person, new_courier: NewCourier
    ) -> None:
        order_id = await kitchen.order()
        await until_offered(courier, order_id)
        await do(courier, order_id, "claim")
        for _ in range(2):
            delivery = await do(courier, order_id, "release")
            assert (delivery["status"], delivery["address"]) == ("offered", None)
        other = await new_courier()
        await until_offered(other, order_id)
        await do(other, order_id, "claim")
        refused(await courier.post(f"/deliveries/{order_id}/claim"), 409, "already_claimed")


class TestPickUp:
    async def test_waits_for_the_kitchen(self, kitchen: Kitchen, courier: Person) -> None:
        order_id = await kitchen.order()
        await until_offered(courier, order_id)
        await do(courier, order_id, "claim")
        answer = await courier.post(f"/deliveries/{order_id}/pick-up")
        problem = refused(answer, 409, "illegal_transition")
        assert problem["detail"] == "The food is not ready yet."
        await kitchen.tell(order_id, "food_ready")
        for _ in range(2):
            assert (await do(courier, order_id, "pick-up"))["status"] == "picked_up"
        refused(await courier.post(f"/deliveries/{order_id}/release"), 409, "illegal_transition")


class TestTheEnd:
    async def test_closes_the_door_behind_the_courier(
        self, kitchen: Kitchen, courier: Person
    ) -> None:
        order_id = await picked_up(kitchen, courier)
        for _ in range(2):
            delivery = await do(courier, order_id, "deliver")
            assert (delivery["status"], delivery["address"]) == ("delivered", None)
            assert delivery["dropoff"]["lat"] == round(DOOR.point.lat, 2)
        answer = await courier.post(f"/deliveries/{order_id}/fail", {"reason": "Too late"})
        refused(answer, 409, "illegal_transition")
        refused(await courier.post(f"/deliveries/{order_id}/pick-up"), 409, "illegal_transition")

    async def test_is_a_failure_with_the_reason_kept_from_the_engine(
        self, kitchen: Kitchen, courier: Person
    ) -> None:
        order_id = await picked_up(kitchen, courier)
        reason = f"Nobody at door {uuid4()}"
        for _ in range(2):
            delivery = await do(courier, order_id, "fail", {"reason": reason})
            assert delivery["status"] == "failed"
        handle = kitchen.client.get_workflow_handle(workflow_id(UUID(order_id)))
        history = (await handle.fetch_history()).to_json()
        assert reason not in history
        for private in (DOOR.line1, DOOR.instructions, DOOR.city):
            assert str(private) not in history

    async def test_comes_when_the_order_is_called_off(
        self, kitchen: Kitchen, courier: Person
    ) -> None:
        order_id = await kitchen.order()
        await until_offered(courier, order_id)
        await do(courier, order_id, "claim")
        await kitchen.tell(order_id, "call_off")

        async def mine() -> list[str]:
            return [item["status"] for item in await offers(courier, "?mine=true")]

        await seen(mine, lambda statuses: statuses == ["cancelled"])
        refused(await courier.post(f"/deliveries/{order_id}/pick-up"), 409, "illegal_transition")


class TestStrangers:
    @pytest.mark.parametrize("verb", ["release", "pick-up", "deliver", "fail"])
    async def test_have_no_such_delivery(
        self, kitchen: Kitchen, courier: Person, new_courier: NewCourier, verb: str
    ) -> None:
        order_id = await kitchen.order()
        await until_offered(courier, order_id)
        await do(courier, order_id, "claim")
        other = await new_courier()
        body = {"reason": "Mine"} if verb == "fail" else None
        for path in (order_id, str(uuid4())):
            answer = await other.post(f"/deliveries/{path}/{verb}", body)
            refused(answer, 404, "delivery_not_found")

    @pytest.mark.parametrize("role", [None, Role.SUPPORT, Role.ADMIN])
    async def test_who_are_no_couriers_see_nothing(self, people: People, role: Role | None) -> None:
        person = await people.join(*([role] if role else []))
        refused(await person.get("/deliveries"), 403, "forbidden")
        refused(await person.post(f"/deliveries/{uuid4()}/claim"), 403, "forbidden")
        refused(
            await person.put("/couriers/me/location", {"lat": 1.0, "lon": 1.0}), 403, "forbidden"
        )

    async def test_have_to_log_in(self, visitor: Visitor) -> None:
        refused(await visitor.get("/deliveries"), 401, "unauthenticated")

    @pytest.mark.parametrize("body", [None, {}, {"reason": ""}, {"reason": "x", "why": "y"}])
    async def test_failing_needs_a_reason(
        self, courier: Person, body: dict[str, Any] | None
    ) -> None:
        answer = await courier.post(f"/deliveries/{uuid4()}/fail", body)
        refused(answer, 422, "invalid_request")
