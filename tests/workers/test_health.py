import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from adapters.settings import WorkerSettings
from infra.stack.ports import free_port
from tests.support.pipeline import eventually
from workers.health import Check, Detail, serve


async def answer_to(checks: Mapping[str, Check], details: Mapping[str, Detail]) -> tuple[int, Any]:
    """Of /health/ready: its status and its body."""
    settings = WorkerSettings(port=free_port())
    url = f"http://127.0.0.1:{settings.port}/health"
    async with serve(settings, checks, details), httpx.AsyncClient(trust_env=False) as client:

        async def is_live() -> bool:
            try:
                return (await client.get(f"{url}/live")).is_success
            except httpx.TransportError:
                return False

        await eventually(is_live)
        answer = await client.get(f"{url}/ready")
        return answer.status_code, answer.json()


async def is_there() -> None:
    pass


async def is_away() -> None:
    raise ConnectionError


class TestReady:
    async def test_tells_what_is_away_and_what_else_there_is_to_know(self) -> None:
        status, body = await answer_to(
            {"kafka": is_away, "ordering": is_there}, {"outbox": lambda: {"ordering": None}}
        )

        assert status == httpx.codes.SERVICE_UNAVAILABLE
        assert body == {
            "status": "unavailable",
            "checks": {"kafka": "ConnectionError", "ordering": "ok"},
            "details": {"outbox": {"ordering": None}},
        }

    async def test_goes_by_the_checks_that_there_were_when_it_was_asked(self) -> None:
        checks: dict[str, Check] = {}

        async def add_another() -> None:
            checks["later"] = is_away

        checks["first"] = add_another

        status, body = await answer_to(checks, {})

        assert status == httpx.codes.OK
        assert body == {"status": "ok", "checks": {"first": "ok"}, "details": {}}

    async def test_waits_for_no_check_that_does_not_give_up(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("workers.health._PATIENCE", 0.1)
        over = asyncio.Event()

        async def hangs() -> None:
            try:
                await over.wait()
            except asyncio.CancelledError:
                async with asyncio.timeout(10):
                    await over.wait()

        status, body = await answer_to({"ordering": hangs, "kafka": is_away}, {})
        over.set()

        assert status == httpx.codes.SERVICE_UNAVAILABLE
        assert body["checks"] == {"ordering": "TimeoutError", "kafka": "ConnectionError"}

    async def test_is_not_so_while_there_is_nothing_to_go_by(self) -> None:
        status, _ = await answer_to({}, {})

        assert status == httpx.codes.SERVICE_UNAVAILABLE
