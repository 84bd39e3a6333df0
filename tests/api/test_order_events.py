"""Following an order: every entry once, for as long as the reader may see it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.settings import DatabaseSettings
from api.live import STREAMS_PER_ACCOUNT
from domain.accounts import Role
from domain.orders import OrderStatus
from tests.support.people import People
from tests.support.rest import Person, refused
from tests.support.streams import Desk, following, no_open_streams, open_desk, open_streams

SO_FAR = ["order_placed", "order_reserved", "order_confirmed", "order_accepted"]


@pytest.fixture
async def desk(databases: DatabaseSettings) -> AsyncIterator[Desk]:
    async with open_desk(databases) as desk:
        yield desk


@pytest.fixture
async def order_id(desk: Desk, person: Person) -> UUID:
    """Of an accepted order of `person`."""
    return await desk.order(customer_id=UUID(person.id))


@pytest.fixture
async def courier(people: People) -> Person:
    person = await people.join()
    assert (await person.post("/couriers", {"vehicle": "bicycle"})).status_code == 201
    return person


class TestEvents:
    async def test_come_once_each_and_end_with_the_order(
        self, desk: Desk, person: Person, order_id: UUID
    ) -> None:
        async with following(person, order_id) as stream:
            for _ in SO_FAR:
                await stream.next()
            await desk.note(order_id)
            assert (await stream.next()).data["status"] == "accepted"
            await desk.move(order_id, OrderStatus.CANCELLED)
            await desk.note(order_id)
            await stream.rest()
        assert [each.name for each in stream.events] == [*SO_FAR, "note_added", "order_cancelled"]
        assert stream.ids == [1, 2, 3, 4, 5, 6]

    async def test_reach_everybody_however_many_come_at_once(
        self, desk: Desk, person: Person, people: People, order_id: UUID
    ) -> None:
        support = await people.join(Role.SUPPORT)
        async with following(person, order_id) as first, following(support, order_id) as second:
            await asyncio.gather(*(desk.note(order_id) for _ in range(10)))
            await desk.move(order_id, OrderStatus.CANCELLED)
            await asyncio.gather(first.rest(), second.rest())
        assert first.ids == second.ids == list(range(1, 16))

    async def test_begin_before_the_answer_does(
        self, databases: DatabaseSettings, person: Person, order_id: UUID
    ) -> None:
        """What is written once the client has the answer's headers is then news to it."""
        ordering = Database(databases.ordering_dsn)
        async with ordering.transaction() as session:
            await session.execute(text("LOCK TABLE ordering.timeline"))
            answer = await person.get(f"/orders/{order_id}/events")
        await ordering.close()
        refused(answer, 503, "unavailable")

    async def test_are_not_those_of_another_order(
        self, desk: Desk, person: Person, order_id: UUID
    ) -> None:
        other = await desk.order(customer_id=UUID(person.id))
        async with following(person, order_id) as stream:
            await desk.note(other)
            await desk.move(order_id, OrderStatus.CANCELLED)
            await stream.rest()
        assert {each.data["order_id"] for each in stream.events} == {str(order_id)}


class TestResuming:
    @pytest.mark.parametrize(
        "resume",
        [
            {"headers": {"Last-Event-ID": "3"}},
            {"params": {"last_event_id": "3"}},
            {"headers": {"Last-Event-ID": "3"}, "params": {"last_event_id": "1"}},
        ],
    )
    async def test_goes_on_behind_the_last_event(
        self, person: Person, order_id: UUID, resume: dict[str, dict[str, str]]
    ) -> None:
        async with following(person, order_id, **resume) as stream:
            event = await stream.next()
        assert (event.id, event.name, event.data["status"]) == (4, "order_accepted", "accepted")

    @pytest.mark.parametrize("beyond", ["5", "999", str(10**30)])
    async def test_behind_what_is_not_there_yet_tells_all_that_is_new(
        self, desk: Desk, person: Person, order_id: UUID, beyond: str
    ) -> None:
        async with following(person, order_id, headers={"Last-Event-ID": beyond}) as stream:
            await desk.note(order_id)
            assert (await stream.next()).id == 5

    @pytest.mark.parametrize("nonsense", ["-1", "1.5", "four", ""])
    async def test_behind_nonsense_is_refused(
        self, person: Person, order_id: UUID, nonsense: str
    ) -> None:
        answer = await person.get(f"/orders/{order_id}/events", headers={"Last-Event-ID": nonsense})
        refused(answer, 422, "invalid_request")


class TestReaders:
    async def test_lose_the_stream_with_the_order(
        self, desk: Desk, person: Person, courier: Person, order_id: UUID
    ) -> None:
        await desk.offer(order_id)
        await desk.claim(order_id, courier)
        async with following(courier, order_id) as theirs, following(person, order_id) as stream:
            await theirs.until("order_accepted")
            await desk.release(order_id, courier)
            assert await theirs.rest() == []
            await desk.note(order_id)
            await stream.until("note_added")

    async def test_lose_it_with_their_place_at_the_restaurant(
        self, desk: Desk, people: People
    ) -> None:
        restaurant_id = uuid4()
        staff, other = await people.join(), await people.join()
        for member in (staff, other):
            await people.accounts.add_staff(UUID(member.id), restaurant_id)
        order_id = await desk.order(restaurant_id=restaurant_id)
        async with following(staff, order_id) as stream:
            await stream.until("order_accepted")
            await people.accounts.remove_staff(UUID(staff.id), restaurant_id)
            await desk.note(order_id)
            assert await stream.rest() == []

    async def test_lose_it_with_their_login(
        self, desk: Desk, person: Person, order_id: UUID
    ) -> None:
        async with following(person, order_id) as stream:
            await stream.until("order_accepted")
            body = {"refresh_token": person.refresh_token}
            assert (await person.post("/auth/logout", body)).status_code == 204
            await desk.note(order_id)
            assert await stream.rest() == []

    async def test_who_have_nothing_to_do_with_it_get_none(
        self, people: People, courier: Person, order_id: UUID
    ) -> None:
        for stranger in (await people.join(), courier):
            answer = await stranger.get(f"/orders/{order_id}/events")
            refused(answer, 404, "order_not_found")


class TestManyStreams:
    async def test_of_one_account_are_bounded_and_counted(
        self, http: httpx.AsyncClient, person: Person, people: People, order_id: UUID
    ) -> None:
        path = f"/orders/{order_id}/events"
        limits = httpx.Limits(max_connections=2 * STREAMS_PER_ACCOUNT)
        async with httpx.AsyncClient(base_url=http.base_url, timeout=30, limits=limits) as many:
            someone = replace(person, http=many)
            async with AsyncExitStack() as streams:
                await no_open_streams(http)
                for _ in range(STREAMS_PER_ACCOUNT):
                    await streams.enter_async_context(following(someone, order_id))
                assert await open_streams(http) == STREAMS_PER_ACCOUNT
                answer = await person.get(path)
                refused(answer, 429, "too_many_requests")
                assert int(answer.headers["Retry-After"]) > 0
                async with following(await people.join(Role.SUPPORT), order_id) as another:
                    await another.next()
            await no_open_streams(http)
            async with following(person, order_id) as again:
                await again.next()
