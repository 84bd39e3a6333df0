"""What waits for a second person: shown with what it will cause, approved or declined."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from api.fields import read_as
from api.pages import Paging
from api.support.actions import ACTIONS, AGREED, find_for_support
from api.support.approvals import ApprovalAnswer, approve, decline, list_approvals
from api.support.desk import AtDesk, Desk, Reasoned
from api.support.previews import facts_of, preview_of
from api.web.rendering import page
from api.web.support import names, words
from api.web.support.fields import Field, Kind, as_given, body_of, told
from api.web.support.forms import APPROVABLE
from api.web.support.refusals import CAUGHT, Refusal, refusal_of
from api.web.support.typed import Typed
from domain.approvals import why_not_decide
from domain.errors import OrderNotFound
from domain.previews import Preview

router = APIRouter(prefix="/approvals")

# Of each the whole of an order is read.
_SHOWN = 20
_FIELDS = (Field(name="reason", label="Reason", kind=Kind.LONG),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """An approval, what it will cause if it is given now, and why the reader may not decide.

    `said` is what was asked for, as the form of who asked has it.
    """

    approval: ApprovalAnswer
    said: Sequence[tuple[str, str]]
    preview: Preview | None
    refusal: str | None


@router.get("")
async def show_approvals(
    request: Request, desk: AtDesk, said: str = "", cursor: str | None = None
) -> Response:
    """Who has waited longest first. `said` is what was just decided."""
    return await _page(request, desk, said=said, cursor=cursor)


@router.post("/{approval_id}/{decision}")
async def decide(
    request: Request,
    approval_id: UUID,
    decision: Literal["approve", "decline"],
    typed: Typed,
    desk: AtDesk,
) -> Response:
    """Without a step between: what it causes stands beside the button."""
    try:
        body = read_as(Reasoned, body_of(_FIELDS, typed, ""))
        await (approve if decision == "approve" else decline)(approval_id, body, desk)
    except CAUGHT as error:
        refusal = refusal_of(error, _FIELDS)
        return await _page(request, desk, refusal=refusal)
    return RedirectResponse(f"/support/approvals?said={decision}", HTTPStatus.SEE_OTHER)


async def _page(
    request: Request,
    desk: Desk,
    *,
    refusal: Refusal | None = None,
    said: str = "",
    cursor: str | None = None,
) -> Response:
    services = desk.services
    found = await list_approvals(services, desk.caller, Paging(_SHOWN, cursor))
    waiting = found.items
    facts = {
        # One after another, because each asks the databases for the whole of an order.
        "waiting": [await _waiting(desk, approval) for approval in waiting],
        "people": await names.of_accounts(services, {each.asked_by for each in waiting}),
        "fields": _FIELDS,
        "words": words,
        "said": {"approve": "Approved, and done", "decline": "Declined"}.get(said),
        "refusal": refusal,
        "later": found.next_cursor,
    }
    status = refusal.status if refusal else HTTPStatus.OK
    return page(request, "support/approvals.html", caller=desk.caller, status=status, facts=facts)


async def _waiting(desk: Desk, approval: ApprovalAnswer) -> Waiting:
    refusal = why_not_decide(approval.asked_by, by=desk.caller.account_id, right=desk.right)
    try:
        order = await find_for_support(desk.services, approval.order_id)
    except OrderNotFound:
        # One that can't be looked at must not hide the others.
        return Waiting(approval=approval, said=(), preview=None, refusal=refusal)
    body = ACTIONS[approval.action].read({**approval.request, "reason": AGREED})
    agreed = replace(desk, approved=approval.amount.value())
    facts = await facts_of(desk.services, order, approval.action)
    preview = await preview_of(facts, agreed, approval.action, body)
    said = list(told(APPROVABLE[approval.action](facts), as_given(approval.request)))
    return Waiting(approval=approval, said=said, preview=preview, refusal=refusal)
