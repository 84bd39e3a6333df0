"""Redis flushed, stopped and started again: nobody who orders meanwhile may notice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from redis.asyncio import Redis

from tests.support.platform import Platform
from tests.support.polling import eventually, seen
from tests.support.rest import PASSWORD, Person, Visitor, log_in, refused
from tests.support.town import Kitchen, Ordered, Town

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


class TestRedisAway:
    async def test_costs_no_answer_no_login_and_no_patience(self, platform: Platform) -> None:
        town, stack = platform.town, platform.stack
        kitchen, out = await town.open_kitchen(), await town.customer()
        assert (await out.post("/auth/logout", _refresh_of(out))).status_code == 204
        witness = _Witness(kitchen, out=out, guessed=await town.customer())
        await witness.guess_until_refused()

        async with _traffic(platform, kitchen, customers=2) as traffic:
            await traffic.goes_on()
            await _is_ready(platform, "up", set())

            await _flush(platform)
            await witness.sees_nothing_wrong()
            await traffic.goes_on()

            await stack.halt("redis")
            try:
                await _is_ready(platform, "degraded", {"redis"})
                await witness.sees_nothing_wrong()
                await traffic.goes_on()
            finally:
                await stack.resume("redis")

            # It comes back with what it knew before, and that is out of date.
            await witness.sees_nothing_wrong(after_a_change=False)
            await witness.sees_nothing_wrong()
            await traffic.goes_on()
            await _is_ready(platform, "up", set())


@dataclass
class _Traffic:
    """People who log in, order and look, and take nothing for an answer but the right one."""

    platform: Platform
    kitchen: Kitchen
    rounds: int = 0
    is_over: bool = False
    lives: list[asyncio.Task[None]] = field(default_factory=list)

    async def goes_on(self) -> None:
        """Everybody's next rounds end well; what did not raises here."""
        goal = self.rounds + 2 * len(self.lives)

        def is_there() -> bool:
            for life in self.lives:
                if life.done():
                    life.result()
            return self.rounds >= goal

        await eventually(is_there, seconds=40)

    async def live(self, person: Person) -> None:
        while not self.is_over:
            person = await log_in(person.http, person.email)
            person = await _refreshed(person)
            order = await _order(self.platform.town, person, self.kitchen)
            await order.until("confirmed")
            assert (await person.get("/restaurants?q=Soranu")).status_code == 200
            assert (await person.get("/orders")).status_code == 200
            self.rounds += 1


@asynccontextmanager
async def _traffic(
    platform: Platform, kitchen: Kitchen, *, customers: int
) -> AsyncIterator[_Traffic]:
    traffic = _Traffic(platform, kitchen)
    people = await platform.town.customers(customers)
    traffic.lives = [asyncio.create_task(traffic.live(person)) for person in people]
    try:
        yield traffic
    finally:
        traffic.is_over = True
        await asyncio.gather(*traffic.lives)


@dataclass
class _Witness:
    """`out` has logged out; `guessed` is an account whose password somebody tries to guess."""

    kitchen: Kitchen
    out: Person
    guessed: Person
    description: str | None = None

    async def guess_until_refused(self) -> None:
        answers = [await self._guess() for _ in range(8)]
        assert [answers[0].status_code, answers[-1].status_code] == [401, 429]
        assert int(answers[-1].headers["retry-after"]) > 0

    async def sees_nothing_wrong(self, *, after_a_change: bool = True) -> None:
        if after_a_change:
            await self._describe(uuid4().hex)
        assert (await self._dish())["description"] == self.description
        refused(await self.out.get("/me"), 401, "unauthenticated")
        assert (await self.kitchen.staff.get("/me")).status_code == 200
        # Of an account that nobody guessed at, the first tries would be 401, each.
        assert 429 in [(await self._guess()).status_code for _ in range(3)]

    async def _guess(self) -> httpx.Response:
        wrong = {"email": self.guessed.email, "password": f"not {PASSWORD}"}
        return await Visitor(self.guessed.http).post("/auth/login", wrong)

    async def _describe(self, description: str) -> None:
        path = f"/restaurants/{self.kitchen.restaurant_id}/menu/items/{self.kitchen.item_id}"
        answer = await self.kitchen.staff.patch(path, {"description": description})
        assert answer.status_code == 200, answer.text
        self.description = description

    async def _dish(self) -> dict[str, Any]:
        path = f"/restaurants/{self.kitchen.restaurant_id}/menu"
        [dish] = (await Visitor(self.out.http).get(path)).json()["items"]
        found: dict[str, Any] = dish
        return found


async def _refreshed(person: Person) -> Person:
    answer = await person.post("/auth/refresh", _refresh_of(person))
    assert answer.status_code == 200, answer.text
    tokens = answer.json()
    return replace(person, token=tokens["access_token"], refresh_token=tokens["refresh_token"])


async def _order(town: Town, customer: Person, kitchen: Kitchen) -> Ordered:
    """The first answer counts: nobody asks twice here."""
    key = uuid4().hex
    headers = {"Idempotency-Key": key}
    answer = await customer.post("/orders", kitchen.order(quantity=1), headers=headers)
    assert answer.status_code == 202, answer.text
    order_id = answer.json()["id"]
    town.promised[key] = {UUID(order_id)}
    return Ordered(id=order_id, customer=customer, kitchen=kitchen)


async def _is_ready(platform: Platform, status: str, down: set[str]) -> None:
    """Sooner or later: a part that a busy machine answers late for counts as down meanwhile."""
    await seen(lambda: _readiness(platform), lambda found: found == (200, status, down))


async def _readiness(platform: Platform) -> tuple[int, str, set[str]]:
    async with httpx.AsyncClient(base_url=platform.stack.site.api_url, trust_env=False) as api:
        answer = await api.get("/health/ready", timeout=30)
    parts = answer.json()["parts"]
    down = {part for part, state in parts.items() if state == "down"}
    return answer.status_code, answer.json()["status"], down


async def _flush(platform: Platform) -> None:
    async with Redis.from_url(platform.stack.site.redis_url) as redis:
        await redis.flushall()


def _refresh_of(person: Person) -> dict[str, str]:
    return {"refresh_token": person.refresh_token}
