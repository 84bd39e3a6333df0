"""The codec server, and the API where everything in Temporal is encrypted."""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest
from google.protobuf.json_format import MessageToDict, ParseDict
from temporalio.api.common.v1 import Payload, Payloads
from temporalio.client import WorkflowHistory

from adapters.settings import TemporalSettings
from adapters.temporal_codec import Encryption, keys_of
from api.app import create_app
from api.services import Settings
from domain.accounts import Role
from tests.support.codec_keys import ring_of
from tests.support.cookies import enter
from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.rest import ADDRESS, Person, refused, somewhere
from tests.support.serving import served, serving
from tests.support.temporal import real_time

UI = "https://temporal.example.com"
PLAIN = Payload(metadata={"encoding": b"json/plain"}, data=b'"Shiro wot"')
DECODE = "/codec/decode?preserveStorageRefs=true"


def encrypting(settings: Settings, **given: str) -> Settings:
    temporal = {**settings.temporal.model_dump(), "codec_keys": ring_of("new", "old"), **given}
    return replace(settings, temporal=TemporalSettings.model_validate(temporal))


async def payloads(*ids: str) -> dict[str, Any]:
    """What the UI sends: one encrypted under each key."""
    hidden = [(await Encryption(keys_of(ring_of(id_))).encode([PLAIN]))[0] for id_ in ids]
    found: dict[str, Any] = MessageToDict(Payloads(payloads=hidden))
    return found


@pytest.fixture(scope="module")
def codec_url(settings: Settings) -> Iterator[str]:
    """Of an API that has keys, with a Temporal UI of another origin."""
    with serving(create_app(encrypting(settings, ui_url=f"{UI}/temporal"))) as url:
        yield url


@pytest.fixture
async def browser(codec_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=codec_url, timeout=30, headers=somewhere()) as client:
        yield client


@pytest.fixture
async def support(people: People) -> Person:
    return await people.join(Role.SUPPORT)


def bearer(person: Person) -> dict[str, str]:
    return {"Authorization": f"Bearer {person.token}"}


class TestDecode:
    async def test_shows_support_what_any_key_of_the_ring_encrypted(
        self, browser: httpx.AsyncClient, support: Person
    ) -> None:
        body = await payloads("old", "new")
        answer = await browser.post(DECODE, json=body, headers=bearer(support))
        assert answer.status_code == 200
        assert [*ParseDict(answer.json(), Payloads()).payloads] == [PLAIN, PLAIN]

    async def test_gives_back_what_is_not_encrypted(
        self, browser: httpx.AsyncClient, support: Person
    ) -> None:
        body = MessageToDict(Payloads(payloads=[PLAIN]))
        answer = await browser.post(DECODE, json=body, headers=bearer(support))
        assert answer.json() == body

    async def test_is_for_support_alone(self, browser: httpx.AsyncClient, people: People) -> None:
        body = await payloads("new")
        refused(await browser.post(DECODE, json=body), 401, "unauthenticated")
        for role in (Role.CUSTOMER, Role.ADMIN):
            somebody = bearer(await people.join(role))
            answer = await browser.post(DECODE, json=body, headers=somebody)
            refused(answer, 403, "forbidden")

    async def test_names_the_key_that_it_lacks(
        self, browser: httpx.AsyncClient, support: Person
    ) -> None:
        body = await payloads("lost")
        answer = await browser.post(DECODE, json=body, headers=bearer(support))
        assert answer.status_code == 422
        assert "'lost'" in answer.json()["detail"]

    @pytest.mark.parametrize(
        "body",
        [b"", b"[]", b'{"payloads": 1}', b"\xff", b'{"a": {}}', b"[" * 60_000],
        ids=["nothing", "list", "number", "bytes", "field", "depth"],
    )
    async def test_refuses_what_are_no_payloads(
        self, browser: httpx.AsyncClient, support: Person, body: bytes
    ) -> None:
        answer = await browser.post(DECODE, content=body, headers=bearer(support))
        assert answer.status_code == 422

    async def test_refuses_more_than_the_api_reads(
        self, browser: httpx.AsyncClient, support: Person
    ) -> None:
        body = b" " * 65 * 1024
        answer = await browser.post(DECODE, content=body, headers=bearer(support))
        refused(answer, 413, "body_too_large")

    async def test_encodes_for_nobody(self, browser: httpx.AsyncClient, support: Person) -> None:
        answer = await browser.post("/codec/encode", json={}, headers=bearer(support))
        refused(answer, 404, "not_found")


class TestTheTemporalUI:
    """Of another origin than ours."""

    ASKED = "authorization, authorization-extras, content-type, x-namespace"

    async def test_may_send_what_it_sends_where_it_has_a_login(
        self, browser: httpx.AsyncClient
    ) -> None:
        answer = await self._preflight(browser, UI)
        assert answer.status_code == 200
        assert answer.headers["access-control-allow-origin"] == UI
        assert answer.headers["access-control-allow-credentials"] == "true"
        allowed = answer.headers["access-control-allow-headers"].lower()
        assert all(name in allowed for name in self.ASKED.split(", "))

    @pytest.mark.parametrize("origin", ["https://elsewhere.example.com", f"{UI}.evil.example"])
    async def test_is_no_other_site(self, browser: httpx.AsyncClient, origin: str) -> None:
        answer = await self._preflight(browser, origin)
        assert answer.status_code == 400
        assert "access-control-allow-origin" not in answer.headers

    async def test_may_use_the_browsers_login_and_nobody_else_may(
        self, browser: httpx.AsyncClient, support: Person
    ) -> None:
        enter(browser, support)
        body = await payloads("new")
        site = {"Sec-Fetch-Site": "same-site"}
        shared = await browser.post(DECODE, json=body, headers={"Origin": UI, **site})
        assert shared.status_code == 200
        assert shared.headers["access-control-allow-origin"] == UI
        for origin in ({}, {"Origin": "https://elsewhere.example.com"}):
            other = await browser.post(DECODE, json=body, headers={**site, **origin})
            refused(other, 403, "forbidden")

    async def test_may_call_nothing_else(self, browser: httpx.AsyncClient, support: Person) -> None:
        enter(browser, support)
        headers = {"Origin": UI, "Sec-Fetch-Site": "same-site"}
        answer = await browser.post("/api/v1/me/addresses", json=ADDRESS, headers=headers)
        refused(answer, 403, "forbidden")
        assert "access-control-allow-origin" not in answer.headers

    async def _preflight(self, browser: httpx.AsyncClient, origin: str) -> httpx.Response:
        headers = {
            "Origin": origin,
            "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": self.ASKED,
        }
        return await browser.options(DECODE, headers=headers)


class TestPlacingAnEncryptedOrder:
    async def test_is_promised_once_and_shown_from_what_the_server_cannot_read(
        self, settings: Settings, people: People, support: Person
    ) -> None:
        """On a server that no worker serves: all that is known is in the workflow's beginning."""
        async with real_time() as environment:
            address = environment.client.service_client.config.target_host
            async with served(create_app(encrypting(settings, address=address))) as http:
                order_id = await _places_twice(await open_diner(replace(people, http=http)))
                plain = await _shown_by_the_cli(address, order_id)
                read = await _shown_by_the_cli(address, order_id, *_reading(http, support))
        assert order_id.encode() in plain
        assert b"Shiro wot" not in plain
        assert b"Shiro wot" in read


async def _places_twice(diner: Diner) -> str:
    """Under one key; and a third time, with another wish."""
    key = uuid4().hex
    first, second = [await diner.place(key=key) for _ in range(2)]
    assert first.status_code == 202, first.text
    assert first.json() == second.json()
    other = diner.order(payment_method="pm_card_mastercard")
    refused(await diner.place(other, key=key), 422, "idempotency_key_reused")
    order_id: str = first.json()["id"]
    shown = (await diner.customer.get(f"/orders/{order_id}")).json()
    assert [item["name"] for item in shown["items"]] == ["Shiro wot"]
    return order_id


def _reading(http: httpx.AsyncClient, support: Person) -> list[str]:
    auth = f"Bearer {support.token}"
    return ["--codec-endpoint", f"{http.base_url}/codec", "--codec-auth", auth]


async def _shown_by_the_cli(address: str, order_id: str, *options: str) -> bytes:
    """By Temporal's own command, which asks a codec server as the UI does."""
    program = Path(sys.executable).parent / "temporal"
    id_ = f"order-{order_id}"
    show = ["workflow", "show", "--workflow-id", id_, "--output", "json"]
    process = await asyncio.create_subprocess_exec(
        program, *show, "--address", address, *options, stdout=asyncio.subprocess.PIPE
    )
    written, _ = await process.communicate()
    assert process.returncode == 0
    history = WorkflowHistory.from_json(id_, written.decode())
    return b"".join(event.SerializeToString() for event in history.events)
