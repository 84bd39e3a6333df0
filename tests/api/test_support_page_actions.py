"""What the forms of an order's page do, and how they say why something was not done."""

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from api import workflow_updates
from api.web.support.forms import FORMS
from domain.debts import NOTHING_TAKEN
from domain.differences import Kind
from domain.money import Money
from domain.orders import COOKED, IN_CHECKOUT, OrderStatus
from tests.support.carrying import do
from tests.support.casework import of_a_charge, of_a_refund
from tests.support.desk_forms import (
    at,
    confirmed,
    form_of,
    hidden,
    previewed,
    section_of,
    sent,
    sentence_of,
    why_not,
)
from tests.support.helpdesk import Helpdesk
from tests.support.rest import money
from tests.support.servers import Servers
from tests.support.spoiling import copied_in

_HELD = text("SELECT FROM delivery.deliveries WHERE order_id = :order_id FOR UPDATE")


@pytest.fixture
async def states(desk: Helpdesk, taken: str, ended: str, shared: dict[str, str]) -> dict[str, str]:
    """Ids of orders that no test changes, by how they stand."""
    if "unpaid" not in shared:
        shared["large"] = await desk.captured(dishes=12)
        shared["unpaid"] = await desk.placed(payment_method="pm_card_authenticationRequired")
        await desk.diner.until(shared["unpaid"], "payment_action_required")
    return shared


@pytest.fixture
async def deliveries(servers: Servers, desk: Helpdesk) -> AsyncIterator[Database]:
    database = Database(SecretStr(servers.site.dsn("delivery")))
    yield database
    await database.close()


@pytest.fixture
async def ordering(servers: Servers, desk: Helpdesk) -> AsyncIterator[Database]:
    database = Database(SecretStr(servers.site.dsn("ordering")))
    yield database
    await database.close()


@pytest.fixture
def support(browser: httpx.AsyncClient, desk: Helpdesk) -> httpx.AsyncClient:
    """The browser of somebody who may do everything."""
    return at(browser, desk.money)


class TestReassign:
    async def test_gives_it_to_others_until_the_courier_has_the_food(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        order_id = await desk.claimed()
        first = await previewed(support, order_id, "reassign-courier", reason="Silent")
        done = await confirmed(support, order_id, "reassign-courier", first.text)
        assert done.headers["location"] == f"/support/orders/{order_id}?done=reassign-courier"
        page = (await support.get(done.headers["location"])).text
        assert "No courier has it." in page
        given = {"courier_id": desk.courier.id, "reason": "They called"}
        again = await previewed(support, order_id, "reassign-courier", **given)
        assert (await confirmed(support, order_id, "reassign-courier", again.text)).is_redirect
        await do(desk.courier, order_id, "pick-up")
        await desk.order_is(order_id, lambda order: order["status"] == "picked_up")
        late = await sent(support, order_id, "reassign-courier")
        assert sentence_of(late, 409) == "The courier has the food: call them, or cancel."
        await do(desk.courier, order_id, "deliver")
        await desk.order_is(order_id, lambda order: order["status"] == "delivered")
        assert "it can't be cancelled" in sentence_of(await sent(support, order_id, "cancel"), 409)

    async def test_remembers_no_refusal_and_is_asked_once_where_nobody_answers(
        self,
        support: httpx.AsyncClient,
        desk: Helpdesk,
        deliveries: Database,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        order_id = await desk.offered()
        given = {"courier_id": desk.courier.id, "key": uuid4().hex}
        await desk.courier.put("/couriers/me/availability", {"available": False})
        for _ in range(2):
            late = await sent(support, order_id, "reassign-courier", **given)
            assert "is not available" in sentence_of(late, 409)
        await desk.courier.put("/couriers/me/availability", {"available": True})
        await desk.courier.put("/couriers/me/location", {"lat": -46.4, "lon": 51.8})
        async with deliveries.transaction() as session:
            await session.execute(_HELD, {"order_id": order_id})
            with monkeypatch.context() as patience:
                patience.setattr(workflow_updates, "_OUTCOME", timedelta(seconds=1))
                unsure = await sent(support, order_id, "reassign-courier", **given)
        assert sentence_of(unsure, 503) == "A part of ours does not answer now."
        assert hidden(form_of(unsure.text, "reassign-courier"))["key"] == [given["key"]]
        assert (await sent(support, order_id, "reassign-courier", **given)).is_redirect
        [delivery] = (await desk.whole(order_id))["deliveries"]
        assert delivery["courier_id"] == desk.courier.id
        rows = await desk.logged(order_id, "reassign_courier")
        assert [row["outcome"] for row in rows] == ["asked", "refused"] * 2 + ["asked", "done"]
        await desk.ask(desk.money, order_id, "cancel")


class TestCases:
    async def test_have_another_owner_and_deadline_and_are_closed(
        self, support: httpx.AsyncClient, desk: Helpdesk, cases: CaseRepository
    ) -> None:
        order_id = await desk.captured()
        key = await of_a_charge(cases, UUID(order_id), Kind.UNKNOWN_CHARGE)
        day = (datetime.now(UTC) + timedelta(days=3)).date()
        given = {"case": key, "owner": desk.second.email, "deadline": f"{day}T09:00"}
        first = await previewed(support, order_id, "move-case", **given, reason="Off tomorrow")
        assert "Nobody gets a message." in first.text
        assert (await confirmed(support, order_id, "move-case", first.text)).is_redirect
        case = await cases.find(key)
        assert case
        assert case.owner == UUID(desk.second.id)
        assert case.deadline == datetime.combine(day, time(9), UTC)
        for owner in ("no@example.com", "no\0body@example.com"):
            nobody = await sent(support, order_id, "move-case", case=key, owner=owner)
            assert sentence_of(nobody, 404).endswith(".")
        closed = await previewed(support, order_id, "decide-case", case=key, reason="Looked")
        assert (await confirmed(support, order_id, "decide-case", closed.text)).is_redirect
        again = await sent(support, order_id, "move-case", case=key)
        assert sentence_of(again, 409) == "There is no such open case."


class TestMoneyThatIsDue:
    _BY_HAND: ClassVar = {"resolution": "paid_by_hand", "reference": "SEPA 118"}

    async def test_is_shown_and_written_down_as_what_it_is_by_now(
        self, support: httpx.AsyncClient, desk: Helpdesk, cases: CaseRepository
    ) -> None:
        """And not as what the order was paid with, or its case was opened with."""
        order_id = await desk.captured()
        part: dict[str, Any] = {"amount": money(500), "liable": "platform"}
        assert (await desk.ask(desk.money, order_id, "refunds", **part)).status_code == 202
        order = await desk.order_is(order_id, lambda order: order["payment"]["refunded"]["amount"])
        left = order["total"]["amount"] - 500
        key = await of_a_refund(cases, UUID(order_id))
        given = {"case": key, "reason": "Their card is gone", **self._BY_HAND}
        first = await previewed(support, order_id, "resolve-refund", **given)
        shown = str(Money(left, order["total"]["currency"]))
        assert f"{shown}: The charge" in first.text
        assert shown in section_of(first.text, "What it will cause")
        done = await confirmed(support, order_id, "resolve-refund", first.text)
        assert sentence_of(done, 409).startswith("The refund has ended, or is being begun again")
        *_, last = await desk.logged(order_id, "resolve_refund")
        assert (last["outcome"], last["amount"]) == ("refused", money(left))

    async def test_is_nothing_of_what_was_never_taken(
        self, support: httpx.AsyncClient, desk: Helpdesk, cases: CaseRepository
    ) -> None:
        order_id = await desk.placed(payment_method="pm_card_authenticationRequired")
        await desk.diner.until(order_id, "payment_action_required")
        given = {"case": await of_a_refund(cases, UUID(order_id)), **self._BY_HAND}
        first = await previewed(support, order_id, "resolve-refund", reason="They rang", **given)
        assert NOTHING_TAKEN in first.text
        refused = await sent(support, order_id, "resolve-refund", **given)
        assert sentence_of(refused, 409) == NOTHING_TAKEN


class TestRetry:
    async def test_shows_what_moves_if_it_goes_through_of_one_order_and_of_many(
        self, support: httpx.AsyncClient, states: dict[str, str], cases: CaseRepository
    ) -> None:
        order_id = states["large"]
        await of_a_refund(cases, UUID(order_id))
        one = await previewed(support, order_id, "retry", reason="They ring")
        caused = section_of(one.text, "What it will cause")
        [tried] = re.findall(r"<li>Refund of (\d+\.\d\d USD)</li>", caused)
        assert "Tried again at once" in caused
        assert "Money, if that goes through" in caused
        assert f"+{tried}" in caused
        chosen = {"pasted": " ".join((order_id, states["ended"])), "action": "retry"}
        form = (await support.post("/support/bulk", data={**chosen, "step": "fields"})).text
        typed = {**hidden(form), "reason": "They ring", "step": "preview"}
        many = (await support.post("/support/bulk", data=typed)).text
        assert f"+{tried}" in section_of(many, "Together, if what is tried again goes through")
        assert f"Refund of {tried}: Customer +{tried}" in many
        assert "Not done: No step is failing" in many


# Of a case that there is not.
_NONE = f"{UUID(int=0)}:refund"
# What each form needs besides its reason.
_LEAST: Mapping[str, Mapping[str, str]] = {
    "retry": {},
    "refunds": {"liable": "platform"},
    "resolve-refund": {"case": _NONE, "resolution": "waived"},
    "move-case": {"case": _NONE},
    "decide-case": {"case": _NONE},
    "reassign-courier": {},
    "extend-deadline": {"minutes": "5"},
    "cancel": {},
    "order-again": {},
    "resend-confirmation": {},
    "notes": {},
}


# Those that the right `act` is not enough for, of an order whose money was taken.
_OF_MONEY = {"refunds", "resolve-refund", "decide-case", "cancel", "order-again"}

_FINAL = {status for status in OrderStatus if status.is_final}
_GOES_ON = {*OrderStatus} - _FINAL
_NOBODY = "no courier is sought or under way."
# What the page says of each in the wrong states, where no courier, step, refund or case is.
_WRONG: Mapping[str, Mapping[OrderStatus, str]] = {
    "retry": dict.fromkeys(OrderStatus, "No step is failing, and no refund is due"),
    "refunds": dict.fromkeys(OrderStatus, "Nothing of this order can be given back any more."),
    "resolve-refund": dict.fromkeys(OrderStatus, "No refund of this order is due."),
    "move-case": dict.fromkeys(OrderStatus, "This order has no open case."),
    "decide-case": dict.fromkeys(OrderStatus, "There is no such open case."),
    "reassign-courier": dict.fromkeys(OrderStatus, _NOBODY),
    "extend-deadline": dict.fromkeys(IN_CHECKOUT, "it can't be delayed, but it can be cancelled.")
    | dict.fromkeys(COOKED, _NOBODY)
    | dict.fromkeys(_FINAL, "nothing of it goes on any more."),
    "cancel": dict.fromkeys(_FINAL, "it can't be cancelled"),
    "order-again": dict.fromkeys(_GOES_ON, "cancel it first, or wait for its end."),
    "resend-confirmation": dict.fromkeys(IN_CHECKOUT, "Nothing was confirmed yet"),
    "notes": {},
}


# A running order's workflow is asked about the others.
_DECIDED_BY_THE_ROW = {"cancel", "order-again"}


class TestStatus:
    """Of an order's row alone: no workflow, no money and no courier decides beside it."""

    @pytest.mark.parametrize("status", OrderStatus)
    async def test_decides_what_the_page_offers_and_what_it_refuses(
        self, support: httpx.AsyncClient, ordering: Database, taken: str, status: OrderStatus
    ) -> None:
        async with copied_in(ordering, UUID(taken), status) as copy:
            page = (await support.get(f"/support/orders/{copy}")).text
            for slug, wrong in _WRONG.items():
                said = why_not(page, FORMS[slug].title)
                assert wrong.get(status, "") in said, slug
                assert bool(said) is (status in wrong) is not bool(form_of(page, slug)), slug
            for slug in _DECIDED_BY_THE_ROW & {slug for slug in _WRONG if status in _WRONG[slug]}:
                # Cancelling what is cancelled is done already, and no refusal.
                if (slug, status) != ("cancel", OrderStatus.CANCELLED):
                    answer = await sent(support, str(copy), slug, **_LEAST[slug])
                    assert _WRONG[slug][status] in sentence_of(answer, 409)


class TestRefusal:
    """However a form comes to be sent: the page says in a sentence why nothing was done."""

    @pytest.mark.parametrize(
        ("state", "slugs"),
        [
            ("taken", ("retry", "resolve-refund", "reassign-courier", "order-again")),
            ("ended", ("retry", "refunds", "resolve-refund", "reassign-courier")),
            ("ended", ("extend-deadline", "move-case", "decide-case")),
            ("unpaid", ("retry", "refunds", "resolve-refund", "reassign-courier")),
            ("unpaid", ("extend-deadline", "order-again", "resend-confirmation")),
        ],
    )
    async def test_is_of_a_wrong_state(
        self,
        support: httpx.AsyncClient,
        states: dict[str, str],
        state: str,
        slugs: tuple[str, ...],
    ) -> None:
        for slug in slugs:
            answer = await sent(support, states[state], slug, **_LEAST[slug])
            assert sentence_of(answer, 409)

    async def test_leaves_a_form_whose_key_stands_for_nothing(
        self, support: httpx.AsyncClient, states: dict[str, str]
    ) -> None:
        given = {"liable": "platform", "amount": "9000", "key": uuid4().hex}
        answer = await sent(support, states["taken"], "refunds", **given)
        assert sentence_of(answer, 409)
        [key] = hidden(form_of(answer.text, "refunds"))["key"]
        assert key != given["key"]

    async def test_leaves_what_was_written_where_the_order_went_on_meanwhile(
        self, support: httpx.AsyncClient, states: dict[str, str]
    ) -> None:
        given = {"minutes": "7", "reason": "The oven is cold"}
        answer = await sent(support, states["ended"], "extend-deadline", **given)
        assert "What you wrote stands in the form." in answer.text
        form = form_of(answer.text, "extend-deadline")
        assert sentence_of(answer, 409) in form
        assert 'value="7"' in form
        assert "The oven is cold" in form

    @pytest.mark.parametrize("slug", ["refunds", "cancel"])
    async def test_is_of_what_is_above_the_limit(
        self, support: httpx.AsyncClient, states: dict[str, str], slug: str
    ) -> None:
        answer = await sent(support, states["large"], slug, **_LEAST[slug])
        assert "more than the 100.00 USD that one person may give" in sentence_of(answer, 403)

    async def test_is_of_a_payment_by_hand_above_the_limit(
        self, support: httpx.AsyncClient, states: dict[str, str], cases: CaseRepository
    ) -> None:
        order_id = states["large"]
        key = await of_a_refund(cases, UUID(order_id))
        given = {"case": key, "resolution": "paid_by_hand", "reference": "SEPA 118"}
        answer = await sent(support, order_id, "resolve-refund", **given)
        assert "more than the 100.00 USD that one person may give" in sentence_of(answer, 403)

    @pytest.mark.parametrize("slug", _LEAST)
    async def test_is_of_who_may_not(
        self,
        browser: httpx.AsyncClient,
        desk: Helpdesk,
        states: dict[str, str],
        cases: CaseRepository,
        slug: str,
    ) -> None:
        order_id, given = states["taken"], dict(_LEAST[slug])
        if slug.endswith("-case"):
            given["case"] = await of_a_charge(cases, UUID(order_id), Kind.UNKNOWN_CHARGE)
        for who in (desk.read, desk.act) if slug in _OF_MONEY else (desk.read,):
            answer = await sent(at(browser, who), order_id, slug, **given)
            assert sentence_of(answer, 403).endswith("Ask a colleague who has it.")
        answer = await sent(at(browser, desk.diner.customer), order_id, slug, **given)
        assert (answer.status_code, "This needs the role support." in answer.text) == (403, True)
