"""The HTTP application: middleware, routes, and the services that live as long as it does."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from fastapi.telemetry import TelemetryConfig
from fastapi_offline import FastAPIOffline
from starlette.types import Scope

from api import (
    accounts,
    addresses,
    auth,
    cancelling,
    checkout,
    codec,
    couriers,
    deliveries,
    erasing,
    google,
    health,
    keys,
    kitchen,
    me,
    menu,
    notification_preferences,
    notifications,
    order_events,
    order_payment,
    orders,
    passwords,
    placing,
    restaurants,
    staff,
    statements,
    webhooks,
)
from api.cors import SharedWithUI, allow_origins
from api.errors import handle_errors
from api.floods import FloodLimit
from api.middleware import BodyLimit, RequestContext, TimeLimit
from api.openapi import describe, operation_id
from api.services import Settings, State, connect
from api.support import routes as support
from api.support.bulk_work import working
from api.web.routes import add_pages

_MODULES = (
    auth,
    google,
    me,
    erasing,
    passwords,
    addresses,
    notification_preferences,
    notifications,
    accounts,
    restaurants,
    staff,
    menu,
    checkout,
    placing,
    orders,
    order_payment,
    cancelling,
    kitchen,
    order_events,
    couriers,
    deliveries,
    statements,
    support,
    webhooks,
)


def _is_watched_otherwise(scope: Scope) -> bool:
    path: str = scope["path"]
    return path.startswith(("/health/", "/metrics", "/static"))


# A span for each request where `adapters.tracing` exports any; measurements and logs are ours.
_TRACES = TelemetryConfig(
    metrics=False,
    logs=False,
    operation_spans=False,
    auto_configure=False,
    exclude=_is_watched_otherwise,
)


def create_app(settings: Settings) -> FastAPI:
    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[State]:
        async with connect(settings) as services, working(services):
            yield {"services": services}

    app = FastAPIOffline(
        title="Ha-Soranu",
        version="1",
        lifespan=lifespan,
        generate_unique_id_function=operation_id,
        redoc_url=None,
        telemetry=_TRACES,
    )
    # The last one added is the outermost.
    app.add_middleware(BodyLimit)
    app.add_middleware(TimeLimit, seconds=settings.api.timeout.total_seconds())
    app.add_middleware(FloodLimit, limit=settings.api.requests_per_address)
    allow_origins(app, settings.api.cors_origins)
    app.add_middleware(SharedWithUI, path=codec.DECODE, ui_url=settings.temporal.ui_url)
    app.add_middleware(RequestContext)
    handle_errors(app)
    describe(app)
    app.include_router(_version_1())
    for module in (health, keys, codec):
        app.include_router(module.router)
    add_pages(app)
    return app


def _version_1() -> APIRouter:
    router = APIRouter(prefix="/api/v1")
    for module in _MODULES:
        router.include_router(module.router)
    return router
