"""Everybody who orders, cooks, rides and decides, for longer than a login lasts."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import httpx

from tests.support.rest import PASSWORD, Person, Visitor, insist, register
from tests.support.town import AT_THE_KITCHENS

_TELL_WHERE_EVERY = 60
# Fewer than a courier may hold: one that was delivered a moment ago still counts.
_HOLDS = 2


class Login(httpx.Auth):
    """Somebody's token, and a new one where it has run out."""

    def __init__(self, person: Person) -> None:
        self._visitor = Visitor(person.http)
        self._who = {"email": person.email, "password": PASSWORD}
        self._token = person.token
        self._renewing = asyncio.Lock()

    async def async_auth_flow(
        self, request: httpx.Request
    ) -> AsyncGenerator[httpx.Request, httpx.Response]:
        token = self._token
        request.headers["Authorization"] = f"Bearer {token}"
        answer = yield request
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            await self._renew(token)
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request

    async def _renew(self, stale: str | None) -> None:
        async with self._renewing:
            if self._token == stale:
                answer = await insist(lambda: self._visitor.post("/auth/login", self._who))
                self._token = answer.raise_for_status().json()["access_token"]


@dataclass(frozen=True, kw_only=True)
class Regular(Person):
    login: Login

    async def send(self, method: str, path: str, **options: Any) -> httpx.Response:
        return await super().send(method, path, auth=self.login, **options)


async def a_regular(http: httpx.AsyncClient) -> Regular:
    person = await register(http)
    return Regular(http=http, id=person.id, email=person.email, login=Login(person))


class Couriers:
    """Who has room for another delivery. `people` tell where they are as long as it goes on."""

    def __init__(self, people: list[Regular]) -> None:
        self._people = {person.id: person for person in people}
        self._held = Counter[str]()
        self._changed = asyncio.Condition()

    @asynccontextmanager
    async def free(self, count: int) -> AsyncIterator[tuple[Person, Person]]:
        """So many, at once: who needs one gets the same one twice."""
        async with self._changed:
            await self._changed.wait_for(lambda: len(self._with_room()) >= count)
            taken = self._with_room()[:count]
            self._held.update(taken)
        # Who needs none has nobody to ask anything.
        chosen = [self._people[id_] for id_ in taken or self._people]
        try:
            yield chosen[0], chosen[count - 1]
        finally:
            async with self._changed:
                self._held.subtract(taken)
                self._changed.notify_all()

    async def tell_where_they_are(self) -> None:
        """Until it is cancelled."""
        while True:
            for person in self._people.values():
                there = partial(person.put, "/couriers/me/location", AT_THE_KITCHENS)
                await insist(there)
            await asyncio.sleep(_TELL_WHERE_EVERY)

    def _with_room(self) -> list[str]:
        """Who holds least comes first."""
        room = [id_ for id_ in self._people if self._held[id_] < _HOLDS]
        return sorted(room, key=lambda id_: self._held[id_])


@dataclass(frozen=True, kw_only=True)
class Crew:
    customers: list[Regular]
    cook: Regular
    support: Regular
    couriers: Couriers


async def a_crew(http: httpx.AsyncClient, admin: Person, *, open_at_once: int) -> Crew:
    """`admin` is who may make somebody support."""
    customers = [await a_regular(http) for _ in range(4 + open_at_once // 20)]
    support = await a_regular(http)
    granted = await admin.put(f"/admin/accounts/{support.id}/roles", {"roles": ["support"]})
    assert granted.status_code == 200, granted.text
    riders = [await _a_rider(http) for _ in range(3 + open_at_once // 10)]
    return Crew(
        customers=customers,
        cook=await a_regular(http),
        support=support,
        couriers=Couriers(riders),
    )


async def _a_rider(http: httpx.AsyncClient) -> Regular:
    rider = await a_regular(http)
    assert (await rider.post("/couriers", {"vehicle": "bicycle"})).status_code == 201
    await rider.put("/couriers/me/availability", {"available": True})
    there = await rider.put("/couriers/me/location", AT_THE_KITCHENS)
    assert there.status_code == 204
    return rider
