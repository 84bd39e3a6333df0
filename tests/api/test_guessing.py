"""Who guesses at passwords: slowed down, told nothing, and never forgotten."""

import asyncio
from collections import Counter
from typing import Any
from uuid import uuid4

import argon2
import httpx
import pytest
from redis.asyncio import Redis

from domain.throttling import GUESSING
from tests.support.rest import (
    PASSWORD,
    Person,
    Visitor,
    coming_from,
    log_in,
    refused,
    register,
    somewhere,
)


async def _guess(visitor: Visitor, email: str, **options: Any) -> httpx.Response:
    return await visitor.post("/auth/login", {"email": email, "password": "wrong"}, **options)


@pytest.fixture
async def person(http: httpx.AsyncClient) -> Person:
    """With a real password, unlike everybody else's."""
    return await register(http)


@pytest.fixture
async def guessed_at(visitor: Visitor, person: Person) -> Person:
    """Somebody at whose password so many guess at once that each further guess has to wait."""
    answers = await asyncio.gather(*(_guess(visitor, person.email) for _ in range(20)))
    counted = Counter(answer.status_code for answer in answers)
    assert counted == {401: GUESSING.free + 1, 429: 20 - GUESSING.free - 1}
    return person


class TestGuessing:
    async def test_is_slowed_down_also_for_the_right_password(
        self, visitor: Visitor, guessed_at: Person
    ) -> None:
        right = {"email": guessed_at.email, "password": PASSWORD}
        answer = await visitor.post("/auth/login", right)
        refused(answer, 429, "too_many_requests")
        assert 1 <= int(answer.headers["retry-after"]) <= 10

    async def test_keeps_nobody_out_who_is_elsewhere(
        self, visitor: Visitor, guessed_at: Person
    ) -> None:
        right = {"email": guessed_at.email, "password": PASSWORD}
        answer = await visitor.post("/auth/login", right, headers=somewhere())
        assert answer.status_code == 200

    async def test_is_remembered_when_redis_forgets(
        self, visitor: Visitor, guessed_at: Person, redis_url: str
    ) -> None:
        async with Redis.from_url(redis_url) as redis:
            await redis.flushall()
        refused(await _guess(visitor, guessed_at.email), 429, "too_many_requests")

    async def test_counts_when_a_password_is_changed(self, person: Person) -> None:
        wrong = {"current": "wrong", "new": "kitfo-with-gomen-please"}
        answers = await asyncio.gather(*(person.post("/me/password", wrong) for _ in range(10)))
        counted = Counter(answer.status_code for answer in answers)
        assert counted == {401: GUESSING.free + 1, 429: 10 - GUESSING.free - 1}

    async def test_is_counted_for_a_household_as_for_one(
        self, visitor: Visitor, person: Person
    ) -> None:
        network = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}"
        places = [coming_from(f"{network}::{host}") for host in range(GUESSING.free + 2)]
        answers = [await _guess(visitor, person.email, headers=place) for place in places]
        assert [answer.status_code for answer in answers[-2:]] == [401, 429]


class TestUnknownAccount:
    async def test_is_slowed_down_like_one_that_is_there(self, visitor: Visitor) -> None:
        email = f"{uuid4().hex}@example.com"
        answers = await asyncio.gather(*(_guess(visitor, email) for _ in range(20)))
        counted = Counter(answer.status_code for answer in answers)
        assert counted == {401: GUESSING.free + 1, 429: 20 - GUESSING.free - 1}

    async def test_costs_the_same_work_and_gets_the_same_answer(
        self, visitor: Visitor, person: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hashed = _count_hashing(monkeypatch)
        told = []
        for email in (person.email, f"{uuid4().hex}@example.com"):
            problem = refused(await _guess(visitor, email), 401, "invalid_credentials")
            problem.pop("request_id")
            told.append((problem, hashed.copy()))
            hashed.clear()
        assert told[0] == told[1]
        assert told[0][1].total() == 1


class TestRightPassword:
    async def test_is_never_counted(self, http: httpx.AsyncClient, person: Person) -> None:
        """Neither one after another nor many at once."""
        await asyncio.gather(*(log_in(http, person.email) for _ in range(GUESSING.free + 5)))
        await log_in(http, person.email)


def _count_hashing(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """By the cost of each, as the hash says it."""
    counted = Counter[str]()
    real = argon2.PasswordHasher.verify

    def verify(hasher: argon2.PasswordHasher, password_hash: str, password: str) -> bool:
        counted[password_hash.rpartition("$")[0].rpartition("$")[0]] += 1
        return real(hasher, password_hash, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", verify)
    return counted
