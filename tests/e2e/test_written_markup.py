"""Markdown, HTML and links in every field that a person fills in: read as the text they are.

`REPORTS=docs` keeps pictures of it.
"""

import asyncio
import re
from dataclasses import dataclass, replace
from functools import partial
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Frame, Page, expect

from tests.support.album import Album, Docs
from tests.support.at_the_desk import Maria
from tests.support.incidents import PLACE, Incidents
from tests.support.polling import seen
from tests.support.rest import Person, insist, log_in, money
from tests.support.town import Kitchen, Ordered

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

WORDS = "**xx** [yy](//evil.test) <b>zz</b>\n# hh\n`cc`\n|tt|\n|-|\n$5@$3"
# As it is read, and as it is typed where there is one line.
LINE = " ".join(WORDS.split())
# The engine's page shows 30 characters of a dish.
DISH = "[yy](//evil.test)<b>zz</b>"
_DOOR = {"line1": WORDS, "city": WORDS, **PLACE}
# Came any of it alive, an element would have what it is about, and nothing of what is around it.
_ALIVE = """() => [...document.body.querySelectorAll("*")]
    .filter((each) => /^(xx|yy|zz|hh|cc|tt)$|^\\\\\\(5/.test(each.textContent.trim())
        || each.matches('[href*="//evil"], [src*="//evil"]'))
    .map((each) => each.outerHTML)"""
_BY_HAND = "Refund paid by hand, or waived"


@dataclass(frozen=True, kw_only=True)
class Written:
    """Whoever had to do with the orders is called so, and wrote nothing else.

    `lost` is what its courier lost, and its bank takes no refund of it.
    """

    kitchen: Kitchen
    under_way: Ordered
    lost: Ordered
    rejected: Ordered
    cancelled: Ordered
    terminated: Ordered


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def written(incidents: Incidents) -> Written:
    cook, customer, rider = await asyncio.gather(
        incidents.joins(WORDS), incidents.joins(WORDS), incidents.rides(WORDS, vehicle=WORDS)
    )
    kitchen = await incidents.platform.town.open_kitchen(
        by=cook, name=WORDS, cuisine=WORDS, address=_DOOR
    )
    dish = {"name": DISH, "description": WORDS, "price": money(1250)}
    menu = f"/restaurants/{kitchen.restaurant_id}/menu/items"
    added = await insist(lambda: cook.post(menu, dish))
    kitchen = replace(kitchen, item_id=added.json()["id"])
    given = {
        "items": [{"menu_item_id": kitchen.item_id, "quantity": 2, "note": WORDS}],
        "delivery_address": {**_DOOR, "line2": WORDS, "instructions": WORDS},
    }
    under_way, rejected, cancelled, terminated, lost = await asyncio.gather(
        *(incidents.placed(kitchen, customer, **given) for _ in range(4)),
        incidents.placed(kitchen, customer, **given, payment_method="pm_sandbox_refundRefused"),
    )
    await asyncio.gather(
        _on_its_way(incidents, under_way, rider),
        _is_rejected(rejected),
        _is_cancelled(cancelled),
        _is_terminated(incidents, terminated),
        _is_lost(incidents, lost, rider),
    )
    return Written(
        kitchen=kitchen,
        under_way=under_way,
        lost=lost,
        rejected=rejected,
        cancelled=cancelled,
        terminated=terminated,
    )


async def _on_its_way(incidents: Incidents, order: Ordered, rider: Person) -> None:
    await order.until("confirmed")
    await order.accept()
    await order.until_paid("captured")
    await incidents.asks(order, "notes", reason=WORDS)
    await incidents.asks(order, "refunds", liable="platform", amount=money(100), reason=WORDS)
    await _a_second_person_is_asked(incidents, order)
    await incidents.made_ready(order, rider)


async def _a_second_person_is_asked(incidents: Incidents, order: Ordered) -> None:
    """Twice, and they decline one of it."""
    site, maria = incidents.platform.stack.site, incidents.maria
    password = site.settings.admin_password.get_secret_value()
    second = await log_in(maria.http, site.settings.admin_email, password)
    asked = {"action": "refund", "order_id": order.id, "reason": WORDS}
    for amount in (200, 300):
        request = {"liable": "platform", "amount": money(amount)}
        body, key = {**asked, "request": request}, {"Idempotency-Key": uuid4().hex}
        approval = await insist(partial(maria.post, "/support/approvals", body, headers=key))
        assert approval.status_code == 201, approval.text
    path = f"/support/approvals/{approval.json()['id']}/decline"
    declined = await insist(lambda: second.post(path, {"reason": WORDS}))
    assert declined.status_code == 200, declined.text


async def _is_lost(incidents: Incidents, order: Ordered, rider: Person) -> None:
    await order.until("confirmed")
    await order.accept()
    await order.until_paid("captured")
    await incidents.made_ready(order, rider)
    await incidents.rode(order, rider, "pick-up")
    await incidents.rode(order, rider, "fail", {"reason": WORDS})
    await seen(order.read, lambda read: read["refund_status"] == "due")


async def _is_cancelled(order: Ordered) -> None:
    await order.until("confirmed")
    await order.cancel(WORDS)


async def _is_terminated(incidents: Incidents, order: Ordered) -> None:
    await order.until("confirmed")
    workflow = f"order-{order.id}"
    temporal = incidents.platform.witnesses.temporal
    await temporal.get_workflow_handle(workflow).terminate(reason=WORDS)
    await incidents.looked_after(order)


async def _is_rejected(order: Ordered) -> None:
    await order.until("confirmed")
    await order.reject(WORDS)


@pytest.fixture(scope="module")
def album() -> Album:
    return Album(Docs().reports)


class TestMarkup:
    async def test_is_text_on_the_page_of_an_order(
        self, maria: Maria, written: Written, album: Album
    ) -> None:
        desk, tab = maria.desk, maria.screen.tab
        await desk.go_to(written.under_way.id)
        await expect(tab.get_by_role("heading", level=1)).to_contain_text(WORDS)
        people, dishes = desk.section("Customer and courier"), desk.section("What was ordered")
        # Two names, what one of them rides, and four lines of an address.
        assert _line(await people.inner_text()).count(LINE) == 7
        assert _line(await dishes.inner_text()).count(LINE) == 1
        await expect(dishes).to_contain_text(DISH)
        for section in ("Notes", "Who of support did what"):
            await expect(desk.section(section)).to_contain_text(WORDS)
        assert await _alive(tab.main_frame) == []
        await album.keep("desk-markup", people)
        declined = desk.section("Who of support did what").get_by_role("row")
        await expect(declined.filter(has_text="Declined")).to_contain_text(WORDS)

    async def test_is_text_on_the_page_of_an_order_that_ended(
        self, maria: Maria, written: Written
    ) -> None:
        for order, section in (
            (written.rejected, "Notes"),
            (written.cancelled, "Notes"),
            # Why somebody of ours ended it in the engine.
            (written.terminated, "Now"),
        ):
            await maria.desk.go_to(order.id)
            await expect(maria.desk.section(section)).to_contain_text(WORDS)
            assert await _alive(maria.screen.tab.main_frame) == []
        await maria.desk.go_to(written.lost.id)
        people = maria.desk.section("Customer and courier")
        await expect(people).to_contain_text(f"The courier wrote: {WORDS}")
        assert await _alive(maria.screen.tab.main_frame) == []

    async def test_is_no_reference_of_a_payment(self, maria: Maria, written: Written) -> None:
        desk, tab = maria.desk, maria.screen.tab
        await desk.go_to(written.lost.id)
        await desk.ask(_BY_HAND, Reference_of_the_payment=LINE, Reason=WORDS)
        refused = tab.get_by_role("alert")
        await expect(refused).to_contain_text("Write the number that the payment has at the bank")
        await expect(tab.get_by_label("Reference of the payment")).to_have_value(LINE)
        assert await _alive(tab.main_frame) == []
        await desk.go_to(written.lost.id)
        await desk.preview(_BY_HAND, Reference_of_the_payment="SEPA 118", Reason=WORDS)
        await expect(desk.section("What you ask for")).to_contain_text(WORDS)
        assert await _alive(tab.main_frame) == []

    async def test_is_text_on_the_other_pages_of_the_desk(
        self, maria: Maria, written: Written
    ) -> None:
        desk, tab = maria.desk, maria.screen.tab
        await desk.go_to(written.under_way.id)
        await desk.preview("Add a note", Note=WORDS)
        await expect(desk.section("What you ask for")).to_contain_text(WORDS)
        assert await _alive(tab.main_frame) == []
        await desk.find(written.under_way.customer.email)
        await expect(tab.get_by_role("row").filter(has_text=WORDS)).to_have_count(5)
        assert await _alive(tab.main_frame) == []
        await desk.find(LINE)
        await expect(tab.get_by_role("searchbox")).to_have_value(LINE)
        assert await _alive(tab.main_frame) == []
        restaurant = f"restaurant_id={written.kitchen.restaurant_id}"
        for path in (
            f"/support?{restaurant}",
            "/support/audit",
            "/support/approvals",
            "/support/bulk?of=refunds_due",
            f"/temporal-presets?{restaurant}",
        ):
            await maria.screen.go(path)
            await maria.screen.reads(WORDS)
            assert await _alive(tab.main_frame) == []

    async def test_is_text_in_the_temporal_ui(
        self, maria: Maria, written: Written, album: Album
    ) -> None:
        engine, tab = maria.engine, maria.screen.tab
        await engine.go_to(f"order-{written.under_way.id}")
        said = _line(await engine.page.get_by_role("main").inner_text())
        assert _shown(LINE) in said
        assert _shown(DISH) in said
        assert _shown(LINE) in _line(await engine.summary.inner_text())
        assert await _alive_in_frames(tab) == []
        await album.keep("desk-markup-engine", tab)
        await engine.go_to(f"delivery-{written.under_way.id}")
        assert await _alive_in_frames(tab) == []

    async def test_would_be_seen_if_any_of_it_came_alive(self, maria: Maria) -> None:
        tab = maria.screen.tab
        await tab.goto("about:blank")
        await tab.set_content(
            "<strong>xx</strong><a href='//evil.test'>any</a><b>zz</b><h1>hh</h1>"
            "<code>cc</code><table><tr><th>tt</th></tr></table>"
            "<span>\\(5\\)</span><p>xx, and more</p>"
        )
        came = {re.split(r"\W", each)[1] for each in await _alive(tab.main_frame)}
        assert came == {"strong", "a", "b", "h1", "code", "table", "tbody", "tr", "th", "span"}


async def _alive_in_frames(tab: Page) -> list[str]:
    """What a workflow says of itself is framed; the frame around it is the engine's."""
    framed = tab.frames[1:]
    assert framed
    return [alive for frame in framed for alive in await _alive(frame)]


async def _alive(frame: Frame) -> list[str]:
    found: list[str] = await frame.evaluate(_ALIVE)
    return found


def _line(text: str) -> str:
    return " ".join(text.split())


def _shown(text: str) -> str:
    """What the engine's page has for brackets of tags."""
    return text.replace("<", "‹").replace(">", "›")
