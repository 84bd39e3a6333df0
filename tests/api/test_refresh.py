"""Staying logged in: refresh tokens, those who steal them, and answers that get lost."""

import asyncio
import os

import httpx
import pytest

from tests.support.mortal_api import mortal_api
from tests.support.people import People
from tests.support.rest import Person, Visitor, refused
from tests.support.servers import Servers


def _be_patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the machine, an answer that is under way is not taken for a lost one."""
    monkeypatch.setattr("adapters.postgres.identity.sessions._ANSWERING_SECONDS", 8.0)


class TestRefresh:
    @pytest.fixture(autouse=True)
    def patience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        _be_patient(monkeypatch)

    async def test_exchanges_the_token_for_new_ones(self, person: Person) -> None:
        answer = await person.post("/auth/refresh", {"refresh_token": person.refresh_token})
        tokens = answer.json()
        assert answer.status_code == 200
        assert tokens["refresh_token"] != person.refresh_token
        assert (await Visitor(person.http, tokens["access_token"]).get("/me")).status_code == 200

    async def test_ends_the_login_of_a_token_that_comes_twice(self, person: Person) -> None:
        first = await person.post("/auth/refresh", {"refresh_token": person.refresh_token})
        again = await person.post("/auth/refresh", {"refresh_token": person.refresh_token})
        refused(again, 401, "refresh_token_reused")
        successor = {"refresh_token": first.json()["refresh_token"]}
        refused(await person.post("/auth/refresh", successor), 401, "invalid_credentials")
        refused(await person.get("/me"), 401, "unauthenticated")

    async def test_takes_many_at_once_for_thieves(self, person: Person) -> None:
        body = {"refresh_token": person.refresh_token}
        answers = await asyncio.gather(*(person.post("/auth/refresh", body) for _ in range(6)))
        codes = [answer.json().get("code") for answer in answers]
        assert codes.count(None) <= 1
        assert codes.count("refresh_token_reused") == 1
        assert set(codes) <= {None, "refresh_token_reused", "invalid_credentials"}
        for answer in answers:
            if answer.is_success:
                successor = {"refresh_token": answer.json()["refresh_token"]}
                refused(await person.post("/auth/refresh", successor), 401, "invalid_credentials")
        refused(await person.get("/me"), 401, "unauthenticated")

    async def test_leaves_other_logins_alone(self, people: People, person: Person) -> None:
        other = await people.login_of(person)
        for _ in range(2):
            await person.post("/auth/refresh", {"refresh_token": person.refresh_token})
        assert (await other.get("/me")).status_code == 200

    async def test_refuses_an_unknown_token(self, visitor: Visitor) -> None:
        answer = await visitor.post("/auth/refresh", {"refresh_token": "unknown"})
        refused(answer, 401, "invalid_credentials")
        assert answer.headers["www-authenticate"].startswith("Bearer")


class TestLostAnswer:
    async def test_is_given_again_to_who_asks_again_and_to_no_thief_later(
        self, servers: Servers, person: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        body = {"refresh_token": person.refresh_token}
        async with mortal_api({**os.environ, **servers.site.environment()}) as dying:
            with pytest.raises(httpx.TransportError):
                await Visitor(dying).post("/auth/refresh", body)
        again = await person.post("/auth/refresh", body)
        assert again.status_code == 200, again.text
        _be_patient(monkeypatch)
        owner = Visitor(person.http, again.json()["access_token"])
        assert (await owner.get("/me")).json()["id"] == person.id
        refused(await person.post("/auth/refresh", body), 401, "refresh_token_reused")
        refused(await owner.get("/me"), 401, "unauthenticated")
