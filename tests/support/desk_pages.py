"""Our support pages in somebody's browser."""

from dataclasses import dataclass

from playwright.async_api import Locator

from tests.support.browsing import Somebody

_SEARCH = "Order number, e-mail, phone or restaurant"


@dataclass(frozen=True)
class DeskPages:
    reader: Somebody

    async def find(self, words: str) -> None:
        await self.reader.fill(_SEARCH, words)
        await self.reader.press("Find")

    async def go_to(self, order_id: str) -> None:
        await self.reader.go(f"/support/orders/{order_id}")

    def section(self, title: str) -> Locator:
        return self.reader.tab.get_by_role("region", name=title)

    def form(self, title: str) -> Locator:
        """Of an action that is possible now."""
        heading = self.reader.tab.get_by_role("heading", name=title, exact=True)
        return self.reader.tab.get_by_role("group").filter(has=heading)

    async def preview(self, title: str, **typed: str) -> None:
        """Fill in a form, and be told what it will cause."""
        await self.ask(title, **typed)
        await self.reader.reads("What it will cause")

    async def ask(self, title: str, **typed: str) -> None:
        """The same, whatever comes of it; what is typed is named by its label."""
        form = self.form(title)
        await form.get_by_role("heading", name=title, exact=True).click()
        for label, value in typed.items():
            await self._fill(form.get_by_label(label.replace("_", " ")), value)
        await form.get_by_role("button", name=f"{title}: what will it cause?").click()

    async def confirm(self, title: str) -> None:
        await self.reader.press(f"Confirm: {title}")
        await self.reader.reads(f"Done: {title}.")

    async def _fill(self, field: Locator, value: str) -> None:
        if await field.evaluate("field => field.tagName") == "SELECT":
            await field.select_option(label=value)
        else:
            await field.fill(value)
