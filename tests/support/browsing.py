"""People in front of a browser: Debian's Chromium, a profile of its own for each of them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, BrowserContext, Page, async_playwright, expect

from infra.stack.install import find_chromium
from tests.support.rest import PASSWORD

# As narrow as phones are.
PHONE = {"width": 360, "height": 740}
_PATIENCE_MS = 30_000
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    expect.set_options(timeout=_PATIENCE_MS)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=str(find_chromium()), args=_OPTIONS
        )
        yield browser
        await browser.close()


@dataclass(frozen=True)
class Somebody:
    """A person with a browser of their own, and the tab that they look at.

    `faults` is what the page's scripts broke at, and what its policy refused.
    """

    context: BrowserContext
    tab: Page
    email: str
    faults: list[str]

    async def go(self, path: str) -> None:
        await self.tab.goto(path)

    async def press(self, name: str) -> None:
        await self.tab.get_by_role("button", name=name, exact=True).first.click()

    async def fill(self, label: str, value: str) -> None:
        await self.tab.get_by_label(label).first.fill(value)

    async def reads(self, text: str) -> None:
        """Sooner or later, on the page as it is."""
        await expect(self.tab.locator("main")).to_contain_text(text)

    async def is_at(self, path: str) -> None:
        await self.tab.wait_for_url(re.compile(rf"^[^?]*{path}$"), timeout=_PATIENCE_MS)

    async def register(self) -> None:
        await self.go("/register")
        await self.fill("Name", "Sara <script>alert(1)</script>")
        await self.fill("E-mail", self.email)
        await self.fill("Password", PASSWORD)
        await self.press("Register")
        await self.is_at("/")

    async def log_in(self) -> None:
        await self.go("/login")
        await self.fill("E-mail", self.email)
        await self.fill("Password", PASSWORD)
        await self.press("Log in")
        await self.is_at("/")

    async def stays(self) -> None:
        """From now on `has_stayed` tells whether the page was ever loaded anew."""
        await self.tab.evaluate("window.hasStayed = true")

    async def has_stayed(self) -> bool:
        return bool(await self.tab.evaluate("window.hasStayed === true"))

    async def finds_it_accessible(self) -> None:
        """By axe, and without scrolling sideways; nothing of the login is for scripts."""
        found = await Axe().run(self.tab)
        violations = found.response["violations"]
        assert violations == [], f"{self.tab.url}: {[_told(each) for each in violations]}"
        overhang = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await self.tab.evaluate(overhang) == 0, self.tab.url
        assert self.faults == []

    async def scripts_know(self) -> str:
        """All that a script on the page could carry away."""
        stores = "JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])"
        return str(await self.tab.evaluate(stores))


@asynccontextmanager
async def somebody(
    browser: Browser, url: str, *, email: str | None = None, **options: Any
) -> AsyncIterator[Somebody]:
    context = await browser.new_context(base_url=url, **options)
    context.set_default_timeout(_PATIENCE_MS)
    tab = await context.new_page()
    faults: list[str] = []
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on(
        "console",
        lambda message: (
            faults.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield Somebody(context, tab, email or f"{uuid4().hex}@example.com", faults)
    await context.close()


def _told(violation: dict[str, Any]) -> str:
    return f"{violation['help']}: {[node['html'] for node in violation['nodes']]}"
