"""Acting on an order in two steps: first the page says what it would cause, then it is done."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

from api.order_lookup import Visible
from api.support.desk import AtDesk
from api.web.rendering import page
from api.web.support import doing, reading
from api.web.support.filled import Filled
from api.web.support.forms import FORMS, ActionForm
from api.web.support.orders import Tried, order_page
from api.web.support.refusals import CAUGHT, refusal_of
from api.web.support.typed import Typed, one

router = APIRouter(prefix="/orders")


def _form(slug: str) -> ActionForm:
    if slug not in FORMS:
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is no such action.")
    return FORMS[slug]


@router.post("/{order_id}/{slug}")
async def take_step(
    request: Request,
    order: Visible,
    form: Annotated[ActionForm, Depends(_form)],
    typed: Typed,
    desk: AtDesk,
) -> Response:
    """The button says which: without one, and with Enter in a field, it is the first."""
    read = await reading.of(desk.services, order)
    filled = Filled.of(form, read, typed, desk)
    tried = Tried(form=form, key=filled.key, given=typed)
    try:
        match one(typed, "step"):
            case "confirm":
                return _gone_on(await doing.do(filled))
            case "ask":
                return _gone_on(await doing.ask_a_second_person(filled))
            case "edit":
                return order_page(request, read, desk, tried=tried)
        return await _previewed(request, filled)
    except CAUGHT as error:
        refusal = refusal_of(error, filled.fields)
        tried = replace(tried, key=filled.key_after(refusal), refusal=refusal)
        # What was done may have been done in part: the page shows how it is now.
        read = await reading.of(desk.services, order)
        return order_page(request, read, desk, tried=tried)


async def _previewed(request: Request, filled: Filled) -> Response:
    preview = await doing.preview(filled)
    facts = {"filled": filled, "preview": preview, "shown": doing.shown(filled, preview)}
    return page(request, "support/preview.html", caller=filled.desk.caller, facts=facts)


def _gone_on(path: str) -> Response:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER)
