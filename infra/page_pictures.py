"""Pictures of the pages, with the people of the demo in front of them."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect

from infra.demo.client import PASSWORD
from infra.demo.seed import SORANU

_DOOR = {"Street and number": "Togo Street 7", "City": "Addis Ababa"}
_AT_THE_DOOR = "9.0130, 38.7690"
_PATIENCE_MS = 30_000
_SCREEN = ViewportSize(width=1000, height=640)
_PHONE = ViewportSize(width=360, height=640)


def take(browser: Browser, url: str, folder: Path) -> None:
    """One order from the search to the courier's page, as the demo's people see it."""
    for path in ("login", "register"):
        _shoot(_logged_out(browser, url, f"/{path}"), folder, path)
    sara = _logged_in(browser, url, "sara@example.com", viewport=_PHONE)
    order_id = _order(sara, folder)
    hana = _logged_in(browser, url, "hana@example.com", viewport=_SCREEN)
    _cook(hana, order_id, folder)
    dawit = _logged_in(browser, url, "dawit@example.com", viewport=_PHONE, color_scheme="dark")
    _claim(dawit, order_id, folder)
    expect(sara.locator("#timeline")).to_contain_text("A courier comes", timeout=_PATIENCE_MS)
    _shoot(sara, folder, "order")
    sara.goto("/orders")
    _shoot(sara, folder, "orders")


def _order(sara: Page, folder: Path) -> str:
    sara.goto(f"/?near={_AT_THE_DOOR}")
    _shoot(sara, folder, "restaurants")
    sara.get_by_role("link", name=SORANU.name).first.click()
    _fill_the_basket(sara)
    _shoot(sara, folder, "menu")
    sara.get_by_role("button", name="Order", exact=True).click()
    expect(sara.locator("main")).to_contain_text("order is confirmed", timeout=_PATIENCE_MS)
    return sara.url.rpartition("/")[2]


def _cook(hana: Page, order_id: str, folder: Path) -> None:
    """This order: the demo has left others open."""
    hana.goto("/board")
    hana.get_by_role("link", name=SORANU.name).click()
    order = hana.locator(f"#order-{order_id}")
    order.wait_for()
    _shoot(hana, folder, "board")
    order.get_by_role("button", name="Accept").click()
    order.get_by_role("button", name="Start cooking").click()


def _claim(dawit: Page, order_id: str, folder: Path) -> None:
    dawit.goto("/courier")
    dawit.get_by_label("Your place").fill(f"{SORANU.lat}, {SORANU.lon}")
    dawit.get_by_role("button", name="I am here").click()
    dawit.locator(f"#offer-{order_id}").get_by_role("button", name="Claim").click()
    dawit.locator(f"#carried-{order_id}").wait_for()
    _shoot(dawit, folder, "courier")


def _logged_out(browser: Browser, url: str, path: str) -> Page:
    page = browser.new_context(base_url=url, viewport=_PHONE).new_page()
    page.goto(path)
    return page


def _logged_in(browser: Browser, url: str, email: str, **options: Any) -> Page:
    page = browser.new_context(base_url=url, **options).new_page()
    page.goto("/login")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(f"{url}/")
    return page


def _fill_the_basket(page: Page) -> None:
    page.get_by_label("Quantity of Shiro wot").fill("2")
    for label, value in _DOOR.items():
        page.get_by_label(label).fill(value)
    page.get_by_label("Place (latitude, longitude)").fill(_AT_THE_DOOR)
    page.get_by_text("Total").wait_for()


def _shoot(page: Page, folder: Path, name: str) -> None:
    page.evaluate("document.activeElement.blur()")
    page.screenshot(path=folder / f"page-{name}.png", full_page=True)
