"""The desk's pages of cases: the list of all, and one that belongs to no order."""

import re
from datetime import UTC, datetime, time, timedelta
from html import unescape
from urllib.parse import unquote
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.postgres.payments.cases import CaseRepository
from api.web.support import cases as pages
from api.web.support import home
from domain.casework import Resolution
from domain.differences import Kind
from tests.support.casework import of_a_charge, of_a_refund
from tests.support.desk_forms import at, section_of, sentence_of
from tests.support.helpdesk import Helpdesk


@pytest.fixture
def support(browser: httpx.AsyncClient, desk: Helpdesk) -> httpx.AsyncClient:
    """The browser of somebody who may do everything."""
    return at(browser, desk.money)


@pytest.fixture
async def nobodys(cases: CaseRepository) -> str:
    """The key of a case about money that belongs to no order."""
    return await of_a_charge(cases, uuid4(), Kind.STRANGERS_MONEY)


async def _sent(browser: httpx.AsyncClient, key: str, slug: str, **typed: str) -> httpx.Response:
    given = {"key": uuid4().hex, "reason": "I asked Stripe", **typed}
    return await browser.post(f"/support/cases/{key}/{slug}", data=given)


def _own_pages(page: str) -> set[str]:
    """The keys of the cases that lead to pages of their own."""
    return set(map(unquote, re.findall(r'href="/support/cases/([^"?]+)"', page)))


class TestList:
    async def test_leads_to_each_of_no_order_however_many_there_are(
        self,
        support: httpx.AsyncClient,
        cases: CaseRepository,
        nobodys: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(pages, "_SHOWN", 2)
        of_an_order = await of_a_charge(cases, uuid4(), Kind.UNKNOWN_CHARGE)
        of_a_refund_ = await of_a_refund(cases, uuid4())
        path, read, seen = "/support/cases", 0, ""
        while path:
            page = (await support.get(path)).text
            read, seen = read + page.count("<tr><td>"), seen + page
            later = re.findall(r'<a rel="next" href="([^"]+)"', page)
            path = unescape(later[0]) if later else ""
        assert {nobodys, of_an_order} <= _own_pages(seen)
        assert of_a_refund_ not in _own_pages(seen)
        assert f'href="/support/orders/{of_an_order[:36]}"' in seen
        assert read == len(await cases.open_ones(limit=1_000))

    async def test_is_where_the_desk_leads_to(
        self, support: httpx.AsyncClient, nobodys: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(home, "_SHOWN", 1_000)
        shown = section_of((await support.get("/support")).text, "Cases, by deadline")
        assert nobodys in _own_pages(shown)
        assert 'href="/support/cases"' in shown


class TestCase:
    async def test_of_no_order_is_moved_and_closed_on_its_page(
        self, support: httpx.AsyncClient, desk: Helpdesk, cases: CaseRepository, nobodys: str
    ) -> None:
        page = (await support.get(f"/support/cases/{nobodys}")).text
        assert "The charge pi_2 has 23.00 USD of a customer." in page
        assert "Of no order that we have" in page
        assert "/pi_2" in page
        day = (datetime.now(UTC) + timedelta(days=3)).date()
        given = {"owner": desk.second.email, "deadline": f"{day}T09:00"}
        moved = await _sent(support, nobodys, "move-case", **given)
        assert moved.status_code == 303
        case = await cases.find(nobodys)
        assert case
        assert (case.owner, case.deadline) == (
            UUID(desk.second.id),
            datetime.combine(day, time(9), UTC),
        )
        closed = await _sent(support, nobodys, "decide-case")
        page = (await support.get(closed.headers["location"])).text
        assert "Done: Close a case of reconciliation." in page
        assert "I asked Stripe" in section_of(page, "Who of support did what")
        assert '<form method="post" action="/support/cases' not in page
        case = await cases.find(nobodys)
        assert case
        assert (case.resolution, case.resolved_by) == (Resolution.WAIVED, UUID(desk.money.id))

    async def test_is_moved_once_however_often_the_form_is_sent(
        self, support: httpx.AsyncClient, nobodys: str
    ) -> None:
        day = (datetime.now(UTC) + timedelta(days=3)).date()
        given = {"key": uuid4().hex, "deadline": f"{day}T09:00", "reason": "<b>[x](https://evil)"}
        path = f"/support/cases/{nobodys}"
        for _ in range(2):
            assert (await support.post(f"{path}/move-case", data=given)).is_redirect
        page = (await support.get(path)).text
        assert page.count("&lt;b&gt;[x](https://evil)") == 1
        assert "<b>" not in page

    async def test_keeps_what_was_written_where_it_is_refused(
        self, support: httpx.AsyncClient, desk: Helpdesk, nobodys: str
    ) -> None:
        assert (await _sent(at(support, desk.second), nobodys, "decide-case")).is_redirect
        late = await _sent(at(support, desk.money), nobodys, "decide-case", reason="I asked too")
        assert sentence_of(late, 409) == "There is no such open case."
        assert "I asked too" in section_of(late.text, "Close a case of reconciliation")

    async def test_has_no_owner_of_what_is_no_address(
        self, support: httpx.AsyncClient, nobodys: str
    ) -> None:
        moved = await _sent(support, nobodys, "move-case", owner="no\0body@example.com")
        assert sentence_of(moved, 404) == "This is no e-mail address."

    async def test_of_a_refund_is_closed_with_its_refund_alone(
        self, support: httpx.AsyncClient, cases: CaseRepository
    ) -> None:
        key = await of_a_refund(cases, uuid4())
        page = (await support.get(f"/support/cases/{key}")).text
        assert "It is decided with the refund" in page
        assert "/decide-case" not in page
        assert "/move-case" in page

    async def test_is_closed_by_who_may_alone(
        self, browser: httpx.AsyncClient, desk: Helpdesk, nobodys: str
    ) -> None:
        for who in (desk.read, desk.act):
            answer = await _sent(at(browser, who), nobodys, "decide-case")
            assert sentence_of(answer, 403).endswith("Ask a colleague who has it.")
        answer = await _sent(at(browser, desk.diner.customer), nobodys, "decide-case")
        assert answer.status_code == 403
        assert (await browser.get(f"/support/cases/{nobodys}")).status_code == 403

    async def test_is_of_none_that_there_is_not(self, support: httpx.AsyncClient) -> None:
        assert (await support.get("/support/cases/nobody")).status_code == 404
