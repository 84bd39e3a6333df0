"""What support asks for again: it was done once, and is answered as it stands now."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.settings import DatabaseSettings, TemporalSettings
from adapters.temporal import connect
from api import workflow_updates
from api.support import cancelling
from tests.support.bank import Bank
from tests.support.helpdesk import REASON, Helpdesk
from tests.support.people import People
from tests.support.polling import seen
from tests.support.rest import money, refused
from workflows.order import workflow_id

Held = Callable[..., AbstractAsyncContextManager[None]]

_TOLD = "LOCK TABLE notifications.notifications IN EXCLUSIVE MODE"
_ORDER = "SELECT FROM ordering.orders WHERE id = :order_id FOR NO KEY UPDATE"
_PAYMENT = "SELECT FROM payments.payments WHERE order_id = :order_id FOR NO KEY UPDATE"


@pytest.fixture
def held(databases: DatabaseSettings, monkeypatch: pytest.MonkeyPatch) -> Held:
    """Who writes these rows meanwhile waits, and the API waits for them no longer than this."""

    @asynccontextmanager
    async def held(context: str, rows: str, **of: str) -> AsyncIterator[None]:
        database = Database(databases.of(context))
        try:
            async with database.transaction() as session:
                await session.execute(text(rows), of)
                with monkeypatch.context() as patience:
                    patience.setattr(workflow_updates, "_OUTCOME", timedelta(milliseconds=500))
                    yield
        finally:
            await database.close()

    return held


async def told(desk: Helpdesk, order_id: str) -> Counter[str]:
    """What the customer heard of the order: from its workflow, and from support."""
    items = (await desk.diner.customer.get("/me/notifications?limit=100")).json()["items"]
    return Counter(note["type"] for note in items if note["order_id"] == order_id)


async def deeds(desk: Helpdesk, order_id: str) -> Counter[str]:
    """What support did, as the timeline has it."""
    timeline = (await desk.whole(order_id))["timeline"]
    return Counter(entry["event"] for entry in timeline if entry["actor"] == "support")


class TestOnceDone:
    async def test_gives_the_courier_none_of_the_kitchen_s_minutes(
        self, desk: Helpdesk, held: Held
    ) -> None:
        order_id, key = await desk.captured(), uuid4().hex
        assert (await desk.diner.staff.post(f"/orders/{order_id}/preparing")).is_success
        more: dict[str, Any] = {"key": key, "minutes": 5}
        async with held("ordering", _ORDER, order_id=order_id):
            unsure = await desk.ask(desk.act, order_id, "extend-deadline", **more)
        refused(unsure, 503, "unavailable")
        assert (await desk.diner.staff.post(f"/orders/{order_id}/ready")).is_success
        await desk.order_is(order_id, lambda order: order["status"] == "ready")
        # The first of them hears what came of it, and the second was answered before.
        for _ in range(2):
            done = await desk.ask(desk.act, order_id, "extend-deadline", **more)
            assert (done.status_code, done.json()["status"]) == (200, "ready")
        assert await deeds(desk, order_id) == {"kitchen_delayed": 1}
        rows = await desk.logged(order_id, "extend_deadline")
        assert [row["outcome"] for row in rows] == ["asked", "done"]

    async def test_is_nothing_more_once_the_order_has_ended(self, desk: Helpdesk) -> None:
        order_id, key = await desk.captured(), uuid4().hex
        asked: dict[str, dict[str, Any]] = {
            "notes": {},
            "resend-confirmation": {},
            "extend-deadline": {"minutes": 5},
            "cancel": {},
        }
        for verb, given in asked.items():
            done = await desk.ask(desk.money, order_id, verb, key=key, **given)
            assert done.status_code == 200, done.text
        await desk.order_is(order_id, lambda order: order["refund_status"] == "full")
        before = await told(desk, order_id)
        log = (await desk.whole(order_id))["audit"]
        for verb, given in asked.items():
            again = await desk.ask(desk.money, order_id, verb, key=key, **given)
            assert (again.status_code, again.json()["status"]) == (200, "cancelled"), verb
        assert await told(desk, order_id) == before
        assert (await desk.whole(order_id))["audit"] == log
        each = {"note_added": 1, "confirmation_resent": 1, "kitchen_delayed": 1}
        assert each.items() <= (await deeds(desk, order_id)).items()

    async def test_is_no_other_try_where_nothing_is_left_to_try(
        self, desk: Helpdesk, bank: Bank
    ) -> None:
        order_id, key = await desk.delivered(), uuid4().hex
        await bank.dispute(await bank.intent(UUID(order_id)))
        owed: dict[str, Any] = {"amount": money(500), "liable": "platform"}
        assert (await desk.ask(desk.money, order_id, "refunds", **owed)).status_code == 202
        await desk.order_is(order_id, lambda order: order["refund_status"] == "due")
        tried = await desk.ask(desk.money, order_id, "retry", key=key)
        assert tried.status_code == 200, tried.text

        async def waived() -> int:
            answer = await desk.ask(desk.money, order_id, "resolve-refund", resolution="waived")
            return answer.status_code

        # Not while it is just being tried.
        await seen(waived, lambda status: status == 200)
        again = await desk.ask(desk.money, order_id, "retry", key=key)
        assert (again.status_code, again.json()["status"]) == (200, "delivered")


class TestResendConfirmation:
    async def test_is_done_when_the_customer_was_told(
        self, desk: Helpdesk, taken: str, held: Held
    ) -> None:
        key, before = uuid4().hex, await told(desk, taken)
        async with held("notifications", _TOLD):
            unsure = await desk.ask(desk.act, taken, "resend-confirmation", key=key)
        refused(unsure, 503, "unavailable")
        [*_, row] = await desk.logged(taken, "resend_confirmation")
        assert row["outcome"] == "asked"
        done = await desk.ask(desk.act, taken, "resend-confirmation", key=key)
        assert done.status_code == 200, done.text
        now = await told(desk, taken)
        assert now - before == {"order_confirmed": 1}

    async def test_says_nothing_of_an_end_that_did_not_come(
        self, desk: Helpdesk, temporal_address: str
    ) -> None:
        order_id = await desk.captured()
        temporal = await connect(TemporalSettings(address=temporal_address))
        await temporal.get_workflow_handle(workflow_id(UUID(order_id))).terminate()
        before = await told(desk, order_id)
        answer = await desk.ask(desk.act, order_id, "resend-confirmation")
        said = "The customer could not be told: try again in a moment."
        assert refused(answer, 409, "illegal_transition")["detail"] == said
        assert await told(desk, order_id) == before


class TestCancel:
    async def test_costs_nothing_the_second_time(self, desk: Helpdesk, held: Held) -> None:
        # Twice as much is more than one person may give away.
        order_id = await desk.captured(dishes=5)
        async with held("payments", _PAYMENT, order_id=order_id):
            for _ in range(2):
                done = await desk.ask(desk.money, order_id, "cancel")
                assert done.status_code == 200, done.text
                assert done.json()["status"] != "cancelled"
        await desk.order_is(order_id, lambda order: order["refund_status"] == "full")
        rows = await desk.logged(order_id, "cancel")
        assert [row["outcome"] for row in rows] == ["asked", "done"] * 2
        first, second = (row["amount"] for row in rows if row["outcome"] == "done")
        assert first["amount"] > 6_000
        assert second is None

    async def test_of_what_the_customer_has_cancelled_says_so(self, desk: Helpdesk) -> None:
        order_id = await desk.captured()
        assert (await desk.diner.customer.post(f"/orders/{order_id}/cancel")).is_success
        await desk.order_is(order_id, lambda order: order["status"] == "cancelled")
        assert (await desk.ask(desk.money, order_id, "cancel")).status_code == 200
        [_, row] = await desk.logged(order_id, "cancel")
        assert (row["after"]["cancelled_by"], row["amount"]) == ("customer", None)

    @pytest.mark.parametrize("first", ["customer", "support"])
    async def test_of_what_somebody_else_is_cancelling_says_so(
        self, desk: Helpdesk, held: Held, first: str
    ) -> None:
        order_id = await desk.captured()
        async with held("payments", _PAYMENT, order_id=order_id):
            if first == "customer":
                before = await desk.diner.customer.post(f"/orders/{order_id}/cancel")
            else:
                before = await desk.ask(desk.second, order_id, "cancel", keep=money(300))
            joined = await desk.ask(desk.money, order_id, "cancel")
            for answer in (before, joined):
                assert answer.status_code == 200, answer.text
                assert answer.json()["status"] != "cancelled"
        [*_, row] = await desk.logged(order_id, "cancel")
        assert (row["outcome"], row["amount"]) == ("done", None)
        assert row["after"]["cancelled_by"] == first

    @pytest.mark.parametrize("lack", ["of the query, in an old build", "of an answer in time"])
    async def test_is_done_also_where_nobody_says_whose_it_is(
        self, desk: Helpdesk, held: Held, monkeypatch: pytest.MonkeyPatch, lack: str
    ) -> None:
        order_id = await desk.captured()
        if "query" in lack:
            unknown = SimpleNamespace(cancellation="what_old_builds_do_not_know")
            monkeypatch.setattr(cancelling, "OrderWorkflow", unknown)
        else:
            monkeypatch.setattr(cancelling, "_PATIENCE", timedelta(microseconds=1))
        async with held("payments", _PAYMENT, order_id=order_id):
            done = await desk.ask(desk.money, order_id, "cancel")
        assert done.status_code == 200, done.text
        [_, row] = await desk.logged(order_id, "cancel")
        assert (row["outcome"], row["amount"]) == ("done", done.json()["total"])


class TestOrderAgain:
    async def test_stands_for_its_order_also_once_the_customer_is_gone(
        self, desk: Helpdesk, people: People
    ) -> None:
        guest = replace(desk.diner, customer=await people.join())
        order_id = await replace(desk, diner=guest).placed(
            payment_method="pm_card_visa_chargeDeclined"
        )
        await guest.until(order_id, "payment_failed")
        key = uuid4().hex
        first = await desk.ask(desk.money, order_id, "order-again", key=key)
        assert first.status_code == 202, first.text
        await guest.until(first.json()["id"], "payment_failed")
        assert (await guest.customer.delete("/me")).status_code == 204
        again = await desk.ask(desk.money, order_id, "order-again", key=key)
        assert (again.status_code, again.json()) == (202, first.json())
        refused(await desk.ask(desk.money, order_id, "order-again"), 404, "account_not_found")

    async def test_is_for_what_the_customer_was_told(self, desk: Helpdesk) -> None:
        order_id = await desk.cancelled()
        total = (await desk.whole(order_id))["order"]["total"]
        other: dict[str, Any] = {"expected_total": money(total["amount"] - 1)}
        body = {"action": "order_again", "request": other}
        seen = (await desk.money.post(f"/support/orders/{order_id}/preview", body)).json()
        answer = await desk.ask(desk.money, order_id, "order-again", **other)
        assert refused(answer, 409, "price_changed")["detail"] == seen["refused"]
        done = await desk.ask(desk.money, order_id, "order-again", expected_total=total)
        assert (done.status_code, done.json()["total"]) == (202, total)
        [*_, row] = await desk.logged(order_id, "order_again")
        assert (row["outcome"], row["amount"]) == ("done", total)

    async def test_of_the_new_order_under_the_same_key_is_another_request(
        self, desk: Helpdesk
    ) -> None:
        order_id, key = await desk.cancelled(), uuid4().hex
        new = (await desk.ask(desk.money, order_id, "order-again", key=key)).json()["id"]
        again = await desk.ask(desk.money, new, "order-again", key=key)
        refused(again, 409, "illegal_transition")


class TestResend:
    async def test_is_on_the_timeline_as_often_as_it_was_asked_for(
        self, desk: Helpdesk, held: Held
    ) -> None:
        """Also where the second was asked for while the customer was told the first time."""
        order_id, keys = await desk.captured(), [uuid4().hex, uuid4().hex]

        async def asked(key: str) -> int:
            answer = await desk.ask(desk.act, order_id, "resend-confirmation", key=key)
            return answer.status_code

        async with held("notifications", _TOLD):
            assert [await asked(key) for key in keys] == [503, 503]
        assert [await asked(key) for key in keys] == [200, 200]
        assert (await deeds(desk, order_id))["confirmation_resent"] == len(keys)


class TestResolveRefund:
    async def test_is_waited_for_while_it_looks_at_stripe(self, desk: Helpdesk, held: Held) -> None:
        """Else nobody would hear that it was paid, and the log had it as asked for alone."""
        order_id = await desk.captured(payment_method="pm_sandbox_refundRefused")
        wish: dict[str, Any] = {"amount": money(500), "liable": "platform"}
        assert (await desk.ask(desk.money, order_id, "refunds", **wish)).status_code == 202
        await desk.order_is(order_id, lambda order: order["refund_status"] == "due")
        paid = {"resolution": "paid_by_hand", "reference": "SEPA 118"}
        async with held("payments", _PAYMENT, order_id=order_id):
            asked = asyncio.create_task(desk.ask(desk.money, order_id, "resolve-refund", **paid))
            await seen(lambda: desk.logged(order_id, "resolve_refund"), bool)
            _, waiting = await asyncio.wait({asked}, timeout=1)
            assert waiting
        answer = await asked
        assert answer.status_code == 200, answer.text


class TestDecision:
    async def test_about_two_wishes_is_two_under_one_key(self, desk: Helpdesk) -> None:
        order_id, headers = await desk.captured(), {"Idempotency-Key": uuid4().hex}
        wish = {"action": "cancel", "order_id": order_id, "request": {}, "reason": REASON}
        ids = [(await desk.money.post("/support/approvals", wish)).json()["id"] for _ in range(2)]
        for id_ in ids * 2:
            path = f"/support/approvals/{id_}/decline"
            answer = await desk.second.post(path, {"reason": REASON}, headers=headers)
            assert answer.status_code == 200, answer.text
        rows = await desk.logged(order_id, "cancel")
        decided = [row["after"]["approval"] for row in rows if row["actor"] == desk.second.id]
        assert decided == [id_ for id_ in ids for _ in ("asked", "done")]

    async def test_about_a_colleague_s_wish_is_none_of_ones_own(self, desk: Helpdesk) -> None:
        """Whoever declined a cancel under a key may cancel under the same."""
        order_id, key = await desk.captured(), uuid4().hex
        wish = {"action": "cancel", "order_id": order_id, "request": {}, "reason": REASON}
        asked = await desk.money.post("/support/approvals", wish)
        assert asked.status_code == 201, asked.text
        headers = {"Idempotency-Key": key}
        path = f"/support/approvals/{asked.json()['id']}/decline"
        assert (await desk.second.post(path, {"reason": REASON}, headers=headers)).is_success
        done = await desk.ask(desk.second, order_id, "cancel", key=key)
        assert (done.status_code, done.json()["status"]) == (200, "cancelled"), done.text
