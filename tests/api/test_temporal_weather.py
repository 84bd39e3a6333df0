"""What the engine says when it can't do something now: the caller is to try again."""

import httpx
import pytest
from fastapi import FastAPI
from temporalio.service import RPCError, RPCStatusCode

from api.errors import handle_errors
from api.middleware import RequestContext
from tests.support.rest import refused


@pytest.mark.parametrize(
    "said",
    [
        RPCStatusCode.UNAVAILABLE,
        # "Unable to perform workflow execution update due to Workflow Task in failed state."
        RPCStatusCode.FAILED_PRECONDITION,
    ],
)
async def test_is_503(said: RPCStatusCode) -> None:
    app = FastAPI()
    handle_errors(app)

    @app.get("/")
    async def fail() -> None:
        raise RPCError("Not now.", said, b"")

    transport = httpx.ASGITransport(RequestContext(app))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as http:
        refused(await http.get("/"), 503, "unavailable")
