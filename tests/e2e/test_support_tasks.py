"""Support's work at the screen: read in the real Temporal UI, act on our pages, in a browser.

`REPORTS=docs` keeps the pictures, and writes the times into docs/operations.md.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from tests.support.album import Album, Docs
from tests.support.at_the_desk import Calls, Maria, called
from tests.support.desk_pages import DeskPages
from tests.support.incidents import SPILLED, Incidents
from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.retries import Retried

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

_OURS, _UI = "support page", "Temporal UI"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def calls(incidents: Incidents) -> Calls:
    return await called(incidents)


@pytest.fixture(scope="module")
def album() -> Iterator[Album]:
    album = Album(Docs().reports)
    yield album
    album.write()


class TestSupport:
    async def test_finds_an_order_by_its_phone(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        await maria.screen.go("/support")
        async with album.task("Find an order by phone", _OURS, "phone"):
            await maria.desk.find(calls.phone.replace("+251", "0"))
            await maria.screen.is_at(f"/support/orders/{calls.by_phone.id}")
            people = maria.desk.section("Customer and courier")
            await expect(people).to_contain_text(calls.phone)
            await album.picture(maria.screen.tab)

    async def test_is_told_why_an_order_is_stuck(
        self, maria: Maria, calls: Calls, album: Album, whole_platform: Platform
    ) -> None:
        engine, id_ = maria.engine, f"order-{calls.stuck.id}"
        await _asks_for_a_person(whole_platform, id_)
        await maria.screen.go("/support")
        async with album.task("Tell why an order is stuck", _UI, "stuck"):
            views = maria.desk.section("In the Temporal UI")
            await views.get_by_role("link", name="Attention needed").click()
            await expect(engine.row(id_)).to_contain_text("Keeps failing: Take 28.75 USD")
            await engine.open(id_)
            said = engine.page.get_by_role("blockquote")
            await expect(said).to_contain_text("To do:")
            await album.picture(maria.screen.tab)
        async with maria.screen.context.expect_page() as opened:
            await engine.page.get_by_role("link", name="Support page").click()
        page = await opened.value
        desk = DeskPages(replace(maria.screen, tab=page))
        await desk.reader.reads("Needs a person: Keeps failing: Take 28.75 USD")
        step = whole_platform.witnesses.temporal.get_workflow_handle(id_)
        failing = await Retried.of(step)
        await whole_platform.sandbox.forget_faults()
        await desk.preview("Retry the step now", Reason="Stripe is well again")
        caused = desk.section("What it will cause")
        await expect(caused).to_contain_text("Capture payment")
        money = caused.get_by_role("table", name="Money, if that goes through")
        await expect(money).to_contain_text(re.compile(r"Customer\s*-28\.75 USD"))
        await desk.confirm("Retry the step now")
        await _asks_for_a_person(whole_platform, id_, still=False)
        # It was the button: by itself the step would have waited for longer.
        assert await failing.began_to_work() < failing.due
        await page.close()

    async def test_refunds_half_with_the_restaurant_liable(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        await maria.desk.go_to(calls.cold.id)
        async with album.task("Refund half, the restaurant is liable", _OURS, "half"):
            await maria.desk.preview(
                "Give money back",
                Amount="14.37",
                Who_pays_for_it="Restaurant",
                Reason="Half of it was cold",
            )
            await album.picture(maria.screen.tab)
            await maria.desk.confirm("Give money back")
        made = maria.desk.section("Money").get_by_role("row").filter(has_text="Refund")
        await expect(made).to_contain_text("14.37 USD")
        await expect(made).to_contain_text("restaurant")

    async def test_pays_by_hand_what_can_not_be_refunded(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        title, reference = "Refund paid by hand, or waived", "Transfer 2026-1123"
        money = maria.desk.section("Money")
        await maria.screen.go("/support")
        async with album.task("A refund that keeps failing, paid by hand", _OURS, "by-hand"):
            cases = maria.desk.section("Cases, by deadline")
            await cases.get_by_role("link", name=calls.unrefundable.id[:8]).click()
            await maria.screen.reads("could not be given back")
            await maria.desk.preview(
                title, Reference_of_the_payment=reference, Reason="The card is closed"
            )
            await maria.desk.confirm(title)
            await expect(money).to_contain_text(reference)
            await album.picture(money)
        await expect(maria.desk.section("Now")).not_to_contain_text("Needs a person")

    async def test_gives_the_order_of_a_silent_courier_to_another(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        title = "Reassign or drop the courier"
        await maria.desk.go_to(calls.waiting.id)
        people = maria.desk.section("Customer and courier")
        async with album.task("Reassign a silent courier", _OURS, "courier"):
            silent = r"Dawit Alemu, .*last heard of .* \(\d+ min ago\)"
            await expect(people).to_contain_text(re.compile(silent))
            await maria.desk.preview(
                title, Give_it_to="Sara Kebede (bicycle)", Reason="He does not answer"
            )
            await maria.desk.confirm(title)
            await expect(people).to_contain_text("Sara Kebede")
            await album.picture(people)

    async def test_gives_a_kitchen_more_time(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        title = "Extend the deadline"
        now = maria.desk.section("Now")
        await maria.desk.go_to(calls.slow.id)
        promised = await _deadline_in(now)
        async with album.task("Extend a kitchen's deadline", _OURS, "deadline"):
            await maria.desk.preview(title, Minutes_more="15", Reason="They called: the oven")
            await maria.desk.confirm(title)
            happened = maria.desk.section("What happened")
            await expect(happened).to_contain_text("15 minutes")
            await album.picture(maria.screen.tab)
        assert await _deadline_in(now) - promised == timedelta(minutes=15)

    async def test_shows_that_nobody_was_charged_twice(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        cancelled, paid = calls.held_twice
        money = maria.desk.section("Money")
        await maria.screen.go("/support")
        async with album.task("“I was charged twice”: they were not", _OURS, "twice"):
            await maria.desk.find(paid.customer.email)
            await maria.screen.tab.get_by_role("link", name=paid.id[:8]).click()
            await expect(money).to_contain_text("The customer was charged once: 28.75 USD.")
            await maria.screen.tab.get_by_role("link", name=cancelled.id[:8]).click()
            await expect(money).to_contain_text("The customer was not charged.")
            await expect(money).to_contain_text("One hold was released")
            await album.picture(money)

    async def test_sees_how_a_terminated_order_was_put_right(
        self, maria: Maria, calls: Calls, album: Album, incidents: Incidents
    ) -> None:
        order = calls.terminated
        await maria.engine.go_to(f"order-{order.id}")
        await maria.engine.terminate("I thought it hung")
        await incidents.looked_after(order)
        await maria.screen.go("/support")
        async with album.task("An order that was terminated is put right", _OURS, "ended"):
            await maria.screen.tab.get_by_role("link", name=order.id[:8]).first.click()
            now, money = maria.desk.section("Now"), maria.desk.section("Money")
            await expect(now).to_contain_text("I thought it hung")
            await expect(now).to_contain_text("Reconciliation ended the order")
            await expect(money).to_contain_text("28.75 USD has been given back, in one refund.")
            await album.picture(maria.screen.tab)

    async def test_orders_again_what_was_cancelled_by_mistake(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        title = "Order again for the customer"
        await maria.desk.go_to(calls.cancelled.id)
        async with album.task("Order again after a wrong cancel", _OURS, "again"):
            await maria.desk.preview(title, Reason="I cancelled the wrong one")
            await album.picture(maria.screen.tab)
            await maria.desk.confirm(title)
        assert calls.cancelled.id not in maria.screen.tab.url
        others = maria.desk.section("The customer's other orders")
        await expect(others).to_contain_text(calls.cancelled.id[:8])

    async def test_knows_who_refunded_an_order_yesterday_and_why(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        tab = maria.screen.tab
        await maria.screen.go("/support")
        async with album.task("Who refunded an order yesterday, and why", _OURS, "who"):
            await tab.get_by_role("link", name="Who did what").click()
            await tab.get_by_label("Order number", exact=True).fill(calls.refunded_yesterday.id)
            await tab.get_by_label("Day (UTC)").fill(calls.yesterday.isoformat())
            await maria.screen.press("Show")
            row = tab.get_by_role("row").filter(has_text="Gave money back")
            await expect(row).to_have_count(1)
            for said in ("Maria Lindqvist", "5.00 USD", SPILLED, "done"):
                await expect(row).to_contain_text(said)
            await album.picture(tab)


class TestEngineer:
    async def test_reads_why_an_update_is_refused_without_a_stack_trace(
        self, maria: Maria, calls: Calls, album: Album
    ) -> None:
        await maria.engine.go_to(f"order-{calls.by_phone.id}")
        async with album.task("An update that is refused", _UI, "refused"):
            dialog = await maria.engine.begin("Send an Update")
            await maria.engine.send(
                dialog, "retry_now", "Try what keeps failing again at once. Leave Data empty."
            )
            told = dialog.get_by_role("alert").filter(has_text="No step is failing.")
            await expect(told).to_be_visible()
            await album.picture(maria.screen.tab)
        assert re.search(r"Traceback|\.py\b", await dialog.inner_text()) is None
        await maria.engine.send(
            dialog,
            "cancel",
            "Cancel while nothing is taken yet; from then on do it on the support page.",
            data='{"by": "support", "late": true}',
            chosen="retry_now",
        )
        nobody = "Money moves by it, and nobody knows who asks: do it on the support page."
        await expect(dialog.get_by_role("alert").filter(has_text=nobody)).to_be_visible()
        assert re.search(r"Traceback|\.py\b", await dialog.inner_text()) is None


async def _deadline_in(section: Locator) -> datetime:
    """Until when the order is usually like it is now: after `Like this for … until`."""
    said = section.get_by_role("paragraph").filter(has_text="usually until").get_by_role("time")
    return datetime.fromisoformat(str(await said.get_attribute("datetime")))


async def _asks_for_a_person(platform: Platform, id_: str, *, still: bool = True) -> None:
    """Once the engine's list says so, or says it no more."""
    temporal = platform.witnesses.temporal
    query = f'WorkflowId = "{id_}" AND AttentionReason IS NOT NULL'

    async def asking() -> int:
        return (await temporal.count_workflows(query)).count

    await seen(asking, lambda count: bool(count) is still)
