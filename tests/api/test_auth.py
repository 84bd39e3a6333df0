"""Registering, logging in, staying logged in, logging out."""

import asyncio
from uuid import uuid4

import httpx
import pytest

from tests.support.rest import PASSWORD, Person, Visitor, log_in, refused, register


def _registration(**given: object) -> dict[str, object]:
    email = f"{uuid4().hex}@example.com"
    return {"email": email, "password": PASSWORD, "name": "Abebe", **given}


@pytest.fixture
async def person(http: httpx.AsyncClient) -> Person:
    """With a real password, unlike everybody else's."""
    return await register(http)


class TestRegister:
    async def test_answers_the_account_without_its_password(self, visitor: Visitor) -> None:
        body = _registration(phone="+251911000000")
        answer = await visitor.post("/auth/register", body)
        account = answer.json()
        assert answer.status_code == 201
        assert account.pop("id")
        assert account.pop("created_at")
        assert account == {
            "email": body["email"],
            "name": "Abebe",
            "phone": "+251911000000",
            "roles": ["customer"],
            "restaurants": [],
            "support_right": None,
        }

    async def test_takes_one_address_once_however_it_is_spelled(self, visitor: Visitor) -> None:
        name = uuid4().hex
        await visitor.post("/auth/register", _registration(email=f"{name}@example.com"))
        again = _registration(email=f"{name.upper()}@EXAMPLE.com")
        refused(await visitor.post("/auth/register", again), 409, "email_taken")

    async def test_makes_one_account_when_requests_race(self, visitor: Visitor) -> None:
        body = _registration()
        answers = await asyncio.gather(*(visitor.post("/auth/register", body) for _ in range(5)))
        assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]

    @pytest.mark.parametrize("password", ["password1234", "passwordpassword", "123456789012"])
    async def test_refuses_what_guessers_try_first(self, visitor: Visitor, password: str) -> None:
        answer = await visitor.post("/auth/register", _registration(password=password))
        refused(answer, 422, "password_too_common")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"password": "x" * 11},
            {"password": "x" * 129},
            {"password": None},
            {"email": "nobody"},
            {"email": "nobody@"},
            {"email": f"{'x' * 300}@example.com"},
            {"name": ""},
            {"name": "   "},
            {"name": "Abebe\x00"},
            {"name": "\ud800"},
            {"name": 12},
            {"phone": "1"},
            {"role": "admin"},
            {"roles": ["admin"]},
        ],
    )
    async def test_refuses_other_fields_and_values(
        self, visitor: Visitor, wrong: dict[str, object]
    ) -> None:
        answer = await visitor.post("/auth/register", _registration(**wrong))
        problem = refused(answer, 422, "invalid_request")
        assert [error["loc"] for error in problem["errors"]] == [["body", *wrong]]
        assert all(error.keys() == {"loc", "msg", "type"} for error in problem["errors"])

    async def test_does_not_repeat_a_refused_password(self, visitor: Visitor) -> None:
        answer = await visitor.post("/auth/register", _registration(password="hunter2"))
        assert "hunter2" not in answer.text


class TestLogin:
    async def test_answers_tokens_that_open_the_account(self, http: httpx.AsyncClient) -> None:
        person = await register(http)
        answer = await Visitor(http).post(
            "/auth/login", {"email": person.email, "password": PASSWORD}
        )
        tokens = answer.json()
        assert (tokens["token_type"], tokens["expires_in"]) == ("Bearer", 600)
        me = await Visitor(http, tokens["access_token"]).get("/me")
        assert me.json()["email"] == person.email

    async def test_takes_the_address_in_any_spelling(self, person: Person) -> None:
        assert (await log_in(person.http, person.email.upper())).id == person.id

    async def test_answers_a_wrong_password_like_an_unknown_account(
        self, visitor: Visitor, person: Person
    ) -> None:
        wrong = {"email": person.email, "password": "not the password"}
        unknown = {"email": "nobody@example.com", "password": "not the password"}
        answers = [
            refused(await visitor.post("/auth/login", body), 401, "invalid_credentials")
            for body in (wrong, unknown)
        ]
        for problem in answers:
            problem.pop("request_id")
        assert answers[0] == answers[1]


class TestLogout:
    async def test_ends_access_and_refresh_token(self, person: Person) -> None:
        body = {"refresh_token": person.refresh_token}
        assert (await person.post("/auth/logout", body)).status_code == 204
        refused(await person.get("/me"), 401, "unauthenticated")
        refused(await person.post("/auth/refresh", body), 401, "invalid_credentials")

    async def test_does_not_end_somebody_elses_login(
        self, http: httpx.AsyncClient, person: Person
    ) -> None:
        other = await register(http)
        await other.post("/auth/logout", {"refresh_token": person.refresh_token})
        assert (await person.get("/me")).status_code == 200

    async def test_needs_an_access_token(self, visitor: Visitor, person: Person) -> None:
        body = {"refresh_token": person.refresh_token}
        refused(await visitor.post("/auth/logout", body), 401, "unauthenticated")
