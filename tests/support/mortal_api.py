"""An API that dies in its first refresh: `python -m tests.support.mortal_api PORT`.

It is the real one, and its process sends itself SIGKILL right after the database has the token's
successor, and before anybody has the answer.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import NoReturn

import httpx
import uvicorn

from adapters.postgres.identity.sessions import SessionRepository
from api.app import create_app
from api.services import Settings
from infra.stack.commands import tied
from infra.stack.ports import free_port
from tests.support.polling import seen

_refresh = SessionRepository.refresh


@asynccontextmanager
async def mortal_api(environment: Mapping[str, str]) -> AsyncIterator[httpx.AsyncClient]:
    port = free_port()
    command = tied([sys.executable, "-m", "tests.support.mortal_api", str(port)])
    process = await asyncio.create_subprocess_exec(*command, env=environment)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as http:
            await seen(lambda: _is_up(http), bool, seconds=90)
            yield http
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()


async def _is_up(http: httpx.AsyncClient) -> bool:
    try:
        return (await http.get("/health/live")).is_success
    except httpx.TransportError:
        return False


async def _refresh_and_die(sessions: SessionRepository, token: str, *, now: datetime) -> NoReturn:
    await _refresh(sessions, token, now=now)
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


if __name__ == "__main__":
    setattr(SessionRepository, _refresh.__name__, _refresh_and_die)
    uvicorn.run(create_app(Settings()), port=int(sys.argv[1]), log_config=None)
