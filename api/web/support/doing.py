"""What a form's buttons do: show what it would cause, do it, or ask a second person."""

from api.fields import read_as
from api.support.approvals import Asking, ask_approval
from api.support.desk import Reasoned
from api.support.ordering_again import AgainAnswer
from api.support.previews import look_ahead
from api.web.support.case_actions import CASE_ACTIONS
from api.web.support.fields import Given, as_typed
from api.web.support.filled import Filled
from domain.previews import Preview
from domain.previews import preview as preview_of
from domain.proposals import Proposal


async def preview(filled: Filled) -> Preview:
    """Nothing is done by it. Raises `Unreadable` and `RequestValidationError`."""
    given = await filled.body()
    body = filled.doable.read(given)
    if filled.form.action in CASE_ACTIONS:
        return _of_case(filled, body)
    return await look_ahead(filled.keyed(given), filled.order, filled.form.action, body)


def shown(filled: Filled, seen: Preview) -> Given:
    """What the form that confirms carries along of it: what is due, or what is paid."""
    amount = [as_typed(seen.amount)] if seen.amount else []
    return {field.name: amount for field in filled.form.shown}


async def do(filled: Filled) -> str:
    """Where to look at what was done."""
    body = await filled.body()
    done = await filled.doable.do(filled.order, filled.doable.read(body), filled.keyed(body))
    # Of an order that was placed again, the new one is what matters.
    looked_at = done.id if isinstance(done, AgainAnswer) else filled.order.order_id
    return f"/support/orders/{looked_at}?done={filled.form.slug}"


async def ask_a_second_person(filled: Filled) -> str:
    """Where it then waits."""
    body = await filled.body()
    asking = {
        "action": filled.form.action,
        "order_id": filled.order.order_id,
        "reason": body.pop("reason"),
        "request": body,
    }
    await ask_approval(read_as(Asking, asking), filled.keyed(body))
    return "/support/approvals"


def _of_case(filled: Filled, body: Reasoned) -> Preview:
    proposal = Proposal(
        action=filled.form.action,
        mandate=filled.desk.mandate(filled.order, None, filled.read.audit),
        **body.model_dump(include={"case"}),
    )
    return preview_of(proposal, filled.read.facts)
