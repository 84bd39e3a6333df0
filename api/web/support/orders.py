"""The page of an order: what is known of it, and what can be done now."""

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from api.order_lookup import Visible
from api.support.desk import AtDesk, Desk
from api.web.rendering import page
from api.web.support import reading, words
from api.web.support.deeds import ended
from api.web.support.dossier import Dossier
from api.web.support.fields import Field, Given
from api.web.support.filled import new_key
from api.web.support.forms import FORMS, ActionForm
from api.web.support.possible import refusal
from api.web.support.refusals import Refusal
from domain.charged import charged

router = APIRouter(prefix="/orders")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A form on the page; one with a `refusal` is not to be filled in.

    One that `is_tried` is shown all the same: what was written in it must not be lost.
    """

    form: ActionForm
    fields: Sequence[Field]
    refusal: str | None
    key: str
    given: Given
    is_tried: bool

    @property
    def is_shown(self) -> bool:
        return self.is_tried or not self.refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What was filled in and is shown again, with why it was refused, if it was."""

    form: ActionForm
    key: str
    given: Given
    refusal: Refusal | None = None


@router.get("/{order_id}")
async def show_order(request: Request, order: Visible, desk: AtDesk, done: str = "") -> Response:
    """`done` is what a form has just done."""
    form = FORMS.get(done)
    read = await reading.of(desk.services, order)
    return order_page(request, read, desk, done=form.title if form else None)


def order_page(
    request: Request,
    read: Dossier,
    desk: Desk,
    *,
    tried: Tried | None = None,
    done: str | None = None,
) -> Response:
    order = read.order
    facts = {
        "dossier": read,
        "sentence": words.status(read),
        "charged": charged(read.money),
        "lines": list(zip(order.lines, order.particulars.notes, strict=True)),
        "deeds": ended(read.audit),
        "offers": [_offer(read, form, desk, tried) for form in FORMS.values()],
        "others_shown": reading.OTHERS_SHOWN,
        "tried": tried,
        "done": done,
        "words": words,
        "links": desk.services.links,
    }
    status = tried.refusal.status if tried and tried.refusal else HTTPStatus.OK
    return page(request, "support/order.html", caller=desk.caller, status=status, facts=facts)


def _offer(read: Dossier, form: ActionForm, desk: Desk, tried: Tried | None) -> Offer:
    is_tried = tried is not None and tried.form is form
    return Offer(
        form=form,
        fields=form.fields(read),
        refusal=refusal(read, form.action, desk),
        key=tried.key if tried and is_tried else new_key(),
        given=tried.given if tried and is_tried else {},
        is_tried=is_tried,
    )
