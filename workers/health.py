"""Every worker's small HTTP side: /health/live, /health/ready and /metrics."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from adapters.health import ask, publish
from adapters.settings import WorkerSettings

Check = Callable[[], Awaitable[object]]
"""Raises where the process can't do its work."""

Detail = Callable[[], object]
"""What a person wants to know besides, as JSON: it says nothing about being ready."""

# A probe is asked every few seconds, and what answers later than this does not work.
_PATIENCE = 2.0
_OK = "ok"


@asynccontextmanager
async def serve(
    settings: WorkerSettings, checks: Mapping[str, Check], details: Mapping[str, Detail]
) -> AsyncIterator[None]:
    """Answer beside the work. Both may be added later; without checks the process isn't ready."""

    async def live(_request: Request) -> Response:
        return JSONResponse({"status": _OK})

    async def ready(_request: Request) -> Response:
        results = await _results(checks)
        good = _are_good(results)
        return JSONResponse(
            {
                "status": _OK if good else "unavailable",
                "checks": results,
                "details": {name: detail() for name, detail in details.items()},
            },
            status_code=200 if good else 503,
        )

    async def metrics(_request: Request) -> Response:
        results = await _results(checks)
        parts = {name: result == _OK for name, result in results.items()}
        publish(parts, is_ready=_are_good(results))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    app = Starlette(
        routes=[
            Route("/health/live", live),
            Route("/health/ready", ready),
            Route("/metrics", metrics),
        ]
    )
    server = _Server(
        uvicorn.Config(
            app, host=settings.host, port=settings.port, log_config=None, access_log=False
        )
    )
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The process listens for signals itself."""
        yield


async def _results(checks: Mapping[str, Check]) -> dict[str, str]:
    # The work may add some meanwhile.
    asked = dict(checks)
    answers = await asyncio.gather(*map(_result, asked.values()))
    return dict(zip(asked, answers, strict=True))


def _are_good(results: Mapping[str, str]) -> bool:
    return bool(results) and set(results.values()) == {_OK}


async def _result(check: Check) -> str:
    try:
        await ask(check(), seconds=_PATIENCE)
    except Exception as error:  # noqa: BLE001 - Whatever it is, it is the answer.
        return type(error).__name__
    return _OK
