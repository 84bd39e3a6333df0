"""The demo as a person runs it, and what it leaves for the person to try."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import httpx
import pytest
from rich.console import Console

from infra.demo.client import sign_in
from infra.demo.invitation import commands
from infra.demo.scenarios import SCENARIOS
from infra.demo.seed import LAST_PORTION, PLANS, PORTIONS, settle
from infra.demo.story import Story
from infra.stack.ports import is_free
from infra.stack.service import State, Status
from infra.stack.settings import ROOT, StackSettings
from tests.support.polling import seen
from tests.support.servers import Servers, open_data_dir

pytestmark = pytest.mark.timeout(360)

DEMO = [sys.executable, "-m", "infra.demo"]


@pytest.fixture
def settings() -> Iterator[StackSettings]:
    with open_data_dir() as data_dir:
        yield StackSettings.isolated(data_dir)


def environment(settings: StackSettings) -> dict[str, str]:
    """Of a demo that ends by itself, on ports and data of its own."""
    fields = settings.model_dump(exclude={"admin_password", "stripe_secret_key"})
    return {
        **{name: value for name, value in os.environ.items() if name != "STRIPE_SECRET_KEY"},
        **{name.upper(): str(value) for name, value in fields.items()},
        "DEMO": "exit",
    }


@contextmanager
def demo(environment: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """What still runs at the end is ended; its children end with it."""
    with subprocess.Popen(
        DEMO, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def leaves_nothing(settings: StackSettings) -> bool:
    ports = [port for name, port in settings if name.endswith("_port")]
    return all(is_free(port) for port in ports)


class TestDemo:
    def test_tells_of_six_orders_and_that_everything_holds(self, settings: StackSettings) -> None:
        with demo(environment(settings)) as process:
            told, _ = process.communicate()
        assert process.returncode == 0, told
        assert all(f"{number}  {title}\n" in told for number, title in enumerate(SCENARIOS, 1))
        assert "ended as payment_failed: The bank declined the card." in told
        assert f"ended as rejected: {LAST_PORTION}: 0 left, 1 wanted." in told
        assert "ends the payments worker while it waits for the answer" in told
        assert "The stack       says that payments is back." in told
        assert "All 9 invariants hold.\n" in told
        # Two of them raced for one dish.
        assert told.count("/user-metadata\n") >= len(SCENARIOS) + 1
        assert leaves_nothing(settings)

    def test_is_no_success_when_it_is_stopped_before_its_end(self, settings: StackSettings) -> None:
        with demo(environment(settings)) as process:
            assert process.stdout
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            process.communicate()
        assert process.returncode == 1
        assert leaves_nothing(settings)

    def test_starts_nothing_where_payments_go_to_stripe_itself(
        self, settings: StackSettings
    ) -> None:
        given = {**environment(settings), "STRIPE_SECRET_KEY": "sk_test_of_somebody"}
        done = subprocess.run(
            DEMO, cwd=ROOT, env=given, capture_output=True, text=True, check=False
        )
        assert done.returncode == 2
        assert "STRIPE_SECRET_KEY" in done.stderr
        assert done.stdout == ""
        assert not [*settings.data_dir.iterdir()]


@pytest.fixture(scope="module")
def api_url(servers: Servers) -> str:
    for name in ("api", "orders", "payments", "delivery", "notifications"):
        servers.need(name)
    return servers.site.api_url


@pytest.fixture
async def api(api_url: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=api_url, timeout=30) as client:
        yield client


class TestTown:
    async def test_is_the_same_town_when_it_is_settled_again(self, api: httpx.AsyncClient) -> None:
        first, again = await settle(api), await settle(api)
        assert first.restaurants == again.restaurants
        assert [*again.restaurants] == [plan.name for plan in PLANS]

    async def test_opens_what_somebody_closed_and_restocks_what_was_sold(
        self, api: httpx.AsyncClient
    ) -> None:
        town = await settle(api)
        kitchen = f"/restaurants/{town.kitchen.id}"
        shiro = f"{kitchen}/menu/items/{town.kitchen.menu['Shiro wot'].id}"
        await town.owner.patch(shiro, {"stock": 0, "available": False})
        await town.owner.post(f"{kitchen}/pause")
        town = await settle(api)
        assert (await town.owner.get(kitchen))["open"]
        menu = (await town.owner.get(f"{kitchen}/menu"))["items"]
        [item] = [item for item in menu if item["name"] == "Shiro wot"]
        assert (item["stock"], item["available"]) == (PORTIONS, True)

    async def test_does_not_mistake_another_owners_restaurant_of_the_same_name(
        self, api: httpx.AsyncClient
    ) -> None:
        town = await settle(api)
        stranger = await sign_in(api, name="Stranger", email="stranger@example.com")
        place = (await town.owner.get(f"/restaurants/{town.kitchen.id}"))["address"]
        theirs = {"name": town.kitchen.name, "currency": "USD", "address": place}
        await stranger.post("/restaurants", theirs)
        assert (await settle(api)).restaurants == town.restaurants


@pytest.mark.skipif(not shutil.which("curl"), reason="The commands are for people who have curl.")
class TestCommands:
    async def test_bring_an_order_to_its_refund_as_they_stand(
        self, api: httpx.AsyncClient, api_url: str, tmp_path: Path
    ) -> None:
        script = tmp_path / "commands.sh"
        town = await settle(api)
        script.write_text(commands(api_url, town))
        shell = await asyncio.create_subprocess_exec("sh", "-e", script, stdout=PIPE)
        output, _ = await shell.communicate()
        accepted, cancelled = output.decode().splitlines()
        assert '"status":"accepted"' in accepted
        order_id = json.loads(cancelled)["id"]

        async def ended() -> tuple[str, str]:
            """The answer may come before the end that it promises, and that before the money."""
            order = await town.abebe.get(f"/orders/{order_id}")
            return order["status"], order["refund_status"]

        await seen(ended, lambda found: found == ("cancelled", "full"), seconds=90)


class TestStory:
    def test_tells_once_that_a_process_died_and_once_that_it_is_back(self) -> None:
        written = StringIO()
        story = Story(Console(file=written))
        died = Status(name="payments", state=State.RESTARTING, note="ended with status -9")
        for status in (died, died, Status(name="payments", state=State.READY, restarts=1)):
            story.service(status)
        assert written.getvalue().count("payments") == 2

    def test_counts_what_does_not_hold(self) -> None:
        written = StringIO()
        Story(Console(file=written)).verdict({"good": [], "bad": ["a reason"]}, astray=1)
        told = written.getvalue()
        assert "✓ good\n  ✗ bad\n      a reason\n" in told
        assert "1 scenarios went astray, 1 of 2 invariants do NOT hold." in told
