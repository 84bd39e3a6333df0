"""One action on up to forty orders: chosen, looked at, confirmed, followed."""

from http import HTTPStatus
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Support, Using
from api.services import Services
from api.support.bulk import MOST, read_bulk
from api.support.desk import AtDesk
from api.web.rendering import page
from api.web.support import names
from api.web.support.bulk_forms import MANY_TITLES
from api.web.support.choosing import LISTS, offered
from api.web.support.fields import Given
from api.web.support.many import Many, begin, previewed
from api.web.support.refusals import CAUGHT, Refusal, refusal_of
from api.web.support.typed import Typed, one
from domain.accounts import Account

router = APIRouter(prefix="/bulk")


@router.get("")
async def show_choice(request: Request, caller: Support, services: Using, of: str = "") -> Response:
    """`of` is the name of a list, whose orders are there to be ticked."""
    return await _choice(request, caller, services, {"of": [of]})


@router.post("")
async def take_step(request: Request, typed: Typed, desk: AtDesk) -> Response:
    """First what is asked for, then what it would cause, then it begins."""
    caller = desk.caller
    try:
        chosen = await Many.of(desk, typed)
    except CAUGHT as error:
        return await _choice(request, caller, desk.services, typed, refusal_of(error, ()))
    try:
        match one(typed, "step"):
            case "confirm":
                return RedirectResponse(
                    f"/support/bulk/{await begin(chosen)}", HTTPStatus.SEE_OTHER
                )
            case "preview":
                facts = {"many": chosen, "previewed": await previewed(chosen)}
                return page(request, "support/bulk_preview.html", caller=caller, facts=facts)
        return _form(request, caller, chosen)
    except CAUGHT as error:
        return _form(request, caller, chosen.after(error), refusal_of(error, chosen.fields))


@router.get("/{bulk_id}")
async def show_progress(
    request: Request, caller: Support, services: Using, bulk_id: UUID
) -> Response:
    """Loads itself again until the last order was done."""
    bulk = await read_bulk(bulk_id, services, caller)
    facts = {
        "bulk": bulk,
        "title": MANY_TITLES.get(bulk.action, bulk.action),
        "people": await names.of_accounts(services, {bulk.asked_by}),
    }
    return page(request, "support/bulk_progress.html", caller=caller, facts=facts)


async def _choice(
    request: Request,
    caller: Account,
    services: Services,
    given: Given,
    refusal: Refusal | None = None,
) -> Response:
    of = one(given, "of")
    orders = await offered(services, of)
    facts = {
        "of": of,
        "lists": LISTS,
        "titles": MANY_TITLES,
        "most": MOST,
        "orders": orders,
        "given": given,
        "refusal": refusal,
        "names": await names.of_restaurants(services, {order.restaurant_id for order in orders}),
    }
    status = refusal.status if refusal else HTTPStatus.OK
    return page(request, "support/bulk.html", caller=caller, status=status, facts=facts)


def _form(
    request: Request, caller: Account, chosen: Many, refusal: Refusal | None = None
) -> Response:
    facts = {"many": chosen, "refusal": refusal}
    status = refusal.status if refusal else HTTPStatus.OK
    return page(request, "support/bulk_form.html", caller=caller, status=status, facts=facts)
