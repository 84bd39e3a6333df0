"""Where the courier is: who sees it and when, and who sees the door."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.outages import AWAY
from adapters.redis.positions import Positions
from adapters.settings import DatabaseSettings, RedisSettings
from api.app import create_app
from api.services import Settings
from domain.accounts import Role
from domain.deliveries import DeliveryState, Ride
from domain.orders import OrderStatus
from infra.stack.ports import free_port
from tests.support.delivering import KITCHEN, north_of
from tests.support.ordering import some_particulars
from tests.support.people import People
from tests.support.polling import brought_about
from tests.support.rest import Person, refused
from tests.support.serving import served
from tests.support.streams import Desk, following, open_desk

DOOR = some_particulars().address


@pytest.fixture
async def desk(databases: DatabaseSettings) -> AsyncIterator[Desk]:
    async with open_desk(databases) as desk:
        yield desk


@pytest.fixture
async def order_id(desk: Desk, person: Person) -> UUID:
    """Of an order of `person` that is offered to couriers."""
    order_id = await desk.order(customer_id=UUID(person.id))
    await desk.offer(order_id)
    return order_id


@pytest.fixture
async def courier(people: People) -> Person:
    return await a_courier(people)


async def a_courier(people: People) -> Person:
    person = await people.join()
    assert (await person.post("/couriers", {"vehicle": "bicycle"})).status_code == 201
    return person


async def tell(courier: Person, *, km: float = 0) -> None:
    """From that far north of the restaurant."""
    place = north_of(KITCHEN, km)
    answer = await courier.put("/couriers/me/location", {"lat": place.lat, "lon": place.lon})
    assert answer.status_code == 204, answer.text


async def read(reader: Person, order_id: UUID) -> dict[str, Any]:
    answer = await reader.get(f"/orders/{order_id}")
    assert answer.status_code == 200, answer.text
    delivery: dict[str, Any] = answer.json()["delivery"]
    return delivery


class TestPositions:
    async def test_are_told_to_who_follows_and_to_nobody_again(
        self, desk: Desk, person: Person, courier: Person, order_id: UUID
    ) -> None:
        await desk.claim(order_id, courier)
        async with following(person, order_id) as stream:
            await stream.until("order_accepted")
            position = await brought_about(stream.next(), partial(tell, courier, km=1))
        place = north_of(KITCHEN, 1)
        assert (position.name, position.id) == ("position", None)
        assert position.data == {
            "order_id": str(order_id),
            "lat": place.lat,
            "lon": place.lon,
            "at": position.data["at"],
            # The kitchen of this order never promised anything.
            "eta": None,
        }
        async with following(person, order_id) as again:
            await desk.note(order_id)
            assert (await again.until("note_added")).id == 5
            assert "position" not in {event.name for event in again.events}

    async def test_are_of_the_orders_in_the_couriers_hands(
        self, desk: Desk, person: Person, courier: Person, order_id: UUID
    ) -> None:
        async with following(person, order_id) as stream:
            await stream.until("order_accepted")
            await desk.couriers.set_available(UUID(courier.id), available=True)
            await tell(courier)
            await desk.claim(order_id, courier)
            await desk.release(order_id, courier)
            await tell(courier)
            await desk.note(order_id)
            assert (await stream.until("note_added")).id == 5
            assert "position" not in {event.name for event in stream.events}

    async def test_come_once_a_second_at_most(
        self,
        monkeypatch: pytest.MonkeyPatch,
        redis_url: str,
        desk: Desk,
        person: Person,
        courier: Person,
        order_id: UUID,
    ) -> None:
        """Here the second is longer than eight of them may take on any machine."""
        monkeypatch.setattr("adapters.redis.positions._AT_MOST_EVERY_MS", 60_000)
        await desk.claim(order_id, courier)
        ride = await self._ride(desk, courier, order_id)
        positions, told = Positions(RedisSettings(url=redis_url)), list[UUID]()

        async def tell_often() -> None:
            """Each time as another courier, who has not told anything yet."""
            told.append(uuid4())
            with suppress(*AWAY):
                await asyncio.gather(*(positions.tell(told[-1], [ride]) for _ in range(8)))

        try:
            async with following(person, order_id) as stream:
                await stream.until("order_accepted")
                await brought_about(stream.until("position"), tell_often)
                await desk.note(order_id)
                await stream.until("note_added")
        finally:
            await positions.close()
        names = [event.name for event in stream.events]
        assert 1 <= names.count("position") <= len(told)

    async def _ride(self, desk: Desk, courier: Person, order_id: UUID) -> Ride:
        found = await desk.couriers.find(UUID(courier.id))
        return Ride(
            order_id=order_id,
            courier_id=found.courier_id,
            state=DeliveryState.ASSIGNED,
            pickup=KITCHEN,
            place=found.location,
            located_at=found.located_at,
        )

    async def test_are_for_who_may_still_see_the_order(
        self,
        monkeypatch: pytest.MonkeyPatch,
        desk: Desk,
        people: People,
        person: Person,
        courier: Person,
    ) -> None:
        """Also where nothing happens to the order meanwhile."""
        monkeypatch.setattr("api.order_stream._ACCESS_HOLDS_SECONDS", 0.0)
        restaurant_id = uuid4()
        staff, other = await people.join(), await people.join()
        for member in (staff, other):
            await people.accounts.add_staff(UUID(member.id), restaurant_id)
        order_id = await desk.order(customer_id=UUID(person.id), restaurant_id=restaurant_id)
        await desk.offer(order_id)
        await desk.claim(order_id, courier)
        async with following(staff, order_id) as theirs, following(person, order_id) as stream:
            await theirs.until("order_accepted")
            await people.accounts.remove_staff(UUID(staff.id), restaurant_id)
            assert await brought_about(theirs.rest(), partial(tell, courier)) == []
            await brought_about(stream.until("position"), partial(tell, courier))

    async def test_pause_while_redis_is_away_and_the_place_counts(
        self, settings: Settings, desk: Desk, courier: Person, order_id: UUID
    ) -> None:
        await desk.claim(order_id, courier)
        nowhere = RedisSettings(url=f"redis://127.0.0.1:{free_port()}/0")
        app = create_app(replace(settings, redis=nowhere))
        async with served(app) as http:
            await tell(replace(courier, http=http), km=1)
        found = await desk.couriers.find(UUID(courier.id))
        assert found.location == north_of(KITCHEN, 1)


class TestEta:
    async def test_is_a_ride_from_the_courier_to_the_door(
        self, desk: Desk, person: Person, courier: Person
    ) -> None:
        order_id = await desk.order(customer_id=UUID(person.id), promised=timedelta(minutes=10))
        promised = (await read(person, order_id))["eta"]
        await desk.offer(order_id)
        await desk.claim(order_id, courier)
        await desk.advance(order_id, DeliveryState.PICKED_UP)
        place = {"lat": DOOR.point.lat, "lon": DOOR.point.lon}
        await courier.put("/couriers/me/location", place)
        at_the_door = (await read(person, order_id))["eta"]
        assert datetime.fromisoformat(at_the_door) < datetime.fromisoformat(promised)
        listed = (await person.get("/orders")).json()["items"]
        assert [order["delivery"]["eta"] for order in listed] == [at_the_door]
        await desk.move(order_id, OrderStatus.CANCELLED)
        assert (await read(person, order_id))["eta"] is None


class TestTheDoor:
    """Only the courier of an order, and only while it is theirs, sees where it goes."""

    async def test_opens_with_the_claim_and_closes_with_the_release(
        self, desk: Desk, people: People, courier: Person, order_id: UUID
    ) -> None:
        other = await a_courier(people)
        await self._sees_nothing(courier, order_id)
        await desk.claim(order_id, courier)
        assert (await read(courier, order_id))["address"]["line1"] == DOOR.line1
        assert (await self._mine(courier))[0]["address"]["line1"] == DOOR.line1
        await self._sees_nothing(other, order_id)
        await desk.release(order_id, courier)
        await self._sees_nothing(courier, order_id)
        assert await self._mine(courier) == []
        await desk.claim(order_id, other, assignment=2)
        await self._sees_nothing(courier, order_id)
        assert (await read(other, order_id))["address"]["line1"] == DOOR.line1

    async def test_closes_behind_the_delivery_before_the_order_hears_of_it(
        self, desk: Desk, courier: Person, order_id: UUID
    ) -> None:
        await desk.claim(order_id, courier)
        await desk.advance(order_id, DeliveryState.PICKED_UP)
        assert (await read(courier, order_id))["address"] is not None
        await desk.advance(order_id, DeliveryState.DELIVERED)
        assert (await read(courier, order_id))["address"] is None
        [delivered] = await self._mine(courier)
        assert (delivered["status"], delivered["address"]) == ("delivered", None)

    async def test_is_known_by_the_delivery_before_the_order_hears_of_it(
        self, desk: Desk, people: People, courier: Person, order_id: UUID
    ) -> None:
        """A claim counts at once, and so does its end, however long the order's workflow takes."""
        await desk.claim(order_id, courier)
        await desk.record_courier(order_id, None)
        assert (await read(courier, order_id))["address"] is not None
        late = await a_courier(people)
        await desk.record_courier(order_id, UUID(late.id))
        await self._sees_nothing(late, order_id)

    async def test_is_for_customer_and_support_and_not_for_the_kitchen(
        self, desk: Desk, person: Person, people: People, courier: Person
    ) -> None:
        restaurant_id = uuid4()
        staff, support = await people.join(), await people.join(Role.SUPPORT)
        await people.accounts.add_staff(UUID(staff.id), restaurant_id)
        order_id = await desk.order(customer_id=UUID(person.id), restaurant_id=restaurant_id)
        await desk.offer(order_id)
        await desk.claim(order_id, courier)
        seen = [(await read(each, order_id))["address"] for each in (person, support, staff)]
        assert [address is not None for address in seen] == [True, True, False]

    async def _sees_nothing(self, courier: Person, order_id: UUID) -> None:
        for part in ("", "/timeline", "/events"):
            refused(await courier.get(f"/orders/{order_id}{part}"), 404, "order_not_found")

    async def _mine(self, courier: Person) -> list[dict[str, Any]]:
        """Of a restaurant that the catalogue has not: it is shown by its place."""
        items: list[dict[str, Any]] = (await courier.get("/deliveries?mine=true")).json()["items"]
        for item in items:
            place = {"line1": "Unknown", "city": "Unknown", "lat": KITCHEN.lat, "lon": KITCHEN.lon}
            assert (item["restaurant"]["name"], item["restaurant"]["address"]) == ("Unknown", place)
        return items


class TestAvailability:
    async def test_that_ends_forgets_the_place(self, desk: Desk, courier: Person) -> None:
        await courier.put("/couriers/me/availability", {"available": True})
        await tell(courier)
        await courier.put("/couriers/me/availability", {"available": False})
        assert (await desk.couriers.find(UUID(courier.id))).location is None

    async def test_that_ends_keeps_it_while_an_order_is_held(
        self, desk: Desk, courier: Person, order_id: UUID
    ) -> None:
        await desk.claim(order_id, courier)
        await courier.put("/couriers/me/availability", {"available": False})
        assert (await desk.couriers.find(UUID(courier.id))).location == KITCHEN
