"""A refund that was paid by hand is written down as what was shown to be due, or not at all."""

from typing import Any
from uuid import UUID

import httpx
import pytest

from adapters.postgres.payments.cases import CaseRepository
from api.web.support import approvals
from domain.money import Money
from domain.orders import step_key
from tests.support.casework import of_a_refund
from tests.support.desk_forms import (
    answers_of,
    at,
    confirmed,
    form_of,
    hidden,
    previewed,
    section_of,
    sentence_of,
)
from tests.support.helpdesk import REASON, Helpdesk
from tests.support.rest import money, refused

BY_HAND = {"resolution": "paid_by_hand", "reference": "SEPA 118"}
_BACK = 500


@pytest.fixture
def support(browser: httpx.AsyncClient, desk: Helpdesk) -> httpx.AsyncClient:
    return at(browser, desk.money)


@pytest.fixture
async def owed(desk: Helpdesk, cases: CaseRepository) -> str:
    """The id of an order all of whose money is due."""
    order_id = await desk.captured()
    await of_a_refund(cases, UUID(order_id))
    return order_id


async def _less_is_due(desk: Helpdesk, order_id: str) -> str:
    """Some of it goes back to the card meanwhile. What a decision of before is refused with."""
    part: dict[str, Any] = {"amount": money(_BACK), "liable": "platform"}
    assert (await desk.ask(desk.money, order_id, "refunds", **part)).status_code == 202
    order = await desk.order_is(order_id, lambda order: order["payment"]["refunded"]["amount"])
    total = order["total"]["amount"]
    return f"{Money(total - _BACK, 'USD')} of it are due now, and not {Money(total, 'USD')}"


@pytest.mark.parametrize("given", [BY_HAND, {"resolution": "waived"}])
async def test_is_what_the_page_showed(
    support: httpx.AsyncClient, desk: Helpdesk, owed: str, given: dict[str, str]
) -> None:
    """Who has paid what they read there must not have less written down, and be told it is done."""
    typed = {"case": step_key(UUID(owed), "refund"), "reason": "They rang", **given}
    first = await previewed(support, owed, "resolve-refund", **typed)
    sentence = await _less_is_due(desk, owed)
    late = await confirmed(support, owed, "resolve-refund", first.text)
    assert sentence_of(late, 409).startswith(sentence)
    # The next look is one at what is due by now.
    assert "expected_amount" not in hidden(form_of(late.text, "resolve-refund"))
    again = await previewed(support, owed, "resolve-refund", **typed)
    [due] = hidden(again.text)["expected_amount"]
    assert sentence.startswith(f"{due} USD")


async def test_is_what_a_client_names(desk: Helpdesk, owed: str) -> None:
    whole = (await desk.whole(owed))["order"]["total"]
    given = {**BY_HAND, "expected_amount": whole}
    assert (await desk.foreseen(owed, "resolve_refund", given))["refused"] is None
    sentence = await _less_is_due(desk, owed)
    assert (await desk.foreseen(owed, "resolve_refund", given))["refused"].startswith(sentence)
    late = await desk.ask(desk.money, owed, "resolve-refund", **given)
    assert refused(late, 409, "refund_not_due")["detail"].startswith(sentence)
    body = {"action": "resolve_refund", "order_id": owed, "reason": REASON, "request": given}
    asked = await desk.money.post("/support/approvals", body)
    assert refused(asked, 409, "refund_not_due")["detail"].startswith(sentence)


async def test_is_what_a_second_person_agreed_to(
    support: httpx.AsyncClient, desk: Helpdesk, owed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where who asked named no amount, but was told one."""
    body = {"action": "resolve_refund", "order_id": owed, "reason": REASON, "request": BY_HAND}
    asked = await desk.money.post("/support/approvals", body)
    assert asked.status_code == 201, asked.text
    id_ = asked.json()["id"]
    sentence = await _less_is_due(desk, owed)
    monkeypatch.setattr(approvals, "_SHOWN", 1_000)
    page = (await at(support, desk.second).get("/support/approvals")).text
    card = page.partition(f'id="approval-{id_}"')[2].partition("</article>")[0]
    assert sentence in section_of(card, "What it will cause")
    said = answers_of(card)
    assert said["Reference of the payment"] == BY_HAND["reference"]
    assert said["What was decided"] == "Paid by hand"
    # How much of it is due now, and why.
    due = sentence.partition(" of it")[0]
    assert said["Case"] == f"{due}: The charge pi_2 has 23.00 USD of a customer."
    agreed = await desk.second.post(f"/support/approvals/{id_}/approve", {"reason": "I looked"})
    assert refused(agreed, 409, "refund_not_due")["detail"].startswith(sentence)
