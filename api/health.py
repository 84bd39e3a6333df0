"""Whether this process lives, whether it can serve, and its figures."""

import asyncio
from collections.abc import Awaitable
from typing import Literal

from fastapi import APIRouter, Response, status
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from pydantic import BaseModel

from adapters.health import ask, publish
from api.dependencies import Using
from api.services import Services

router = APIRouter(tags=["health"])

_PATIENCE_SECONDS = 2.0
# Without these every request is still answered: unlimited, from Postgres, a stream without places.
_DISPENSABLE = frozenset({"redis"})

State = Literal["up", "down"]


class Readiness(BaseModel):
    """`degraded`: ready, and yet something is missing that a person should mend.

    Kafka is no part of it: the outbox waits for it, and no order does.
    """

    status: Literal["up", "degraded", "down"]
    parts: dict[str, State]


@router.get("/health/live")
async def live() -> dict[str, str]:
    return {"status": "up"}


@router.get("/health/ready", responses={503: {"model": Readiness}})
async def ready(services: Using, response: Response) -> Readiness:
    readiness = await _look(services)
    if readiness.status == "down":
        response.status_code = status.HTTP_503_SERVICE_UNAVAILABLE
        response.headers["Retry-After"] = "2"
    return readiness


@router.get("/metrics", include_in_schema=False)
async def metrics(services: Using) -> Response:
    readiness = await _look(services)
    parts = {part: state == "up" for part, state in readiness.parts.items()}
    publish(parts, is_ready=readiness.status != "down")
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)


async def _look(services: Services) -> Readiness:
    checks = {
        **{f"postgres/{name}": each.ping() for name, each in services.databases.items()},
        "redis": services.limits.ping(),
        "temporal": services.temporal.service_client.check_health(),
    }
    states = await asyncio.gather(*(_state(check) for check in checks.values()))
    parts = dict(zip(checks, states, strict=True))
    down = {part for part, state in parts.items() if state == "down"}
    if down <= _DISPENSABLE:
        return Readiness(status="degraded" if down else "up", parts=parts)
    return Readiness(status="down", parts=parts)


async def _state(check: Awaitable[object]) -> State:
    try:
        await ask(check, seconds=_PATIENCE_SECONDS)
    # Whatever is wrong with a part, the answer is that it is not there.
    except Exception:  # noqa: BLE001
        return "down"
    return "up"
