"""Signing keys come and go while the API serves."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import httpx
import jwt
import pytest

from api.app import create_app
from api.services import Settings
from tests.support.keys import grow_old, write_key
from tests.support.rest import Person, Visitor, refused, register
from tests.support.serving import serving


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_key(tmp_path, "1", age=600)
    return tmp_path


@pytest.fixture
async def http(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx.AsyncClient]:
    """An API with keys of its own, which looks for an unknown one whenever it is named."""
    monkeypatch.setattr("adapters.signing_keys._LOOK_FOR_UNKNOWN_EVERY_SECONDS", 0.0)
    identity = settings.identity.model_copy(update={"jwt_keys_dir": folder})
    with serving(create_app(replace(settings, identity=identity))) as url:
        async with httpx.AsyncClient(base_url=url, timeout=30) as client:
            yield client


class TestRotation:
    async def test_ends_no_login_until_the_old_key_is_taken_away(
        self, http: httpx.AsyncClient, folder: Path
    ) -> None:
        person = await register(http)
        assert _kid(person) == "1"

        added = write_key(folder, "2")
        await _notice(http)
        assert await _published(http) == ["1", "2"]
        renewed = await _refresh(person)
        assert _kid(renewed) == "1"

        grow_old(added, 61)
        await _notice(http)
        rotated = await _refresh(renewed)
        assert _kid(rotated) == "2"
        for each in (person, renewed, rotated):
            assert (await each.get("/me")).status_code == 200

        (folder / "1.pem").unlink()
        await _notice(http)
        assert await _published(http) == ["2"]
        refused(await person.get("/me"), 401, "unauthenticated")
        assert (await rotated.get("/me")).status_code == 200


async def _notice(http: httpx.AsyncClient) -> None:
    """What happens by itself every few seconds: a token of an unknown key is a reason to look."""
    token = jwt.encode({}, "not a key, and long enough to be taken for one", headers={"kid": "?"})
    refused(await Visitor(http, token).get("/me"), 401, "unauthenticated")


async def _refresh(person: Person) -> Person:
    answer = await person.post("/auth/refresh", {"refresh_token": person.refresh_token})
    tokens = answer.json()
    return replace(person, token=tokens["access_token"], refresh_token=tokens["refresh_token"])


async def _published(http: httpx.AsyncClient) -> list[str]:
    keys = (await http.get("/.well-known/jwks.json")).json()["keys"]
    return [key["kid"] for key in keys]


def _kid(person: Person) -> str:
    kid: str = jwt.get_unverified_header(person.token or "")["kid"]
    return kid
