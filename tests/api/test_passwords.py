"""New passwords: by who knows the old one, and by who reads the account's mail."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Self
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest

from adapters.postgres.engine import Database
from adapters.postgres.identity.password_resets import LIFETIME, PasswordResets
from api.services import Settings
from tests.support.people import People
from tests.support.polling import eventually, seen
from tests.support.rest import PASSWORD, Person, Visitor, log_in, refused, register

NEW = "kitfo-with-gomen-please"
CONFIRM = "/auth/password-reset/confirm"


@pytest.fixture
async def person(http: httpx.AsyncClient) -> Person:
    """With a real password, unlike everybody else's."""
    return await register(http)


@pytest.fixture
async def resets(settings: Settings) -> AsyncIterator[PasswordResets]:
    """What the sender of mails makes tokens with."""
    database = Database(settings.databases.identity_dsn)
    try:
        yield PasswordResets(database)
    finally:
        await database.close()


def _clock(moment: datetime, asked: list[datetime]) -> type[datetime]:
    """It stands still, and writes down that it was looked at."""

    class Clock(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            asked.append(moment)
            return cls.fromtimestamp(moment.timestamp(), tz)

    return Clock


def _holds(what: list[datetime], number: int) -> bool:
    return len(what) == number


async def _is_logged_out(person: Person) -> None:
    refused(await person.get("/me"), 401, "unauthenticated")
    token = {"refresh_token": person.refresh_token}
    refused(await person.post("/auth/refresh", token), 401, "invalid_credentials")


async def _logs_in_with(person: Person, password: str, *, instead_of: str) -> None:
    old = {"email": person.email, "password": instead_of}
    refused(await Visitor(person.http).post("/auth/login", old), 401, "invalid_credentials")
    assert (await log_in(person.http, person.email, password)).id == person.id


class TestChange:
    async def test_ends_every_login_and_counts_at_once(
        self, people: People, person: Person
    ) -> None:
        other = await people.login_of(person)
        answer = await person.post("/me/password", {"current": PASSWORD, "new": NEW})
        assert (answer.status_code, answer.content) == (204, b"")
        await _is_logged_out(person)
        await _is_logged_out(other)
        await _logs_in_with(person, NEW, instead_of=PASSWORD)

    async def test_needs_the_current_password(self, person: Person) -> None:
        answer = await person.post("/me/password", {"current": "wrong", "new": NEW})
        refused(answer, 401, "invalid_credentials")
        assert (await person.get("/me")).status_code == 200

    async def test_refuses_what_guessers_try_first(self, person: Person) -> None:
        body = {"current": PASSWORD, "new": "passwordpassword"}
        refused(await person.post("/me/password", body), 422, "password_too_common")


class TestAskingForReset:
    async def test_has_a_mail_queued_once_in_five_minutes(
        self,
        visitor: Visitor,
        person: Person,
        settings: Settings,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        asked: list[datetime] = []
        five = datetime(2026, 11, 23, 17, tzinfo=UTC)
        for number, seconds in enumerate((0, 299, 300), start=1):
            clock = _clock(five + timedelta(seconds=seconds), asked)
            monkeypatch.setattr("api.passwords.datetime", clock)
            answer = await visitor.post("/auth/password-reset", {"email": person.email.upper()})
            assert (answer.status_code, answer.content) == (202, b"")
            # What is mailed is decided after the answer.
            await eventually(partial(_holds, asked, number))
        mails = await seen(lambda: _mails_of(settings, person), lambda mails: len(mails) > 1)
        assert mails == ["password_reset"] * 2

    async def test_answers_the_same_where_there_is_no_account(self, visitor: Visitor) -> None:
        email = f"{uuid4().hex}@example.com"
        answer = await visitor.post("/auth/password-reset", {"email": email})
        assert (answer.status_code, answer.content) == (202, b"")


class TestReset:
    async def test_ends_every_login_and_every_other_token(
        self, visitor: Visitor, person: Person, resets: PasswordResets
    ) -> None:
        now = datetime.now(UTC)
        one, other = [await resets.issue(UUID(person.id), now=now) for _ in range(2)]
        answer = await visitor.post(CONFIRM, {"token": one, "new": NEW})
        assert (answer.status_code, answer.content) == (204, b"")
        await _is_logged_out(person)
        for used in (one, other):
            body = {"token": used, "new": "another-good-password"}
            refused(await visitor.post(CONFIRM, body), 422, "reset_token_invalid")
        await _logs_in_with(person, NEW, instead_of=PASSWORD)

    async def test_keeps_its_token_when_the_password_is_refused(
        self, visitor: Visitor, person: Person, resets: PasswordResets
    ) -> None:
        token = await resets.issue(UUID(person.id), now=datetime.now(UTC))
        common = {"token": token, "new": "passwordpassword"}
        refused(await visitor.post(CONFIRM, common), 422, "password_too_common")
        assert (await visitor.post(CONFIRM, {"token": token, "new": NEW})).status_code == 204

    async def test_works_for_half_an_hour(
        self, visitor: Visitor, person: Person, resets: PasswordResets
    ) -> None:
        ago = datetime.now(UTC) - LIFETIME - timedelta(seconds=1)
        late = {"token": await resets.issue(UUID(person.id), now=ago), "new": NEW}
        problem = refused(await visitor.post(CONFIRM, late), 422, "reset_token_invalid")
        assert problem["errors"][0]["loc"] == ["body", "token"]

    async def test_refuses_a_token_that_nobody_issued(self, visitor: Visitor) -> None:
        body = {"token": "made-up", "new": NEW}
        refused(await visitor.post(CONFIRM, body), 422, "reset_token_invalid")


async def _mails_of(settings: Settings, person: Person) -> list[str]:
    dsn = settings.databases.notifications_dsn.get_secret_value()
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        found = await connection.execute(
            "SELECT template FROM notifications.emails WHERE account_id = %s", [person.id]
        )
        return [row[0] for row in await found.fetchall()]
