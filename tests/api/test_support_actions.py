"""What support does about an order, once though it is asked twice, and not in the wrong state."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from adapters.postgres.engine import Database
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.payments.disputes import DisputeRepository
from domain.disputes import DisputeState
from tests.support.bank import Bank
from tests.support.builders import usd
from tests.support.carrying import do
from tests.support.desk_forms import at, previewed, section_of
from tests.support.helpdesk import DISH, REASON, Helpdesk
from tests.support.news import News
from tests.support.polling import seen as found
from tests.support.reconciling import a_dispute
from tests.support.rest import money, refused
from tests.support.servers import Servers

_PAID_BY_HAND = {"resolution": "paid_by_hand", "reference": "SEPA 118"}
# What the payment service and our bank pay out, customers get. Other accounts are nobody's.
_PARTIES = {
    "psp": "customer",
    "bank": "customer",
    "restaurant": "restaurant",
    "courier": "courier",
    "platform": "platform",
}
_GIVEN: dict[str, dict[str, Any]] = {"refund": {"liable": "platform"}, "cancel": {}}
_ACCEPTED = "The restaurant accepted"


@pytest.fixture
async def news(servers: Servers, desk: Helpdesk) -> AsyncIterator[News]:
    ordering, people = (
        Database(SecretStr(servers.site.dsn(context))) for context in ("ordering", "notifications")
    )
    yield News(desk, ordering, NotificationRepository(people))
    for database in (ordering, people):
        await database.close()


@pytest.fixture
async def payments(servers: Servers, desk: Helpdesk) -> AsyncIterator[Database]:
    database = Database(SecretStr(servers.site.dsn("payments")))
    yield database
    await database.close()


@pytest.fixture
def states(taken: str, ended: str) -> dict[str, str]:
    """The ids of both, by name."""
    return {"taken": taken, "ended": ended}


class TestWrongState:
    @pytest.mark.parametrize(
        ("verb", "given", "code", "instead"),
        [
            ("retry", {}, "illegal_transition", "order again"),
            ("extend-deadline", {"minutes": 5}, "illegal_transition", "order again"),
            ("reassign-courier", {}, "illegal_transition", "cancel"),
            ("refunds", {"liable": "platform"}, "refund_exceeds_captured", "Nothing"),
            ("resolve-refund", {"resolution": "waived"}, "refund_not_due", "No refund"),
        ],
    )
    async def test_of_an_ended_order_is_refused_with_what_is_possible(
        self, desk: Helpdesk, ended: str, verb: str, given: dict[str, Any], code: str, instead: str
    ) -> None:
        answer = await desk.ask(desk.money, ended, verb, **given)
        assert instead in refused(answer, 409, code)["detail"]

    @pytest.mark.parametrize(
        ("verb", "given", "code"),
        [
            ("retry", {}, "illegal_transition"),
            ("reassign-courier", {}, "illegal_transition"),
            ("resolve-refund", {"resolution": "waived"}, "refund_not_due"),
            ("order-again", {}, "illegal_transition"),
        ],
    )
    async def test_of_an_order_under_way_is_refused(
        self, desk: Helpdesk, taken: str, verb: str, given: dict[str, Any], code: str
    ) -> None:
        problem = refused(await desk.ask(desk.money, taken, verb, **given), 409, code)
        assert problem["detail"].endswith(".")
        [*_, row] = (await desk.whole(taken))["audit"]
        assert (row["outcome"], row["code"]) == ("refused", code)

    async def test_is_that_of_no_order(self, desk: Helpdesk) -> None:
        refused(await desk.ask(desk.money, str(uuid4()), "notes"), 404, "order_not_found")


class TestExtendDeadline:
    async def test_gives_the_kitchen_more_time_once(self, desk: Helpdesk, news: News) -> None:
        order_id, key = await desk.captured(), uuid4().hex
        before = await desk.order_is(order_id, lambda order: order["ready_by"])
        told = await news.of(order_id)
        seen = await desk.foreseen(order_id, "extend_deadline", {"minutes": 15})
        for _ in range(2):
            done = await desk.ask(desk.act, order_id, "extend-deadline", key=key, minutes=15)
            assert done.status_code == 200, done.text
        await news.is_just(order_id, seen, besides=told)
        was, is_ = (datetime.fromisoformat(each["ready_by"]) for each in (before, done.json()))
        assert is_ - was == timedelta(minutes=15)
        await self._gives_more_where_more_is_asked_for(desk, order_id, key)
        timeline = (await desk.whole(order_id))["timeline"]
        entries = [entry for entry in timeline if entry["event"] == "kitchen_delayed"]
        assert [entry["actor"] for entry in entries] == ["support"] * 2

    @staticmethod
    async def _gives_more_where_more_is_asked_for(desk: Helpdesk, order_id: str, key: str) -> None:
        """What is in the body is asked for, whatever the key stood for before."""
        before = await desk.order_is(order_id, lambda order: order["ready_by"])
        done = await desk.ask(desk.act, order_id, "extend-deadline", key=key, minutes=30)
        was, is_ = (datetime.fromisoformat(each["ready_by"]) for each in (before, done.json()))
        assert is_ - was == timedelta(minutes=30)

    async def test_has_a_most(self, desk: Helpdesk, taken: str) -> None:
        answer = await desk.ask(desk.act, taken, "extend-deadline", minutes=61)
        refused(answer, 422, "invalid_request")


class TestReassignCourier:
    async def test_takes_it_back_and_leaves_it_to_who_has_the_food(
        self, desk: Helpdesk, news: News
    ) -> None:
        order_id = await desk.claimed()
        nobody = await desk.ask(desk.act, order_id, "reassign-courier", courier_id=str(uuid4()))
        refused(nobody, 404, "courier_not_found")
        seen = await desk.foreseen(order_id, "reassign_courier", {"courier_id": str(uuid4())})
        assert seen["refused"] == "There is no such courier."
        more = await desk.ask(desk.act, order_id, "extend-deadline", minutes=20)
        assert more.status_code == 200, more.text
        told = await news.of(order_id)
        seen = await desk.foreseen(order_id, "reassign_courier")
        dropped = await desk.ask(desk.act, order_id, "reassign-courier")
        assert dropped.status_code == 200, dropped.text
        await news.is_just(order_id, seen, besides=told)
        [delivery] = (await desk.whole(order_id))["deliveries"]
        assert (delivery["status"], delivery["courier_id"]) == ("offered", None)
        back = await desk.ask(desk.act, order_id, "reassign-courier", courier_id=desk.courier.id)
        assert back.status_code == 200, back.text
        await do(desk.courier, order_id, "pick-up")
        await desk.order_is(order_id, lambda order: order["status"] == "picked_up")
        late = await desk.ask(desk.act, order_id, "reassign-courier")
        assert "cancel" in refused(late, 409, "illegal_transition")["detail"]
        await do(desk.courier, order_id, "deliver")
        await desk.order_is(order_id, lambda order: order["status"] == "delivered")


class TestCancel:
    async def test_keeps_a_fee_where_one_was_agreed(self, desk: Helpdesk) -> None:
        order_id = await desk.captured()
        done = await desk.ask(desk.money, order_id, "cancel", keep=money(300))
        assert done.status_code == 200, done.text
        order = await desk.order_is(order_id, lambda order: order["refund_status"] == "partial")
        paid = order["payment"]
        assert paid["captured"]["amount"] - paid["refunded"]["amount"] == 300
        assert order["cancellation"]["by"] == "support"
        assert order["cancellation"]["reason"] == REASON
        again = await desk.ask(desk.money, order_id, "cancel")
        assert again.status_code == 200, again.text

    async def test_is_refused_with_a_fee_where_it_ended_without_one(
        self, desk: Helpdesk, ended: str
    ) -> None:
        fee = await desk.ask(desk.money, ended, "cancel", keep=money(300))
        said = "The order is cancelled already, and nothing of its money is kept."
        assert refused(fee, 409, "fee_refused")["detail"] == said

    async def test_keeps_nothing_that_was_promised_to_go_back(self, desk: Helpdesk) -> None:
        order_id = await desk.captured()
        cooking = await desk.diner.staff.post(f"/orders/{order_id}/preparing")
        total = cooking.json()["payment"]["captured"]["amount"]
        back = await desk.ask(desk.money, order_id, "refunds", liable="platform", amount=money(500))
        assert back.status_code == 202, back.text
        answer = await desk.ask(desk.money, order_id, "cancel", keep=money(total - 500))
        assert "neither given back nor promised" in refused(answer, 409, "fee_refused")["detail"]

    async def test_is_logged_also_where_support_cancels_like_a_customer(
        self, desk: Helpdesk
    ) -> None:
        order_id = await desk.captured()
        done = await desk.money.post(f"/orders/{order_id}/cancel")
        assert done.status_code == 200, done.text
        asked, ended = await desk.logged(order_id, "cancel")
        assert (asked["outcome"], ended["outcome"]) == ("asked", "done")
        assert ended["amount"]["amount"] > 0
        said = "Support cancelled the order without giving a reason."
        assert {row["reason"] for row in (asked, ended)} == {said}
        order = await desk.order_is(order_id, lambda order: order["status"] == "cancelled")
        assert (order["cancellation"]["by"], order["cancellation"]["reason"]) == ("support", said)


class TestOrderAgain:
    async def test_places_the_same_for_the_same_customer_once(
        self, desk: Helpdesk, news: News, ended: str
    ) -> None:
        key, seen = uuid4().hex, await desk.foreseen(ended, "order_again")
        answers = [await desk.ask(desk.money, ended, "order-again", key=key) for _ in range(2)]
        assert {answer.status_code for answer in answers} == {202}, answers[0].text
        [again] = {answer.json()["id"] for answer in answers}
        links = answers[0].json()["links"]
        assert answers[0].headers["location"] == links["self"] == f"/api/v1/orders/{again}"
        assert links["again_of"].endswith(ended)
        order = await desk.diner.until(again, "accepted")
        first = (await desk.diner.customer.get(f"/orders/{ended}")).json()
        for same in ("items", "total", "restaurant_id", "customer_id"):
            assert order[same] == first[same]
        assert order["delivery"]["address"] == first["delivery"]["address"]
        await self._name_each_other(desk, ended, again)
        told = await news.of(again)
        # Its kitchen accepts by itself: that is foreseen of no order.
        accepted = Counter(each for each in told if each[1] == _ACCEPTED)
        await news.is_just(again, seen, besides=accepted)
        other = await desk.ask(desk.money, ended, "order-again", key=key, reason="Another")
        refused(other, 422, "idempotency_key_reused")

    async def _name_each_other(self, desk: Helpdesk, ended: str, again: str) -> None:
        first, new = await desk.whole(ended), await desk.whole(again)
        [said] = [each for each in first["timeline"] if each["event"] == "order_placed_again"]
        assert again in said["detail"]
        placed = new["timeline"][0]
        assert (placed["event"], placed["actor"]) == ("order_placed", "support")
        assert ended in placed["detail"]
        assert [row for row in first["audit"] if row["after"].get("order_again") == again]
        [*_, row] = new["audit"]
        assert (row["after"]["again_of"], row["actor"]) == (ended, desk.money.id)

    async def test_places_one_however_many_colleagues_ask(self, desk: Helpdesk, news: News) -> None:
        order_id = await desk.cancelled()
        people = (desk.money, desk.second)
        answers = await asyncio.gather(
            *(desk.ask(person, order_id, "order-again") for person in people)
        )
        placed, late = sorted(answers, key=lambda answer: answer.status_code)
        assert (placed.status_code, late.status_code) == (202, 409), late.text
        again = placed.json()["id"]
        seen = await desk.foreseen(order_id, "order_again")
        for said in (late.json()["detail"], seen["refused"]):
            assert again in said
        await desk.diner.until(again, "accepted")
        told, seen = await news.of(again), await desk.foreseen(again, "cancel")
        assert (await desk.ask(desk.money, again, "cancel")).status_code == 200
        await news.is_just(again, seen, besides=told)
        await desk.order_is(again, lambda order: order["status"] == "cancelled")
        # That one ended without food: of both now another is placed, and only one.
        third = await desk.ask(desk.money, order_id, "order-again")
        assert third.status_code == 202, third.text
        fourth = await desk.ask(desk.second, again, "order-again")
        assert third.json()["id"] in refused(fourth, 409, "illegal_transition")["detail"]

    async def test_ends_like_any_order_whose_method_needs_its_customer(
        self, desk: Helpdesk
    ) -> None:
        declined = await desk.placed(payment_method="pm_card_visa_chargeDeclined")
        await desk.diner.until(declined, "payment_failed")
        again = (await desk.ask(desk.money, declined, "order-again")).json()["id"]
        await desk.diner.until(again, "payment_failed")

    async def test_needs_a_key(self, desk: Helpdesk, ended: str) -> None:
        path = f"/support/orders/{ended}/order-again"
        refused(await desk.money.post(path, {"reason": REASON}), 400, "idempotency_key_missing")


class TestResendConfirmation:
    @pytest.mark.parametrize(
        ("state", "type_"), [("taken", "order_confirmed"), ("ended", "order_cancelled")]
    )
    async def test_tells_the_customer_once_more(
        self, desk: Helpdesk, news: News, states: dict[str, str], state: str, type_: str
    ) -> None:
        order_id = states[state]
        all_told = await news.of(order_id)
        seen = await desk.foreseen(order_id, "resend_confirmation")
        told = {note["id"] for note in await self._told(desk, order_id, type_)}
        key = uuid4().hex
        for _ in range(2):
            done = await desk.ask(desk.act, order_id, "resend-confirmation", key=key)
            assert done.status_code == 200, done.text
        now = {note["id"] for note in await self._told(desk, order_id, type_)}
        assert len(now - told) == 1
        await news.is_just(order_id, seen, besides=all_told)

    @staticmethod
    async def _told(desk: Helpdesk, order_id: str, type_: str) -> list[dict[str, Any]]:
        items = (await desk.diner.customer.get("/me/notifications?limit=100")).json()["items"]
        return [note for note in items if (note["order_id"], note["type"]) == (order_id, type_)]


class TestNotes:
    @pytest.mark.parametrize("state", ["taken", "ended"])
    async def test_are_read_by_support_and_only_known_of_by_others(
        self, desk: Helpdesk, states: dict[str, str], state: str
    ) -> None:
        order_id = states[state]
        text, key = f"Rang twice {uuid4().hex}", uuid4().hex
        before = await self._entries(desk, order_id)
        for _ in range(2):
            done = await desk.ask(desk.act, order_id, "notes", reason=text, key=key)
            assert done.status_code == 200, done.text
        assert await self._entries(desk, order_id) == before + 1
        shown = (await desk.diner.customer.get(f"/orders/{order_id}/timeline")).text
        assert text not in shown
        notes = (await desk.whole(order_id))["notes"]
        assert ("add_note", desk.act.id) in {
            (note["action"], note["account_id"]) for note in notes if note["text"] == text
        }

    @staticmethod
    async def _entries(desk: Helpdesk, order_id: str) -> int:
        timeline = (await desk.whole(order_id))["timeline"]
        return sum(entry["event"] == "note_added" for entry in timeline)


class TestPreview:
    @pytest.mark.parametrize(
        ("state", "action", "verb", "given"),
        [
            ("delivered", "refund", "refunds", {"amount": money(500), "liable": "restaurant"}),
            ("captured", "cancel", "cancel", {"keep": money(300)}),
            ("due", "resolve_refund", "resolve-refund", _PAID_BY_HAND),
        ],
    )
    async def test_of_money_and_news_is_what_then_comes_of_it(
        self,
        desk: Helpdesk,
        news: News,
        state: str,
        action: str,
        verb: str,
        given: dict[str, Any],
    ) -> None:
        order_id = await self._brought_to(state, desk)
        if state == "due":
            await news.once(order_id, "We owe you money")
        told = await news.of(order_id)
        before = await self._parties(desk, order_id)
        seen = await desk.foreseen(order_id, action, given)
        assert (seen["refused"], seen["approval"]) == (None, None)
        assert await self._parties(desk, order_id) == before
        done = await desk.ask(desk.money, order_id, verb, **given)
        assert done.is_success, done.text
        shown = Counter({each["party"]: each["amount"]["amount"] for each in seen["money"]})
        assert shown["customer"] > 0

        async def moved() -> Counter[str]:
            after = await self._parties(desk, order_id)
            after.subtract(before)
            return after

        await found(moved, lambda change: change == shown)
        await news.is_just(order_id, seen, besides=told)

    async def test_says_that_a_second_person_has_to_agree(self, desk: Helpdesk) -> None:
        order_id = await desk.captured(dishes=12)
        seen = await desk.foreseen(order_id, "cancel")
        assert "second person" in seen["approval"]
        assert seen["next_status"] == "cancelled"
        assert {message["to"] for message in seen["messages"]} >= {"customer"}

    async def test_says_what_another_order_would_cost(self, desk: Helpdesk) -> None:
        order_id = await desk.cancelled()
        seen = await desk.foreseen(order_id, "order_again")
        total = (await desk.whole(order_id))["order"]["total"]["amount"]
        assert seen["money"] == [{"party": "customer", "amount": money(-total)}]

    @pytest.mark.parametrize(
        ("action", "given"),
        [
            ("cancel", {}),
            ("extend_deadline", {"minutes": 5}),
            ("reassign_courier", {}),
            ("refund", {"liable": "platform"}),
            ("retry", {}),
        ],
    )
    async def test_says_why_nothing_would_happen(
        self, desk: Helpdesk, ended: str, action: str, given: dict[str, Any]
    ) -> None:
        seen = await desk.foreseen(ended, action, given)
        assert seen["refused"].endswith(".")
        assert (seen["money"], seen["messages"], seen["next_status"]) == ([], [], None)

    @staticmethod
    async def _brought_to(state: str, desk: Helpdesk) -> str:
        """The id of an order: `due` is a refund that the card's bank refuses."""
        if state == "delivered":
            return await desk.delivered()
        return await _due(desk) if state == "due" else await desk.captured()

    @staticmethod
    async def _parties(desk: Helpdesk, order_id: str) -> Counter[str]:
        """Who has how much of the order's money, by its ledger: credits of their accounts."""
        parties = Counter[str]()
        for account, amount in _balances(await desk.whole(order_id)).items():
            party = _PARTIES.get(account.partition(":")[0])
            if party:
                parties[party] -= amount
        return parties


class TestDisputed:
    @pytest.mark.parametrize("state", DisputeState)
    async def test_is_paid_by_hand_only_once_it_is_won(
        self, desk: Helpdesk, bank: Bank, payments: Database, state: DisputeState
    ) -> None:
        """Its refund is due in any case: the card's bank refuses it, too."""
        order_id, said = await _due(desk), "The customer's bank took"
        await _dispute(order_id, desk, bank, payments, state)
        is_won = state is DisputeState.WON
        for action in ("refund", "cancel"):
            seen = await desk.foreseen(order_id, action, _GIVEN[action])
            assert (seen["refused"], seen["unknown"]) == (None, None)
            assert (said not in (seen["warning"] or "")) is is_won
        seen = await desk.foreseen(order_id, "resolve_refund", _PAID_BY_HAND)
        assert (said not in (seen["refused"] or "")) is is_won
        paid = await desk.ask(desk.money, order_id, "resolve-refund", **_PAID_BY_HAND)
        if is_won:
            assert paid.status_code == 200, paid.text
            return
        assert refused(paid, 409, "refund_not_due")["detail"] == seen["refused"]
        waived = await desk.ask(desk.money, order_id, "resolve-refund", resolution="waived")
        assert waived.status_code == 200, waived.text

    async def test_is_told_on_the_page_beside_what_becomes_of_the_order(
        self, browser: httpx.AsyncClient, desk: Helpdesk, bank: Bank, payments: Database
    ) -> None:
        order_id, support = await desk.captured(), at(browser, desk.money)
        await _dispute(order_id, desk, bank, payments, DisputeState.OPEN)
        page = await previewed(support, order_id, "cancel", reason=REASON)
        caused = section_of(page.text, "What it will cause")
        for said in ("Unless that dispute is won", "<strong>cancelled</strong>"):
            assert said in caused
        page = await previewed(support, order_id, "refunds", liable="platform", reason=REASON)
        caused = section_of(page.text, "What it will cause")
        for said in ("Unless that dispute is won", "Nobody gets a message.", "stays as it is."):
            assert said in caused

    async def test_is_told_of_many_orders_beside_the_one(
        self, browser: httpx.AsyncClient, desk: Helpdesk, bank: Bank, payments: Database
    ) -> None:
        orders = [await desk.captured() for _ in range(2)]
        await _dispute(orders[0], desk, bank, payments, DisputeState.OPEN)
        typed = {"amount": "1.00", "liable": "platform", "reason": REASON, "step": "preview"}
        chosen = {"action": "refund", "order_ids": orders, "key": uuid4().hex}
        page = await at(browser, desk.money).post("/support/bulk", data={**chosen, **typed})
        disputed, other = re.findall(r"<tr>\s*<td><a.*?</tr>", unescape(page.text), re.DOTALL)
        assert "Unless that dispute is won" in disputed
        assert "<td>none</td>\n      <td>as it is</td>" in disputed
        assert "dispute" not in section_of(page.text, "Together") + other


async def _dispute(
    order_id: str, desk: Helpdesk, bank: Bank, payments: Database, state: DisputeState
) -> None:
    """All of what was paid, and write it down as its webhook would."""
    dispute_id = await bank.dispute(await bank.intent(UUID(order_id)))
    if state is not DisputeState.OPEN:
        await bank.decide(dispute_id, state)
    total = (await desk.whole(order_id))["order"]["total"]["amount"]
    made = replace(a_dispute(UUID(order_id), state), dispute_id=dispute_id, amount=usd(total))
    assert await DisputeRepository(payments).record(made)


async def _due(desk: Helpdesk) -> str:
    order_id = await desk.captured(payment_method="pm_sandbox_refundRefused")
    owed: dict[str, Any] = {"amount": money(500), "liable": "platform"}
    assert (await desk.ask(desk.money, order_id, "refunds", **owed)).status_code == 202
    await desk.order_is(order_id, lambda order: order["refund_status"] == "due")
    return order_id


def _balances(whole: dict[str, Any]) -> Counter[str]:
    """By account."""
    balances = Counter[str]()
    for entry in whole["money"]["ledger"]:
        balances[entry["account"]] += entry["amount"]["amount"]
    return balances


class TestWholeOrder:
    async def test_names_whoever_was_told_and_all_its_pages(
        self, desk: Helpdesk, ended: str
    ) -> None:
        await desk.order_is(ended, lambda order: order["refund_status"] == "full")
        whole = await desk.whole(ended)
        assert {told["audience"] for told in whole["notifications"]} >= {"customer", "restaurant"}
        links = whole["links"]
        assert links["page"].endswith(f"/support/orders/{ended}")
        assert f"/workflows/order-{ended}/" in links["workflow"]
        [intent] = [made["payment_intent"] for made in whole["money"]["authorizations"]]
        assert links["stripe"] == [f"https://dashboard.stripe.com/test/payments/{intent}"]
        assert [f"refund-{ended}" in link for link in links["refunds"]] == [True]
        now = datetime.now(UTC)
        assert all(datetime.fromisoformat(note["at"]) < now for note in whole["notes"])
        assert whole["order"]["total"]["amount"] > DISH
