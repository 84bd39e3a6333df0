"""`python -m infra.demo`: start everything, watch nine stories of orders, then play.

With `DEMO=exit` it ends after the orders: status 0 if everything held, else 1. Status 2 where it
can't begin, because payments go to Stripe itself.
"""

import asyncio
import os
import sys
import time

import httpx
from rich.console import Console
from rich.text import Text

from infra.demo.invitation import invitation
from infra.demo.play import play
from infra.demo.sandbox import Sandbox
from infra.demo.scene import Scene
from infra.demo.seed import settle
from infra.demo.story import Story
from infra.stack.install import install
from infra.stack.interrupts import interruptible
from infra.stack.screen import Screen
from infra.stack.service import Status
from infra.stack.settings import StackSettings
from infra.stack.stack import Stack
from infra.stack.trouble import tell_trouble

# Seconds; longer than the API takes to say that it can't.
PATIENCE = 15
NO_SANDBOX = (
    "The demo reads every order's money in the ledger of the Stripe sandbox, and STRIPE_SECRET_KEY"
    " sends payments to Stripe itself. Unset it (also in .env), or use `make up`."
)


class Demo:
    """`held`: whether every order went as told and every invariant holds, once that is known."""

    def __init__(self, settings: StackSettings, console: Console) -> None:
        self.held = False
        self._settings = settings
        self._screen = Screen(console)
        self._story = Story(console)
        self._has_started = False

    async def run(self, *, stay: bool) -> None:
        async with Stack(self._settings, changed=self._tell) as stack:
            await self._start(stack)
            scene = await self._play(stack)
            if stay:
                self._story.tell(invitation(stack.site, scene.town))
                await asyncio.Event().wait()

    async def _start(self, stack: Stack) -> None:
        began = time.monotonic()
        with self._screen:
            await stack.start()
            took = time.monotonic() - began
            self._screen.tell(Text(f"\nEverything runs after {took:.1f} s."))
        self._has_started = True

    def _tell(self, status: Status) -> None:
        tell = self._story.service if self._has_started else self._screen.show
        tell(status)

    async def _play(self, stack: Stack) -> Scene:
        async with (
            httpx.AsyncClient(base_url=stack.site.api_url, timeout=PATIENCE) as api,
            httpx.AsyncClient(base_url=stack.site.sandbox_url, timeout=PATIENCE) as bank,
        ):
            town = await settle(api)
            scene = Scene(town=town, sandbox=Sandbox(bank), story=self._story, stack=stack)
            self.held = await play(scene)
        return scene


def main() -> int:
    settings = StackSettings()
    if settings.stripe_secret_key is not None:
        sys.stderr.write(f"{NO_SANDBOX}\n")
        return 2
    console = Console(highlight=False)
    stay = os.environ.get("DEMO") != "exit"
    demo = Demo(settings, console)
    tell_trouble(lambda: install(console.print))
    tell_trouble(lambda: asyncio.run(interruptible(demo.run(stay=stay))))
    return 0 if stay or demo.held else 1


if __name__ == "__main__":
    sys.exit(main())
