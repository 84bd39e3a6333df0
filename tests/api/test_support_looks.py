"""The desk's pages in a real browser: for everybody, and as narrow as phones are."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from playwright.async_api import Browser

from adapters.postgres.payments.cases import CaseRepository
from domain.differences import Kind
from tests.support.browsing import PHONE, Somebody, chromium, somebody
from tests.support.casework import of_a_charge
from tests.support.helpdesk import REASON, Helpdesk
from tests.support.rest import Person, money


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


async def enter(reader: Somebody, person: Person, url: str) -> None:
    """As after a login, without the work of one."""
    tokens = {"access": str(person.token), "refresh": person.refresh_token}
    await reader.context.add_cookies(
        [
            {"name": f"ha-soranu-{name}", "value": token, "url": url}
            for name, token in tokens.items()
        ]
    )


async def _asked_a_second_person(desk: Helpdesk, order_id: str, amount: int) -> None:
    request = {"liable": "platform", "amount": money(amount)}
    asked = {"action": "refund", "order_id": order_id, "request": request, "reason": REASON}
    answer = await desk.money.post("/support/approvals", asked)
    assert answer.status_code == 201, answer.text


class TestPages:
    async def test_are_accessible_and_as_wide_as_a_phone(
        self, url: str, desk: Helpdesk, browser: Browser, cases: CaseRepository
    ) -> None:
        await desk.placed()
        order_id = await desk.captured()
        await desk.ask(desk.money, order_id, "notes")
        await desk.ask(desk.money, order_id, "refunds", liable="platform", amount=money(500))
        for amount in (100, 200):
            await _asked_a_second_person(desk, order_id, amount)
        key = await of_a_charge(cases, uuid4(), Kind.STRANGERS_MONEY)
        case = f"/cases/{key}"
        async with somebody(browser, url, viewport=PHONE, color_scheme="dark") as reader:
            await enter(reader, desk.money, url)
            for path in (
                "",
                f"/orders/{order_id}",
                "/approvals",
                "/bulk",
                "/audit",
                "/cases",
                case,
            ):
                await reader.go(f"/support{path}")
                await reader.finds_it_accessible()
            await reader.fill("Order number, e-mail, phone or restaurant", "Crozet Kitchen")
            await reader.press("Find")
            await reader.reads("Restaurant Crozet Kitchen")
            await reader.finds_it_accessible()
            await reader.go(f"/support/orders/{order_id}")
            await reader.tab.get_by_role("heading", name="Add a note").click()
            await reader.tab.get_by_role("textbox", name="Note").fill(REASON)
            await reader.press("Add a note: what will it cause?")
            await reader.reads("Nobody gets a message.")
            await reader.finds_it_accessible()
