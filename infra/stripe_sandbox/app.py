"""The sandbox as an ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

from infra.stripe_sandbox import (
    answers,
    bank,
    charges,
    control,
    customers,
    dashboard,
    disputes,
    events,
    knobs,
    payment_intents,
    payment_methods,
    refunds,
)
from infra.stripe_sandbox.answers import Cut
from infra.stripe_sandbox.background import Background
from infra.stripe_sandbox.database import Database
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.front import Front
from infra.stripe_sandbox.operations import Operation
from infra.stripe_sandbox.session import random_text

OPERATIONS = (
    *customers.OPERATIONS,
    *payment_methods.OPERATIONS,
    *payment_intents.OPERATIONS,
    *charges.OPERATIONS,
    *refunds.OPERATIONS,
    *disputes.OPERATIONS,
    *events.OPERATIONS,
)


def create_app(database: Database, cut: Cut) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        running = asyncio.create_task(Background(database).run())
        app.state.background = running
        yield
        running.cancel()
        with suppress(asyncio.CancelledError):
            await running
        database.close()

    app = FastAPI(title="Stripe sandbox", lifespan=lifespan)
    app.state.database = database
    app.include_router(control.router)
    app.include_router(bank.router)
    app.include_router(dashboard.router)
    app.include_router(knobs.router)
    front = Front(database, cut)
    for operation in OPERATIONS:
        app.add_route(operation.path, _endpoint(front, operation), methods=[operation.method])
    app.add_route("/v1/{path:path}", _unknown_url, methods=["GET", "POST", "DELETE"])
    return app


def _endpoint(front: Front, operation: Operation) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await front.serve(operation, request)

    return endpoint


async def _unknown_url(request: Request) -> Response:
    message = f"Unrecognized request URL ({request.method}: {request.url.path})."
    return answers.refused(StripeError(404, message), f"req_{random_text(14)}")
