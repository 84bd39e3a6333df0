"""Cases: a list of the open ones, and a page of one, also where it belongs to no order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from api.dependencies import Support, Using
from api.fields import Line, read_as
from api.idempotency import Idempotency, hash_of
from api.pages import Paging
from api.services import Services
from api.support.cases import Moving, decide_case, find_case, move_case, read_open
from api.support.desk import AtDesk, Desk, Reasoned
from api.web.rendering import page
from api.web.support import names, words
from api.web.support.asked import DEADLINE, OWNER, REASON
from api.web.support.deeds import ended
from api.web.support.fields import Field, Given, body_of
from api.web.support.filled import key_of, new_key
from api.web.support.forms import FORMS
from api.web.support.refusals import CAUGHT, Refusal, refusal_of
from api.web.support.typed import Typed
from domain.casework import Case
from domain.differences import charge_of

router = APIRouter(prefix="/cases")

_SHOWN = 50
_FIELDS: Mapping[str, Sequence[Field]] = {
    "move-case": (OWNER, DEADLINE, REASON),
    "decide-case": (REASON,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A form that was refused, to be shown again."""

    slug: str
    key: str
    given: Given
    refusal: Refusal


async def _found(key: Line, services: Using, _: Support) -> Case:
    return await find_case(services, key)


Found = Annotated[Case, Depends(_found)]


@router.get("")
async def list_cases(
    request: Request, caller: Support, services: Using, cursor: str | None = None
) -> Response:
    """The open ones, by their deadline."""
    paging = Paging(limit=_SHOWN, cursor=cursor)
    found = await read_open(services, paging, lambda case: case)
    facts = {
        "now": datetime.now(UTC),
        "cases": found.items,
        "people": await names.of_accounts(services, {case.owner for case in found.items}),
        "later": found.next_cursor,
    }
    return page(request, "support/cases.html", caller=caller, facts=facts)


@router.get("/{key}")
async def show_case(request: Request, case: Found, desk: AtDesk, done: str = "") -> Response:
    """`done` is what a form has just done."""
    return await _page(request, case, desk, done=FORMS[done].title if done in _FIELDS else "")


@router.post("/{key}/{slug}")
async def act(
    request: Request,
    case: Found,
    slug: Literal["move-case", "decide-case"],
    typed: Typed,
    desk: AtDesk,
) -> Response:
    """Without a step between: no money moves by it, and nobody gets a message."""
    key, fields = key_of(typed), _FIELDS[slug]
    try:
        given = body_of(fields, typed, case.amount.currency)
        body = await names.ids_for(desk.services, fields, given)
        keyed = replace(desk, idempotency=Idempotency(key, hash_of(body)))
        if slug == "decide-case":
            await decide_case(case.key, read_as(Reasoned, body), keyed)
        else:
            await move_case(case.key, read_as(Moving, body), keyed)
    except CAUGHT as error:
        refusal = refusal_of(error, fields)
        again = key if refusal.is_unsure else new_key()
        tried = Tried(slug=slug, key=again, given=typed, refusal=refusal)
        return await _page(request, case, desk, tried=tried)
    return RedirectResponse(
        f"/support/cases/{quote(case.key, safe='')}?done={slug}", HTTPStatus.SEE_OTHER
    )


def _payment(services: Services, case: Case) -> str | None:
    """Its page at Stripe, of a case that is about one."""
    charge = charge_of(case.key)
    return services.links.to_payment(charge) if charge else None


async def _page(
    request: Request, case: Case, desk: Desk, *, tried: Tried | None = None, done: str = ""
) -> Response:
    services = desk.services
    case = await services.cases.find(case.key) or case
    log = await services.audit.of_order(case.order_id)
    people = {case.owner, case.resolved_by, *(row.actor for row in log)}
    facts = {
        "case": case,
        "payment": _payment(services, case),
        "deeds": ended(log),
        "reasons": await services.writings.remarks({row.remark_id for row in log if row.remark_id}),
        "people": await names.of_accounts(services, people),
        "words": words,
        "forms": {slug: (FORMS[slug].title, fields) for slug, fields in _FIELDS.items()},
        "key": new_key(),
        "tried": tried,
        "done": done,
    }
    status = tried.refusal.status if tried else HTTPStatus.OK
    return page(request, "support/case.html", caller=desk.caller, status=status, facts=facts)
