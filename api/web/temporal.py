"""The Temporal UI of support, behind one proxy with these pages: sign-in for it, and its presets.

See `infra/caddy/Caddyfile`.
"""

from datetime import UTC, datetime
from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response

from api.dependencies import Support, Using
from api.services import Services
from api.support.views import COLUMNS, View, of_restaurant, ready_made
from api.web.rendering import page

router = APIRouter()

SESSION = "/support/session"


@router.get(SESSION, status_code=HTTPStatus.NO_CONTENT)
async def let_in(_: Support) -> None:
    """What the proxy asks of every request for the UI, with the browser's own headers."""


@router.get("/temporal-presets")
async def show_presets(
    request: Request, services: Using, caller: Support, restaurant_id: UUID | None = None
) -> Response:
    """Columns and views, written to where the UI keeps them. With a restaurant: its view too."""
    views = [*ready_made(datetime.now(UTC).date())]
    if restaurant_id:
        views.append(await _view_of(services, restaurant_id))
    facts = {
        "views": {view.name: view.link(services.workflows_url) for view in views},
        "presets": {
            "namespace": services.temporal.namespace,
            "columns": [{"label": label} for label in COLUMNS],
            "views": [_saved(view) for view in views],
            "list": services.workflows_url,
        },
    }
    return page(request, "support/presets.html", caller=caller, facts=facts)


async def _view_of(services: Services, restaurant_id: UUID) -> View:
    restaurant = await services.restaurants.find(restaurant_id)
    return (
        of_restaurant(restaurant_id, restaurant.name)
        if restaurant
        else of_restaurant(restaurant_id)
    )


def _saved(view: View) -> dict[str, str]:
    """As the UI (2.54) keeps it."""
    id_ = f"ha-soranu {view.name}"
    return {"id": id_, "name": view.name, "query": view.query, "type": "user"}
