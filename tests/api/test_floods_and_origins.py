"""What an API is set up to let in: so many requests of an address, and pages of other sites."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from adapters.settings import ApiSettings, RedisSettings
from api.app import create_app
from api.services import Settings
from tests.support.rest import refused
from tests.support.serving import serving

SHOP = "https://shop.example.com"

Serve = Callable[[Settings], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Serve:
    # However slow the machine, no request is let in uncounted.
    monkeypatch.setattr("adapters.redis.rate_limits._TIMEOUT_SECONDS", 5.0)

    @asynccontextmanager
    async def set_up(settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
        with serving(create_app(settings)) as url:
            async with httpx.AsyncClient(base_url=f"{url}/api/v1", timeout=30) as http:
                yield http

    return set_up


class TestFloods:
    # A day, so that none ends between two requests, unless the test runs at midnight UTC.
    async def test_are_told_when_to_come_back(self, settings: Settings, serve: Serve) -> None:
        limited = replace(settings, api=ApiSettings(requests_per_address="4/day"))
        paths = ["/restaurants", "/nowhere", "/me", "/orders/42", "/restaurants"]
        async with serve(limited) as http:
            answers = [await http.get(path) for path in paths]
        assert [answer.status_code for answer in answers] == [200, 404, 401, 401, 429]
        refused(answers[-1], 429, "too_many_requests")
        assert 1 <= int(answers[-1].headers["retry-after"]) <= 24 * 60 * 60
        for left, answer in zip([3, 2, 1, 0, 0], answers, strict=True):
            assert answer.headers["ratelimit-policy"] == '"address";q=4;w=86400'
            assert answer.headers["ratelimit"].startswith(f'"address";r={left};t=')

    @pytest.mark.parametrize("limit", ["requests_per_address", "passwords_per_address"])
    async def test_are_counted_for_a_household_as_for_one(
        self, settings: Settings, serve: Serve, limit: str
    ) -> None:
        network = f"2001:db8:{uuid4().hex[:4]}:{uuid4().hex[:4]}"
        limited = replace(settings, api=ApiSettings.model_validate({limit: "1/day"}))
        login = {"email": f"{uuid4().hex}@example.com", "password": "wrong"}
        async with serve(limited) as http:
            told = [{"X-Forwarded-For": f"{network}::{host}"} for host in (1, 2)]
            answers = [await http.post("/auth/login", json=login, headers=by) for by in told]
        assert [answer.status_code for answer in answers] == [401, 429]

    async def test_are_held_back_at_the_pages_too_but_not_who_watches_us(
        self, settings: Settings, serve: Serve
    ) -> None:
        limited = replace(settings, api=ApiSettings(requests_per_address="1/day"))
        async with serve(limited) as http:
            root, browser = http.base_url.copy_with(raw_path=b"/"), {"Accept": "text/html"}
            pages = [await http.get(root, headers=browser) for _ in range(2)]
            health = await http.get(root.join("/health/live"))
        assert [answer.status_code for answer in (*pages, health)] == [200, 429, 200]
        assert "<h1>Too Many Requests</h1>" in pages[1].text
        assert "retry-after" in pages[1].headers

    async def test_are_let_in_where_nobody_can_count(
        self, settings: Settings, serve: Serve
    ) -> None:
        nobody = RedisSettings(url="redis://127.0.0.1:1/0")
        api = ApiSettings(requests_per_address="1/day")
        async with serve(replace(settings, api=api, redis=nobody)) as http:
            answers = [await http.get("/restaurants") for _ in range(2)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert not any("ratelimit" in answer.headers for answer in answers)


class TestOtherOrigins:
    async def test_are_told_nothing_unless_they_are_named(
        self, settings: Settings, serve: Serve
    ) -> None:
        async with serve(settings) as http:
            answer = await http.get("/restaurants", headers={"Origin": SHOP})
            asked = await http.options("/restaurants", headers=_asking("POST"))
        assert not any(name.startswith("access-control") for name in answer.headers)
        refused(asked, 405, "method_not_allowed")

    async def test_may_call_where_they_are_named(self, settings: Settings, serve: Serve) -> None:
        api = ApiSettings(cors_origins=f"https://other.example.com, {SHOP}")
        async with serve(replace(settings, api=api)) as http:
            answer = await http.get("/me", headers={"Origin": SHOP})
            asked = await http.options("/orders", headers=_asking("POST"))
            strange = await http.get("/me", headers={"Origin": "https://evil.example.com"})
        # Also a refusal is for the page to read, with the id that finds it.
        assert answer.status_code == 401
        assert answer.headers["access-control-allow-origin"] == SHOP
        assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
        assert asked.status_code == 200
        assert "idempotency-key" in asked.headers["access-control-allow-headers"].lower()
        assert "access-control-allow-credentials" not in asked.headers
        assert "access-control-allow-origin" not in strange.headers


def _asking(method: str) -> dict[str, str]:
    return {
        "Origin": SHOP,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "authorization, idempotency-key",
    }
