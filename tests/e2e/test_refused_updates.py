"""Each update that support and engineers may send, refused in the Temporal UI's own dialog."""

import re
from dataclasses import dataclass
from functools import partial
from uuid import UUID, uuid4

import pytest
from playwright.async_api import expect

from tests.support.at_the_desk import Maria
from tests.support.incidents import SPILLED, Incidents
from tests.support.polling import seen
from tests.support.rest import insist
from workflows import delivery, order, refund

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Refused:
    """`said` is how the dialog describes the update, `why` what it is to say of it."""

    update: str
    said: str
    why: str
    data: str = ""


_WAITS_FOR_ITS_BANK = (
    Refused("retry_now", "Try what keeps failing again at once.", "No step is failing."),
    Refused(
        "resend_confirmation",
        "Send the customer's confirmation again.",
        "Nothing was confirmed yet: the payment comes first.",
    ),
    Refused(
        "start_preparing",
        "The kitchen begins to cook",
        "The order is waiting for the bank: it can't be prepared, but it can be cancelled.",
    ),
    Refused("mark_ready", "The food is ready", "it can't be ready, but it can be cancelled."),
    Refused("accept", "The restaurant will cook.", "it can't be accepted", data="{}"),
    Refused("reject", "The restaurant will not cook", "it can't be rejected", data="{}"),
    Refused("delay", "The kitchen needs longer", "it can't be delayed", data='{"minutes": 15}'),
)
_NOBODY_HAS_IT = (
    Refused("retry_now", "Try what keeps failing again at once.", "No step is failing."),
    Refused(
        "reassign",
        "Take it back and ask others",
        "Nobody has it, and couriers are asked: name the one who is to take it.",
        data="{}",
    ),
    Refused(
        "extend_deadline",
        "Wait longer for what it waits for",
        "A delay has 1 to 60 minutes.",
        data='{"minutes": 61}',
    ),
)
_IS_DUE = (
    Refused(
        "move_case",
        "Somebody else looks after the case",
        "The deadline has passed: name a later one.",
        data='{"deadline": "2020-01-07T18:00:00Z"}',
    ),
    Refused(
        "resolve_refund",
        "The customer was paid by hand, or is not to be paid.",
        "Money moves by it, and nobody knows who asks: do it on the support page.",
        data=f'{{"resolution": "waived", "by": "{uuid4()}", "remark_id": "{uuid4()}"}}',
    ),
    Refused(
        "planned",
        "Answers once the part is promised.",
        "This Idempotency-Key stands for another refund.",
        data='"another"',
    ),
)


class TestDialog:
    async def test_says_why_an_order_takes_none(self, maria: Maria, incidents: Incidents) -> None:
        waiting = await incidents.placed(
            incidents.slow, payment_method="pm_card_authenticationRequired"
        )
        await waiting.until("payment_action_required")
        await _refuses_each(maria, order.workflow_id(UUID(waiting.id)), _WAITS_FOR_ITS_BANK)

    async def test_says_why_a_delivery_takes_none(self, maria: Maria, incidents: Incidents) -> None:
        offered = await incidents.paid()
        begin = partial(offered.kitchen.staff.post, f"{offered.path}/preparing")
        assert (await insist(begin)).status_code == 200
        await _refuses_each(maria, delivery.workflow_id(UUID(offered.id)), _NOBODY_HAS_IT)

    async def test_says_why_a_refund_takes_none(self, maria: Maria, incidents: Incidents) -> None:
        order = await incidents.unrefundable()
        ids = refund.ids_begin_with(UUID(order.id))
        due = f'RefundStatus = "due" AND WorkflowId STARTS_WITH "{ids}"'
        temporal = incidents.platform.witnesses.temporal

        async def found() -> list[str]:
            return [each.id async for each in temporal.list_workflows(due)]

        [workflow_id] = await seen(found, bool, seconds=80)
        await _refuses_each(maria, workflow_id, _IS_DUE)
        # The invariants that other tests look at allow for no refund that stays due.
        await incidents.asks(order, "resolve-refund", resolution="waived", reason=SPILLED)


async def _refuses_each(maria: Maria, workflow_id: str, refusals: tuple[Refused, ...]) -> None:
    await maria.engine.go_to(workflow_id)
    dialog = await maria.engine.begin("Send an Update")
    chosen = "Select an Update"
    for each in refusals:
        await maria.engine.send(dialog, each.update, each.said, data=each.data, chosen=chosen)
        chosen = each.update
        await expect(dialog.get_by_role("alert").filter(has_text=each.why)).to_be_visible()
        assert re.search(r"Traceback|\.py\b", await dialog.inner_text()) is None
