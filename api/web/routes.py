"""All pages, beside the API: no part of its document."""

from fastapi import APIRouter, FastAPI
from fastapi.responses import HTMLResponse

from api.web import board, browsing, courier, orders, session, temporal
from api.web.errors import ErrorPages
from api.web.static import PageFiles
from api.web.support import routes as support

_MODULES = (browsing, orders, board, courier, temporal, support, session)


def add_pages(app: FastAPI) -> None:
    """To be called last: the error pages stand around what the application answers by then."""
    router = APIRouter(
        include_in_schema=False,
        default_response_class=HTMLResponse,
    )
    for module in _MODULES:
        router.include_router(module.router)
    app.include_router(router)
    app.mount("/static/{digest}", PageFiles(), name="static")
    app.add_middleware(ErrorPages)
