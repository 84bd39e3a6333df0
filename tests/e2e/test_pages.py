"""The pages, in a real browser: three people, and each sees what the others do."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Route, expect

from tests.support.browsing import PHONE, Somebody, chromium, somebody
from tests.support.mailing import mails_in, text_of
from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.town import Kitchen

pytestmark = pytest.mark.asyncio(loop_scope="session")


@dataclass(frozen=True)
class Street:
    """A kitchen, somebody who runs it and somebody who is hungry, each with a browser."""

    platform: Platform
    kitchen: Kitchen
    name: str
    cook: Somebody
    customer: Somebody
    courier: Somebody

    async def fill_the_basket(self, *, card: str = "pm_card_visa") -> None:
        """Up to the button that orders."""
        await self.customer.fill("Quantity of Shiro wot", "2")
        await self.customer.fill("Street and number", "Bole Road 12")
        await self.customer.fill("City", "Addis Ababa")
        await self.customer.fill("Place (latitude, longitude)", "9.005, 38.765")
        await self.customer.tab.get_by_label("Test card").select_option(card)
        await self.customer.reads("Total")

    async def order(self, *, card: str = "pm_card_visa") -> str:
        """The id of an order whose page the customer then looks at."""
        await self.customer.go(f"/r/{self.kitchen.restaurant_id}")
        await self.fill_the_basket(card=card)
        await self.customer.press("Order")
        return await self.ordered()

    async def ordered(self) -> str:
        """The same for an order that is on its way."""
        await self.customer.is_at("/orders/[0-9a-f-]{36}")
        order_id = self.customer.tab.url.rpartition("/")[2]
        # What was promised here is then looked at with all the rest.
        self.platform.town.promised[f"page-{order_id}"] = {UUID(order_id)}
        return order_id

    async def orders_placed(self) -> int:
        await self.customer.go("/orders")
        return await self.customer.tab.locator("main li").count()

    async def open_the_board(self) -> None:
        await self.cook.go("/board")
        await self.cook.is_at(f"/board/{self.kitchen.restaurant_id}")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def street(whole_platform: Platform, browser: Browser) -> AsyncIterator[Street]:
    """One for all the tests: whoever orders has ordered before."""
    url, name = whole_platform.stack.site.api_url, f"<b>Soranu</b> & Co {uuid4().hex[:8]}"
    staff = await whole_platform.town.customer()
    kitchen = await whole_platform.town.open_kitchen(by=staff, name=name, stock=20)
    async with (
        somebody(browser, url) as customer,
        somebody(browser, url, email=staff.email, viewport=PHONE) as cook,
        somebody(browser, url, viewport=PHONE) as courier,
    ):
        await customer.register()
        await cook.log_in()
        await courier.register()
        yield Street(whole_platform, kitchen, name, cook, customer, courier)


@pytest.mark.usefixtures("platform")
class TestOrderAtTheScreen:
    async def test_is_seen_by_everybody_at_once_from_the_menu_to_the_door(
        self, street: Street
    ) -> None:
        everybody = (street.cook, street.customer, street.courier)
        before = await street.orders_placed()
        await _start_working(street.courier)
        await street.open_the_board()
        await street.cook.press("Sound for new orders")
        await street.cook.finds_it_accessible()
        await _find_it_in_the_search(street)
        await street.fill_the_basket()
        await street.customer.finds_it_accessible()
        await street.customer.tab.get_by_role("button", name="Order", exact=True).dblclick()
        order_id = await street.ordered()
        for person in everybody:
            await person.stays()
        await _cook(street, order_id)
        await _deliver(street, order_id)
        for person in everybody:
            await person.finds_it_accessible()
            assert await person.has_stayed()
        assert await street.orders_placed() == before + 1
        await street.customer.finds_it_accessible()

    async def test_is_paid_after_the_bank_was_asked_and_cancelled_by_who_placed_it(
        self, street: Street
    ) -> None:
        customer = street.customer
        await street.order(card="pm_card_authenticationRequired")
        await customer.reads("Your bank wants to be asked")
        await customer.finds_it_accessible()
        await customer.tab.get_by_role("link", name="To your bank").click()
        await customer.press("Yes, it is me")
        await customer.reads("Your order is confirmed")
        await customer.press("Cancel the order")
        await customer.reads("Your order is cancelled")
        await customer.finds_it_accessible()

    async def test_is_put_off_and_rejected_in_words_that_the_customer_reads(
        self, street: Street
    ) -> None:
        await street.open_the_board()
        order_id = await street.order()
        # The invariants know of no delays.
        del street.platform.town.promised[f"page-{order_id}"]
        ticket = street.cook.tab.locator(f"#order-{order_id}")
        await ticket.get_by_text("Delay", exact=True).first.click()
        await ticket.get_by_label("Minutes more").fill("7")
        await ticket.get_by_role("button", name="Delay").click()
        await street.customer.reads("The restaurant needs 7 minutes more to answer.")
        await ticket.get_by_text("Reject", exact=True).first.click()
        await ticket.get_by_label("Reason, for the customer").fill("The <i>oven</i> broke")
        await street.cook.finds_it_accessible()
        await ticket.get_by_role("button", name="Reject").click()
        await street.customer.reads("The <i>oven</i> broke")

    async def test_is_placed_once_although_its_answer_was_lost_and_the_page_loaded_again(
        self, street: Street
    ) -> None:
        customer = street.customer

        async def lose_the_answer(route: Route) -> None:
            await route.fetch()
            await route.abort()

        before = await street.orders_placed()
        await customer.go(f"/r/{street.kitchen.restaurant_id}")
        await street.fill_the_basket()
        await customer.tab.route("**/api/v1/orders", lose_the_answer)
        await customer.press("Order")
        await customer.reads("No connection")
        await customer.finds_it_accessible()
        await customer.tab.unroute("**/api/v1/orders")
        await customer.tab.reload()
        await street.ordered()
        assert await street.orders_placed() == before + 1

    async def test_is_not_placed_by_who_logs_in_next_in_that_tab(
        self, street: Street, browser: Browser
    ) -> None:
        menu, orders = f"/r/{street.kitchen.restaurant_id}", "**/api/v1/orders"
        async with somebody(browser, street.platform.stack.site.api_url) as first:
            second = replace(first, email=f"{uuid4().hex}@example.com")
            await first.register()
            await first.go(menu)
            await replace(street, customer=first).fill_the_basket()
            await first.tab.route(orders, lambda route: route.abort())
            await first.press("Order")
            await first.reads("No connection")
            assert "Bole Road 12" in await first.scripts_know()
            await first.tab.unroute(orders)
            await first.press("Log out")
            await first.is_at("/")

            await second.register()
            await second.go(menu)
            await expect(second.tab.get_by_label("Street and number")).to_have_value("")
            assert await second.scripts_know() == '["",{},{}]'
            assert await replace(street, customer=second).orders_placed() == 0

    async def test_keeps_the_dishes_that_a_guest_chose_before_logging_in(
        self, street: Street, browser: Browser
    ) -> None:
        async with somebody(browser, street.platform.stack.site.api_url) as guest:
            quantity = guest.tab.get_by_label("Quantity of Shiro wot")
            await guest.go(f"/r/{street.kitchen.restaurant_id}")
            await quantity.fill("3")
            await guest.register()
            await guest.go(f"/r/{street.kitchen.restaurant_id}")
            await expect(quantity).to_have_value("3")

    async def test_says_why_it_can_not_be_placed(self, street: Street) -> None:
        await street.customer.go(f"/r/{street.kitchen.restaurant_id}")
        await street.fill_the_basket()
        await street.customer.fill("Quantity of Shiro wot", "21")
        await street.customer.reads("Not available in this quantity")
        await street.customer.finds_it_accessible()


class TestLoginOfABrowser:
    async def test_is_out_of_reach_of_scripts(self, street: Street) -> None:
        await street.order()
        names = {cookie["name"] for cookie in await street.customer.context.cookies()}
        assert names == {"ha-soranu-access", "ha-soranu-refresh"}
        assert await street.customer.scripts_know() == '["",{},{}]'

    async def test_goes_on_in_two_tabs_when_the_access_token_ran_out(self, street: Street) -> None:
        tabs = [street.cook.tab, await street.cook.context.new_page()]
        for tab in tabs:
            await tab.goto(f"/board/{street.kitchen.restaurant_id}")
        for name in ("Pause", "Take orders again"):
            await street.cook.context.clear_cookies(name="ha-soranu-access")
            # Both boards look again by themselves, at about the same time.
            await tabs[0].get_by_role("button", name=name).click()
            for tab in tabs:
                await expect(tab.get_by_role("button", name=name)).to_have_count(0)
        assert all("/board/" in tab.url for tab in tabs)

    async def test_is_resumed_by_a_link_from_elsewhere(self, street: Street) -> None:
        await street.customer.context.clear_cookies(name="ha-soranu-access")
        await street.customer.go("/orders")
        await street.customer.is_at("/orders")
        await street.customer.context.clear_cookies(name="ha-soranu-access")
        await street.customer.go("/")
        await expect(street.customer.tab.get_by_role("button", name="Log out")).to_be_visible()

    async def test_is_left_alone_by_an_error(self, street: Street) -> None:
        await street.customer.go("/nowhere")
        await street.customer.stays()
        await street.customer.finds_it_accessible()
        assert await street.customer.has_stayed()

    async def test_is_back_after_a_mail_whose_token_no_server_sees_in_an_address(
        self, street: Street, browser: Browser
    ) -> None:
        site = street.platform.stack.site
        async with somebody(browser, site.api_url) as person:
            await person.register()
            await person.go("/reset")
            await person.fill("E-mail", person.email)
            await person.press("Send me a mail")

            async def mails() -> list[EmailMessage]:
                return mails_in(site.mail_folder, to=person.email)

            [mail] = await seen(mails, bool)
            [link] = re.findall(r"\S+/reset#token=\S+", text_of(mail))
            asked: list[str] = []
            person.tab.on("request", lambda request: asked.append(request.url))
            await person.go("/")
            await person.context.clear_cookies(name="ha-soranu-access")
            await person.go(link)
            await person.fill("New password", "another-injera-with-shiro")
            assert person.tab.url == f"{site.api_url}/reset"
            await person.press("Change it")
            await person.is_at("/login")
            assert not [url for url in asked if "token" in url.partition("#")[0]]

    async def test_ends_in_all_tabs(self, street: Street, browser: Browser) -> None:
        url = street.platform.stack.site.api_url
        async with somebody(browser, url, email=street.cook.email) as cook:
            await cook.log_in()
            other = await cook.context.new_page()
            await other.goto(f"/board/{street.kitchen.restaurant_id}")
            await cook.press("Log out")
            await other.wait_for_url("**/login?next=**")
            assert await cook.context.cookies() == []


class TestPage:
    @pytest.mark.parametrize(
        "path", ["/", "/login", "/register", "/reset", "/reset#token=abc", "/nowhere"]
    )
    async def test_is_accessible_to_a_guest_with_a_phone(
        self, whole_platform: Platform, browser: Browser, path: str
    ) -> None:
        url = whole_platform.stack.site.api_url
        async with somebody(browser, url, viewport=PHONE, color_scheme="dark") as guest:
            await guest.go(path)
            await guest.finds_it_accessible()

    async def test_is_reached_by_the_keyboard(self, street: Street) -> None:
        await street.customer.go(f"/r/{street.kitchen.restaurant_id}")
        keyboard = street.customer.tab.keyboard
        await keyboard.press("Tab")
        await keyboard.press("Enter")
        assert await street.customer.tab.evaluate("document.activeElement.id") == "main"
        await keyboard.press("Tab")
        await keyboard.press("ArrowUp")
        quantity = street.customer.tab.get_by_label("Quantity of Shiro wot")
        await expect(quantity).to_have_value("1")


async def _start_working(courier: Somebody) -> None:
    """As somebody who has just become a courier, in front of the kitchen."""
    await courier.go("/courier")
    await courier.finds_it_accessible()
    await courier.fill("What do you ride?", "bicycle")
    await courier.press("Begin")
    await courier.press("Start working")
    await courier.reads("You are available")
    await courier.fill("Your place (latitude, longitude)", "9.01, 38.755")
    await courier.press("I am here")
    await courier.reads("Your place was told")


async def _find_it_in_the_search(street: Street) -> None:
    customer = street.customer
    await customer.go("/")
    await customer.fill("Name or cuisine", street.name)
    await customer.fill("Near (latitude, longitude)", "9.005, 38.765")
    await customer.press("Search")
    await customer.reads("km away")
    await customer.finds_it_accessible()
    await customer.tab.get_by_role("link", name=street.name).click()


async def _cook(street: Street, order_id: str) -> None:
    cook, customer = street.cook, street.customer
    ticket = cook.tab.locator(f"#order-{order_id}")
    await expect(ticket).to_contain_text("2 × Shiro wot")
    await expect(cook.tab.locator("#told")).to_contain_text("New order: 2 × Shiro wot")
    await customer.reads("Your order is confirmed")
    await customer.finds_it_accessible()
    await cook.finds_it_accessible()
    await ticket.get_by_role("button", name="Accept").click()
    await customer.reads("Your order is accepted")
    await ticket.get_by_role("button", name="Start cooking").click()
    await customer.reads("Your order is being cooked")


async def _deliver(street: Street, order_id: str) -> None:
    cook, customer, courier = street.cook, street.customer, street.courier
    ticket = cook.tab.locator(f"#order-{order_id}")
    await courier.finds_it_accessible()
    offer = courier.tab.locator(f"#offer-{order_id}")
    await offer.get_by_role("button", name="Claim").click()
    await customer.reads("A courier comes for the food.")
    carried = courier.tab.locator(f"#carried-{order_id}")
    await expect(carried).to_contain_text("Bole Road 12")
    await ticket.get_by_role("button", name="Ready").click()
    await expect(ticket).to_contain_text("A courier comes for it.")
    await customer.reads("Your order is ready")
    await carried.get_by_role("button", name="Picked up").click()
    await customer.reads("Your order is on its way")
    await courier.press("I am here")
    await customer.reads("km away")
    await courier.finds_it_accessible()
    await carried.get_by_role("button", name="Delivered").click()
    await courier.reads("You carry nothing.")
    await customer.reads("Your order is delivered")
    await expect(ticket).to_have_count(0)
