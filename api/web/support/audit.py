"""Who of support did what, when and why."""

from datetime import UTC, date, datetime, time, timedelta
from http import HTTPStatus
from typing import Annotated
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import BaseModel, Field, ValidationError

from adapters.postgres.support.audit import AuditFilter
from api.dependencies import Support, Using
from api.pages import Paging
from api.services import Services
from api.support.audit import read_page
from api.web.rendering import page
from api.web.support import names, words
from api.web.support.deeds import ended
from api.web.support.typed import Typed, one
from domain.desk import DeskAction
from domain.errors import AccountNotFound

router = APIRouter(prefix="/audit")

_SHOWN = 50
# The fields of the form, with what to say of one that can't be read.
_LABELS = {
    "person": "",
    "order_id": "Order: write its whole number.",
    "action": "Action: choose one.",
    "day": "Day: write it as 2027-01-31.",
}


class Wanted(BaseModel):
    """Ids and codes alone, because an address is kept in logs and histories."""

    actor: UUID | None = None
    order_id: UUID | None = None
    action: DeskAction | None = None
    day: Annotated[date, Field(lt=date(2200, 1, 1))] | None = None
    cursor: str | None = None

    @property
    def filter(self) -> AuditFilter:
        begins = datetime.combine(self.day, time.min, UTC) if self.day else None
        return AuditFilter(
            actor=self.actor,
            order_id=self.order_id,
            action=self.action,
            after=begins,
            before=begins + timedelta(days=1) if begins else None,
        )


@router.get("")
async def show_audit(
    request: Request, caller: Support, services: Using, wanted: Annotated[Wanted, Query()]
) -> Response:
    """The newest first."""
    facts = await _facts(services, wanted)
    return page(request, "support/audit.html", caller=caller, facts=facts)


@router.post("")
async def narrow_down(request: Request, caller: Support, services: Using, typed: Typed) -> Response:
    """What was typed, an e-mail address for one, becomes ids before it is an address."""
    wanted, refusal = await _read(services, typed)
    if refusal is None:
        return RedirectResponse(_address(wanted), HTTPStatus.SEE_OTHER)
    facts = await _facts(services, wanted) | {"refusal": refusal}
    return page(
        request,
        "support/audit.html",
        caller=caller,
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        facts=facts,
    )


async def _facts(services: Services, wanted: Wanted) -> dict[str, object]:
    rows, older = await read_page(
        services, wanted.filter, Paging(limit=_SHOWN, cursor=wanted.cursor)
    )
    named = (id_ for row in rows for id_ in (row.actor, row.approved_by, row.account_id))
    people = {wanted.actor, *named}
    reasons = {row.remark_id for row in rows if row.remark_id}
    return {
        "deeds": ended(rows),
        "people": await names.of_accounts(services, people),
        "reasons": await services.writings.remarks(reasons),
        "words": words,
        "wanted": wanted,
        "older": _address(wanted, cursor=older) if older else None,
        "refusal": None,
    }


async def _read(services: Services, typed: Typed) -> tuple[Wanted, str | None]:
    """The filter, and why it is none, where it could not be read."""
    given = {name: text for name in _LABELS if (text := one(typed, name))}
    try:
        if email := given.pop("person", ""):
            given["actor"] = str(await names.id_of(services, email))
        return Wanted.model_validate(given), None
    except AccountNotFound:
        return Wanted(), "Person: nobody has this e-mail address."
    except ValidationError as error:
        [name, *_] = error.errors()[0]["loc"]
        return Wanted(), _LABELS[str(name)]


def _address(wanted: Wanted, **more: str) -> str:
    query = wanted.model_dump(mode="json", exclude_none=True, exclude={"cursor"}) | more
    return f"/support/audit?{urlencode(query)}" if query else "/support/audit"
