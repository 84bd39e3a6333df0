"""The desk's pages as HTTP: what support reads, and what its forms do in two steps."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import update

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.tables import OrderRow
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.disputes import DisputeRepository
from adapters.settings import DatabaseSettings, TemporalSettings
from adapters.temporal import connect
from api.support import engine, search
from api.web.support import approvals
from domain.differences import Kind
from domain.money import Money
from domain.orders import OrderStatus
from tests.support.casework import of_a_charge
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
from tests.support.helpdesk import Helpdesk
from tests.support.odd_workflows import start
from tests.support.ordering import a_move, a_recorded_order
from tests.support.polling import seen
from tests.support.reconciling import a_dispute
from tests.support.rest import money
from tests.support.servers import Servers
from tests.support.statements import statements
from workflows import dispute

EVIL = '<script>alert("x")</script>[x](https://evil.example)'
PAGES = ("", "/approvals", "/bulk", "/audit", "/cases")


@pytest.fixture
def support(browser: httpx.AsyncClient, desk: Helpdesk) -> httpx.AsyncClient:
    """The browser of somebody who may do everything."""
    return at(browser, desk.money)


@pytest.fixture
async def ordering(databases: DatabaseSettings) -> AsyncIterator[Database]:
    database = Database(databases.ordering_dsn)
    yield database
    await database.close()


class TestDesk:
    @pytest.mark.parametrize("path", PAGES)
    async def test_is_for_support_alone(
        self, browser: httpx.AsyncClient, desk: Helpdesk, path: str
    ) -> None:
        for stranger in (desk.diner.customer, desk.diner.staff, desk.courier):
            answer = await at(browser, stranger).get(f"/support{path}")
            assert answer.status_code == 403
            assert "This needs the role support." in answer.text

    @pytest.mark.parametrize("path", PAGES)
    async def test_has_no_script_or_style_of_its_own(
        self, support: httpx.AsyncClient, path: str
    ) -> None:
        answer = await support.get(f"/support{path}")
        assert answer.status_code == 200
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", answer.text) == []

    async def test_shows_a_restaurants_orders_alone(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        answer = await support.get(f"/support?restaurant_id={desk.diner.restaurant_id}")
        assert "<h1>Crozet Kitchen</h1>" in answer.text
        assert "RestaurantId" in answer.text

    async def test_takes_no_form_of_another_site(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        elsewhere = {"Sec-Fetch-Site": "cross-site"}
        for path in ("/support/search", f"/support/orders/{taken}/notes", "/support/bulk"):
            answer = await support.post(path, data={"q": "any"}, headers=elsewhere)
            assert answer.status_code == 403


class TestHome:
    async def test_shows_what_waits_and_the_day_at_a_glance(
        self, support: httpx.AsyncClient, desk: Helpdesk, ordering: Database
    ) -> None:
        declined = await desk.placed(payment_method="pm_card_visa_chargeDeclined")
        await desk.diner.until(declined, "payment_failed")
        late = await desk.captured()
        promised = {"ready_by": datetime.now(UTC) - timedelta(minutes=20)}
        async with ordering.transaction() as session:
            row = update(OrderRow).where(OrderRow.id == UUID(late))
            await session.execute(row.values(**promised))
        restaurant = f"/support?restaurant_id={desk.diner.restaurant_id}"
        page = (await support.get(restaurant)).text
        assert declined in section_of(page, "Declined today")
        [waits] = [each for each in section_of(page, "Kitchen late").split("<li>") if late in each]
        assert "Crozet Kitchen: accepted for under a minute" in waits
        assert "20 min over" in waits
        busy = section_of(page, "By restaurant")
        assert re.search(rf'href="{re.escape(restaurant)}">Crozet Kitchen</a>: [1-9]', busy)
        of_today = section_of(page, "Money of today (UTC), all restaurants")
        sums = r"Taken [1-9][\d.]+ USD, given back [\d.]+ USD, due now <span[^>]*>[\d.]+ USD"
        assert re.search(sums, of_today)
        await desk.ask(desk.money, late, "cancel")

    async def test_says_where_a_list_is_cut(
        self, support: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def raised(*_: object) -> list[engine.ListedWorkflow]:
            return [flag] * engine.SHOWN

        flag = engine.ListedWorkflow(
            kind="order",
            order_id=uuid4(),
            restaurant_id=None,
            reason="It waits",
            is_open=True,
            link="/",
        )
        monkeypatch.setattr(engine, "needing_attention", raised)
        asking = section_of((await support.get("/support")).text, "Attention needed")
        assert f">{engine.SHOWN}+<" in asking


class TestDispute:
    @pytest.fixture
    async def disputed(
        self, desk: Helpdesk, servers: Servers, temporal_address: str
    ) -> AsyncIterator[str]:
        """The id of an order, whose dispute asks for an answer."""
        order_id = await desk.captured()
        made = replace(a_dispute(UUID(order_id)), dispute_id=f"dp_{uuid4().hex}")
        payments = Database(SecretStr(servers.site.dsn("payments")))
        assert await DisputeRepository(payments).record(made)
        await payments.close()
        engine = await connect(TemporalSettings(address=temporal_address))
        id_ = dispute.workflow_id(made.dispute_id)
        asking = await start(engine, "DisputeWorkflow", id_, queue="nobody", attention=order_id)
        yield order_id
        await asking.terminate()

    async def test_leads_from_the_desk_to_its_order_and_from_there_to_its_workflow(
        self, support: httpx.AsyncClient, disputed: str
    ) -> None:
        async def asked() -> list[str]:
            asking = section_of((await support.get("/support")).text, "Attention needed")
            return [row for row in asking.split("<tr>") if f"<td>{disputed}</td>" in row]

        [row] = await seen(asked, bool)
        assert f'href="/support/orders/{disputed}"' in row
        page = (await support.get(f"/support/orders/{disputed}")).text
        assert f"Needs a person: {disputed} (dispute)." in page
        assert "/workflows/dispute-dp_" in section_of(page, "In the Temporal UI")


class TestSearch:
    async def test_goes_straight_to_the_only_order(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        answer = await support.post("/support/search", data={"q": taken})
        assert answer.status_code == 303
        assert answer.headers["location"] == f"/support/orders/{taken}"

    async def test_lists_several_and_keeps_the_words_out_of_every_address(
        self, support: httpx.AsyncClient, desk: Helpdesk, taken: str
    ) -> None:
        other = await desk.captured()
        email = desk.diner.customer.email
        answer = await support.post("/support/search", data={"q": email})
        assert answer.status_code == 200
        assert {taken, other} <= set(re.findall(r'href="/support/orders/([^"]+)"', answer.text))
        assert not re.search(rf'(href|action)="[^"]*{re.escape(email)}', answer.text)

    async def test_says_where_it_is_cut(
        self,
        support: httpx.AsyncClient,
        desk: Helpdesk,
        taken: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        asked = {"q": desk.diner.customer.email}
        await desk.captured()
        whole = (await support.post("/support/search", data=asked)).text
        assert taken in whole
        monkeypatch.setattr(search, "OF_EACH", 2)
        cut = (await support.post("/support/search", data=asked)).text
        assert ">2+<" in section_of(cut, f"Customer {asked['q']}")
        assert "There may be more: of each the newest 2 are shown." in cut

    async def test_escapes_what_was_asked(self, support: httpx.AsyncClient) -> None:
        answer = await support.post("/support/search", data={"q": EVIL})
        assert EVIL not in answer.text
        assert "&lt;script&gt;" in answer.text
        assert "No order was found." in answer.text

    async def test_refuses_what_nothing_can_be_called(self, support: httpx.AsyncClient) -> None:
        answer = await support.post("/support/search", data={"q": "abc\0"})
        assert answer.status_code == 200
        assert "none of them a control character" in answer.text


class TestOrderPage:
    async def test_answers_whether_somebody_was_charged_twice(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        page = (await support.get(f"/support/orders/{taken}")).text
        assert "The customer was charged once: " in page
        assert "Stripe holds for us" in page
        assert f"/workflows/order-{taken}/" in page

    async def test_offers_what_is_possible_and_says_why_the_rest_is_not(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        page = (await support.get(f"/support/orders/{taken}")).text
        for slug in ("refunds", "cancel", "extend-deadline", "notes"):
            assert form_of(page, slug), slug
        for slug in ("order-again", "resolve-refund", "retry"):
            assert not form_of(page, slug), slug
        assert "cancel it first" in page

    async def test_offers_nothing_to_who_only_reads(
        self, browser: httpx.AsyncClient, desk: Helpdesk, taken: str
    ) -> None:
        page = (await at(browser, desk.read).get(f"/support/orders/{taken}")).text
        assert "<details id=" not in page
        assert "Your right is read" in page

    async def test_labels_every_field_and_names_every_button_once(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        page = (await support.get(f"/support/orders/{taken}")).text
        ids = re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page)
        assert set(ids) <= set(re.findall(r'<label for="([^"]+)"', page))
        assert len(ids) == len(set(ids))
        buttons = re.findall(r"<button[^>]*>([^<]+)</button>", page)
        assert len(buttons) == len(set(buttons))

    async def test_escapes_whatever_anybody_wrote(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        items = [{"menu_item_id": desk.diner.item_id, "quantity": 1, "note": EVIL}]
        address = {"line1": EVIL, "city": EVIL, "lat": -46.4, "lon": 51.81, "instructions": EVIL}
        order_id = await desk.diner.placed(items=items, delivery_address=address)
        await desk.order_is(order_id, lambda order: order["payment"]["captured"]["amount"])
        # On two lines, as a browser sends them.
        noted = await previewed(support, order_id, "notes", reason=f"They wrote:\r\n{EVIL}")
        assert EVIL not in noted.text
        done = await confirmed(support, order_id, "notes", noted.text)
        assert done.status_code == 303
        for path in (f"/support/orders/{order_id}", "/support/audit"):
            page = (await support.get(path)).text
            assert "&lt;script&gt;" in page
            assert EVIL not in page
            assert 'href="https://evil' not in page

    async def test_says_that_the_engine_keeps_nothing_of_an_old_order(
        self, support: httpx.AsyncClient, ordering: Database
    ) -> None:
        orders = OrderRepository(ordering)
        old = (await a_recorded_order(orders, WritingRepository(ordering))).order_id
        await orders.advance(a_move(old, OrderStatus.REJECTED))
        page = (await support.get(f"/support/orders/{old}")).text
        engine = section_of(page, "In the Temporal UI")
        assert "The engine keeps this order's history no more" in engine
        assert "<a " not in engine
        assert "The kitchen ran out of dough." in section_of(page, "What happened")

    async def test_is_of_no_order_that_there_is_not(self, support: httpx.AsyncClient) -> None:
        assert (await support.get(f"/support/orders/{uuid4()}")).status_code == 404


class TestTwoSteps:
    async def test_shows_what_a_refund_causes_before_anything_happens(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        order_id = await desk.captured()
        typed = {"amount": "5.00", "liable": "restaurant", "reason": "Half of it was cold"}
        first = await previewed(support, order_id, "refunds", **typed)
        assert first.status_code == 200
        assert "+5.00 USD" in first.text
        order = await desk.order_is(order_id, lambda order: order["id"] == order_id)
        assert order["refund_status"] == "none"
        for _ in range(2):
            done = await confirmed(support, order_id, "refunds", first.text)
            assert done.headers["location"] == f"/support/orders/{order_id}?done=refunds"
        order = await desk.order_is(order_id, lambda order: order["refund_status"] == "partial")
        assert order["payment"]["refunded"]["amount"] == 500
        page = (await support.get(done.headers["location"])).text
        assert "Done: Give money back." in page
        assert page.count("Gave money back, 5.00 USD") == 1

    async def test_keeps_what_was_typed_where_it_is_refused(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        typed = {"amount": "much", "liable": "platform", "reason": "Half of it was cold"}
        answer = await previewed(support, taken, "refunds", **typed)
        assert answer.status_code == 422
        assert "Amount in USD: write it in USD, as 5.00." in answer.text
        form = form_of(answer.text, "refunds")
        assert 'value="much"' in form
        assert "Half of it was cold" in form

    async def test_says_in_a_sentence_why_the_money_does_not_move(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        typed = {"amount": "90.00", "liable": "platform", "reason": "All of it was cold"}
        answer = await previewed(support, taken, "refunds", **typed)
        assert answer.status_code == 200
        assert "of this order can still be given back." in answer.text
        assert "Confirm:" not in answer.text
        refused = await confirmed(support, taken, "refunds", answer.text)
        assert refused.status_code == 409
        assert "of this order can still be given back." in refused.text
        assert "Traceback" not in refused.text

    async def test_does_nothing_for_who_may_not(
        self, browser: httpx.AsyncClient, desk: Helpdesk, taken: str
    ) -> None:
        path = f"/support/orders/{taken}/refunds"
        typed = {"liable": "platform", "reason": "Cold", "key": uuid4().hex, "step": "confirm"}
        for person in (desk.read, desk.act):
            answer = await at(browser, person).post(path, data=typed)
            assert answer.status_code == 403
            assert "Ask a colleague who has it." in answer.text
        answer = await at(browser, desk.diner.customer).post(path, data=typed)
        assert (answer.status_code, "This needs the role" in answer.text) == (403, True)

    async def test_goes_on_with_the_new_order_where_one_was_ordered_again(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        order_id = await desk.cancelled()
        first = await previewed(support, order_id, "order-again", reason="Cancelled by mistake")
        await self._is_done_at_the_price_that_was_shown(support, order_id, hidden(first.text))
        done = await confirmed(support, order_id, "order-again", first.text)
        assert done.status_code == 303
        assert order_id not in done.headers["location"]

    @staticmethod
    async def _is_done_at_the_price_that_was_shown(
        support: httpx.AsyncClient, order_id: str, shown: dict[str, Any]
    ) -> None:
        [total] = shown["expected_total"]
        data = {**shown, "expected_total": "1.00", "step": "confirm"}
        other = await support.post(f"/support/orders/{order_id}/order-again", data=data)
        assert sentence_of(other, 409) == f"The total is {total} USD now."
        assert "expected_total" not in hidden(form_of(other.text, "order-again"))

    async def test_knows_no_other_action(self, support: httpx.AsyncClient, taken: str) -> None:
        answer = await support.post(f"/support/orders/{taken}/erase", data={"reason": "Why not"})
        assert answer.status_code == 404


class TestApprovals:
    async def test_are_asked_for_above_the_limit_and_given_by_somebody_else(
        self, browser: httpx.AsyncClient, desk: Helpdesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order_id = await desk.captured(dishes=12)
        typed = {"amount": "120.00", "liable": "platform", "reason": "All of it was cold"}
        first = await previewed(at(browser, desk.money), order_id, "refunds", **typed)
        assert "Ask a second person" in first.text
        assert "Confirm:" not in first.text
        path = f"/support/orders/{order_id}/refunds"
        asked = await browser.post(path, data={**hidden(first.text), "step": "ask"})
        assert asked.headers["location"] == "/support/approvals"
        page = (await browser.get(f"/support/orders/{order_id}")).text
        assert "Waits for a second person: " in page
        assert "Asked a second person to give money back" in page
        monkeypatch.setattr(approvals, "_SHOWN", 1_000)
        own = (await browser.get("/support/approvals")).text
        assert "You asked for this yourself" in own
        second = (await at(browser, desk.second).get("/support/approvals")).text
        [card] = [each for each in second.split("<article")[1:] if order_id in each]
        [decision] = re.findall(r'action="([^"]+/approve)"', card)
        answer = await browser.post(decision, data={"reason": "I looked at the pictures"})
        assert answer.status_code == 303
        order = await desk.order_is(order_id, lambda order: order["refund_status"] == "partial")
        assert order["payment"]["refunded"]["amount"] == 12_000
        page = (await browser.get(f"/support/orders/{order_id}")).text
        assert "Approved: give money back" in page
        assert "Waits for a second person" not in page

    async def test_say_what_was_asked_for(
        self, browser: httpx.AsyncClient, desk: Helpdesk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        order_id, dishes = await desk.captured(), [desk.diner.item_id]
        ids = [
            await a_wish(desk, order_id, line_ids=dishes, liable="restaurant"),
            await a_wish(desk, order_id, "cancel", keep=money(350)),
        ]
        monkeypatch.setattr(approvals, "_SHOWN", 1_000)
        page = (await at(browser, desk.second).get("/support/approvals")).text
        cards = [page.partition(f'id="approval-{id_}"')[2].partition("</article")[0] for id_ in ids]
        assert [answers_of(card) for card in cards] == [
            {"Dishes": "2 × Kerguelen cabbage, 25.00 USD", "Who pays for it": "Restaurant"},
            {"Fee that the customer still pays, in USD": "3.50"},
        ]

    async def test_are_shown_a_few_at_a_time(
        self,
        browser: httpx.AsyncClient,
        desk: Helpdesk,
        taken: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(approvals, "_SHOWN", 1)
        asked = {await a_wish(desk, taken) for _ in range(2)}
        path, seen_ = "/support/approvals", list[str]()
        while path:
            page = (await at(browser, desk.second).get(path)).text
            seen_ += re.findall(r'<article [^>]*aria-labelledby="approval-([^"]+)"', page)
            later = re.findall(r'<a rel="next" href="([^"]+)">Later ones', page)
            path = unescape(later[0]) if later else ""
        assert asked <= set(seen_)
        assert len(seen_) == len(set(seen_))

    async def test_are_listed_page_by_page(self, desk: Helpdesk, taken: str) -> None:
        asked = {await a_wish(desk, taken) for _ in range(2)}
        listed, cursor = list[dict[str, Any]](), ""
        while cursor is not None:
            params = {"limit": 1, "cursor": cursor}
            answer = await desk.read.get("/support/approvals", params=params)
            [item], cursor = answer.json()["items"], answer.json()["next_cursor"]
            listed.append(item)
        assert asked <= {item["id"] for item in listed}
        places = [(item["asked_at"], item["id"]) for item in listed]
        assert places == sorted(places)


async def a_wish(desk: Helpdesk, order_id: str, action: str = "refund", **request: object) -> str:
    """The id of what a second person is asked for; 1.00 back, where nothing else is said."""
    request = request or {"amount": money(100), "liable": "platform"}
    body = {"action": action, "order_id": order_id, "request": request, "reason": "Cold"}
    asked = await desk.money.post("/support/approvals", body)
    assert asked.status_code == 201, asked.text
    id_: str = asked.json()["id"]
    return id_


async def foreseen_of_all(
    support: httpx.AsyncClient, orders: list[str], action: str, **typed: str
) -> str:
    """The page before an action on these orders is confirmed."""
    chosen = {"pasted": " ".join(orders), "action": action, "step": "fields"}
    form = (await support.post("/support/bulk", data=chosen)).text
    for name in typed:
        assert f'name="{name}"' in form
    data = {**hidden(form), **typed, "reason": "Late", "step": "preview"}
    return (await support.post("/support/bulk", data=data)).text


async def done_to_all(support: httpx.AsyncClient, preview: str) -> str:
    """The page of its progress, once all were done."""
    begun = await support.post("/support/bulk", data={**hidden(preview), "step": "confirm"})
    assert begun.status_code == 303

    async def progress() -> str:
        return (await support.get(begun.headers["location"])).text

    return await seen(progress, lambda text: " 0 not done, 0 waiting" in text)


class TestBulk:
    async def test_does_one_thing_to_several_orders_and_shows_how_far_it_is(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        orders = [await desk.captured() for _ in range(2)]
        typed = {"amount": "1.00", "liable": "platform"}
        preview = await foreseen_of_all(support, orders, "refund", **typed)
        assert re.search(r"Customer</th><td[^>]*>\+2\.00 USD", preview)
        page = await done_to_all(support, preview)
        assert 'http-equiv="refresh"' not in page
        order = await desk.order_is(orders[0], lambda order: order["refund_status"] == "partial")
        paid = order["payment"]["captured"]["amount"]
        preview = await foreseen_of_all(support, orders, "cancel", keep="3.00")
        left = Money(2 * (paid - 100 - 300), "USD")
        assert f">+{left}" in preview
        await done_to_all(support, preview)
        for order_id in orders:
            order = await desk.order_is(order_id, lambda order: order["status"] == "cancelled")
            assert order["cancellation"]["kept"]["amount"] == 300

    async def test_gives_the_case_of_each_to_another_by_their_address(
        self, support: httpx.AsyncClient, desk: Helpdesk, cases: CaseRepository, taken: str
    ) -> None:
        key = await of_a_charge(cases, UUID(taken), Kind.UNKNOWN_CHARGE)
        preview = await foreseen_of_all(support, [taken], "move_case", owner=desk.second.email)
        assert "No money moves." in preview
        await done_to_all(support, preview)
        case = await cases.find(key)
        assert case
        assert case.owner == UUID(desk.second.id)

    async def test_sums_up_what_will_be_done_alone(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        """What needs a second person is refused of many at once."""
        small, large = await desk.captured(), await desk.captured(dishes=12)
        preview = await foreseen_of_all(support, [small, large], "refund", liable="platform")
        assert "Not done: " in preview
        total = (await desk.whole(small))["order"]["total"]["amount"]
        together = section_of(preview, "Together")
        assert re.search(rf"Customer</th><td[^>]*>\+{Money(total, 'USD')}<", together)

    async def test_reads_all_that_were_chosen_at_once(
        self, support: httpx.AsyncClient, taken: str, ended: str
    ) -> None:
        chosen = {"pasted": f"{ended} {taken}", "action": "add_note", "step": "fields"}
        with statements() as sent:
            form = await support.post("/support/bulk", data=chosen)
        assert hidden(form.text)["order_ids"] == [ended, taken]
        assert len([sql for sql, _ in sent if "ordering.orders" in sql]) == 1

    async def test_gives_no_case_to_what_is_no_address(
        self, support: httpx.AsyncClient, taken: str
    ) -> None:
        chosen = {"pasted": taken, "action": "move_case", "step": "preview"}
        typed = {"owner": "no\0body@example.com", "reason": "Away"}
        answer = await support.post("/support/bulk", data={**chosen, **typed})
        assert "This is no e-mail address." in answer.text
        assert answer.status_code == 404

    @pytest.mark.parametrize("pasted", ["", "nonsense", str(uuid4())])
    async def test_says_what_is_no_order(self, support: httpx.AsyncClient, pasted: str) -> None:
        chosen = {"pasted": pasted, "action": "retry", "step": "fields"}
        answer = await support.post("/support/bulk", data=chosen)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text


class TestAudit:
    async def test_is_narrowed_down_by_person_without_their_address_in_ours(
        self, support: httpx.AsyncClient, desk: Helpdesk
    ) -> None:
        answer = await support.post("/support/audit", data={"person": desk.money.email})
        assert answer.headers["location"] == f"/support/audit?actor={desk.money.id}"
        assert (await support.get(answer.headers["location"])).status_code == 200

    @pytest.mark.parametrize(
        "typed",
        [
            {"person": "nobody@example.com"},
            {"person": "no\0body@example.com"},
            {"order_id": "12"},
            {"day": "9999-12-31"},
        ],
    )
    async def test_says_what_it_can_not_look_for(
        self, support: httpx.AsyncClient, typed: dict[str, str]
    ) -> None:
        answer = await support.post("/support/audit", data=typed)
        assert answer.status_code == 422
        assert 'role="alert"' in answer.text
