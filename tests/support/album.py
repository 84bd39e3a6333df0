"""Tasks that were done in a browser: how long each took, and a picture of it."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Locator, Page
from pydantic_settings import BaseSettings, SettingsConfigDict

_BEGIN, _END = "<!-- ten tasks: written by the test -->", "<!-- end of the ten tasks -->"


class Docs(BaseSettings):
    """`REPORTS=docs` has the pictures and the times written there; otherwise they are dropped."""

    model_config = SettingsConfigDict(frozen=True)

    reports: Path | None = None


@dataclass
class Task:
    """`seconds` is from the first click to the last thing read, without taking pictures."""

    title: str
    where: str
    slug: str
    seconds: float = 0


@dataclass
class Album:
    docs: Path | None
    tasks: list[Task] = field(default_factory=list)

    @asynccontextmanager
    async def task(self, title: str, where: str, slug: str) -> AsyncIterator[None]:
        """One picture is taken while it goes on."""
        task = Task(title, where, f"desk-{slug}")
        self.tasks.append(task)
        began = time.monotonic()
        yield
        task.seconds += time.monotonic() - began

    async def picture(self, shown: Page | Locator) -> None:
        """Of the task that goes on."""
        [*_, task] = self.tasks
        began = time.monotonic()
        await self.keep(task.slug, shown)
        task.seconds -= time.monotonic() - began

    async def keep(self, name: str, shown: Page | Locator) -> None:
        if self.docs:
            await shown.screenshot(path=self.docs / "pictures" / f"{name}.png")

    def write(self) -> None:
        """Into the page about operations, where the table before was."""
        if self.docs is None:
            return
        page = self.docs / "operations.md"
        before, _, rest = page.read_text().partition(_BEGIN)
        _, _, after = rest.partition(_END)
        page.write_text("\n".join([before + _BEGIN, "", *self._rows(), "", _END + after]))

    def _rows(self) -> list[str]:
        head = ["| task | where | seconds | |", "|---|---|---|---|"]
        return [
            *head,
            *(
                f"| {task.title} | {task.where} | {task.seconds:.1f} "
                f"| ![{task.title}](pictures/{task.slug}.png) |"
                for task in self.tasks
            ),
        ]
