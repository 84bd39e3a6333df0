"""A real Temporal UI behind support's front door, in a real browser."""

import html
import re
import string
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import pytest
from playwright.async_api import expect
from temporalio.common import SearchAttributePair, TypedSearchAttributes

from adapters.settings import TemporalSettings
from adapters.temporal import connect
from api.app import create_app
from api.services import Settings
from api.support.views import COLUMNS, ready_made
from domain.accounts import Role
from infra.stack import temporal
from infra.stack.ports import free_port
from infra.stack.settings import StackSettings
from infra.stack.site import Site
from tests.support.album import Docs
from tests.support.browsing import Somebody, chromium, somebody
from tests.support.codec_keys import ring_of
from tests.support.cookies import enter
from tests.support.front_door import Door, opened
from tests.support.people import People
from tests.support.rest import Person
from tests.support.servers import Servers
from tests.support.serving import serving
from workflows.markdown import escape
from workflows.search_attributes import AMOUNT, ATTENTION_REASON, ORDER_STATUS

# The UI prints quotes as books do. Tags and entities have no brackets and ampersands of ASCII.
_SIGNS = sorted({*string.punctuation} - {*"\"'<>&"})
_TYPED = [
    typed
    for sign in _SIGNS
    for typed in (
        f"a {sign} b{sign}c",
        f"{sign} a",
        sign * 3,
        f"{sign}{sign}a{sign}{sign} b",
        f"1{sign} a",
    )
] + [
    "$5 Lunch, 1 × $3 Soup",
    "Pizza @ Home",
    "mail@evil.example",
    "www.evil.example",
    "(c) (tm) 1...2",
]
# What a hole in the UI would let somebody write into its page.
_STRANGE_SCRIPT = """() => {
  const script = document.createElement("script");
  script.textContent = "window.hasRun = true";
  document.body.append(script);
  return Boolean(window.hasRun);
}"""


@dataclass(frozen=True)
class Desk:
    """The door before a real Temporal UI, what that shows, and the way around the door."""

    door: Door
    temporal: TemporalSettings
    ui_url: str


@pytest.fixture(scope="module")
def desk(
    settings: Settings, servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Desk]:
    site = Site(StackSettings.isolated(tmp_path_factory.mktemp("temporal")))
    server = temporal.service(site)
    url = f"http://127.0.0.1:{(port := free_port())}"
    paths = ["--ui-public-path", "/temporal", "--ui-codec-endpoint", f"{url}/codec"]
    server = replace(server, name="desk-temporal", command=[*server.command, *paths])
    given = {"address": site.temporal_address, "ui_url": f"{url}/temporal"}
    encrypted = TemporalSettings.model_validate({**given, "codec_keys": ring_of("ours")})
    app = create_app(replace(settings, temporal=encrypted))
    with ExitStack() as stack:
        stack.enter_context(servers.running(server))
        api = stack.enter_context(serving(app))
        ui = site.temporal_ui_url
        door = stack.enter_context(opened(servers, "desk-door", port, api=api, ui=ui))
        yield Desk(door, encrypted, ui)


class TestTheTemporalUI:
    async def test_has_supports_columns_and_views(self, desk: Desk, people: People) -> None:
        orders = await late_orders(desk.temporal)
        async with chromium() as browser, somebody(browser, desk.door.url) as maria:
            await maria.context.add_cookies(cookies_of(await people.join(Role.SUPPORT), desk.door))
            await maria.go("/temporal-presets")
            await maria.tab.wait_for_url("**/temporal/namespaces/default/workflows*")
            for order in orders:
                await expect(maria.tab.get_by_role("link", name=order)).to_be_visible()
            heads = await maria.tab.locator("th").all_inner_texts()
            assert [head for head in heads if head][1:] == [*COLUMNS]
            await maria.tab.get_by_test_id("saved-views-button").click()
            for view in ready_made(datetime.now(UTC).date()):
                entry = maria.tab.get_by_role("menuitem", name=view.name)
                address = str(await entry.get_attribute("href"))
                assert parse_qs(urlsplit(address).query) == {"query": [view.query]}
            if docs := Docs().reports:
                await maria.tab.screenshot(path=docs / "pictures" / "support-views.png")
            await maria.tab.get_by_role("menuitem", name="Kitchen late").click()
            await maria.tab.wait_for_url("**/workflows?query=AttentionReason+%3D+*")
            await expect(maria.tab.get_by_role("link", name=orders[0])).to_be_visible()
            await maria.tab.get_by_test_id("saved-views-button").click()
            await maria.tab.get_by_role("menuitem", name="Refund due").click()
            await maria.tab.wait_for_url("**/workflows?query=WorkflowType+%3D+*")
            await expect(maria.tab.get_by_role("link", name="order-")).to_have_count(0)
            assert _against_the_policy(maria) == []

    async def test_shows_what_is_encrypted_to_who_came_through_it(
        self, desk: Desk, people: People
    ) -> None:
        [order, _] = await late_orders(desk.temporal)
        path = f"/temporal/namespaces/default/workflows/{order}"
        async with chromium() as browser:
            async with somebody(browser, desk.door.url) as maria:
                await maria.context.add_cookies(
                    cookies_of(await people.join(Role.SUPPORT), desk.door)
                )
                await maria.go(path)
                await expect(maria.tab.locator("main")).to_contain_text("Shiro wot")
                await maria.tab.get_by_role("tab", name="User Metadata").click()
                summary = maria.tab.frame_locator("iframe").first.locator("main")
                await expect(summary).to_have_text("Habesha Kitchen")
            async with somebody(browser, desk.ui_url) as stranger:
                await stranger.go(path)
                await expect(stranger.tab.locator("main")).to_contain_text("encryption-key-id")
                assert "Shiro wot" not in await stranger.tab.content()

    async def test_runs_no_script_that_is_not_its_own(self, desk: Desk, people: People) -> None:
        [order, _] = await late_orders(desk.temporal)
        async with chromium() as browser, somebody(browser, desk.door.url) as maria:
            await maria.context.add_cookies(cookies_of(await people.join(Role.SUPPORT), desk.door))
            await maria.go(f"/temporal/namespaces/default/workflows/{order}")
            for name in ("Event History", "Call Stack", "Queries", "Memo", "User Metadata"):
                tab = maria.tab.get_by_role("tab", name=name)
                await tab.click()
                await expect(tab).to_have_attribute("aria-selected", "true")
            summary = maria.tab.frame_locator("iframe").first.locator("main")
            await expect(summary).to_have_text("Habesha Kitchen")
            # Of a new UI the digest in the Caddyfile is another: Chromium says which.
            assert _against_the_policy(maria) == []
            assert not await maria.tab.evaluate(_STRANGE_SCRIPT)
            assert len(_against_the_policy(maria)) == 1

    @pytest.mark.parametrize(
        ("block", "between", "tags"), [("{}", "\n\n", {"p"}), ("- {}", "\n", {"ul", "li"})]
    )
    async def test_draws_what_people_typed_as_the_characters_that_it_is(
        self, desk: Desk, people: People, block: str, between: str, tags: set[str]
    ) -> None:
        content = between.join(block.format(escape(typed)) for typed in _TYPED)
        async with httpx.AsyncClient(base_url=desk.door.url, timeout=30) as browser:
            enter(browser, await people.join(Role.SUPPORT))
            answer = await browser.get("/temporal/render", params={"content": content})
        [drawn] = re.findall("<main>(.*)</main>", answer.text, re.DOTALL)
        assert {*re.findall(r"<(\w+)", drawn)} == tags
        assert [html.unescape(each) for each in re.split(r"\s*<[^>]*>\s*", drawn) if each] == _TYPED


def _against_the_policy(person: Somebody) -> list[str]:
    return [fault for fault in person.faults if "Content Security Policy" in fault]


def cookies_of(person: Person, door: Door) -> list[Any]:
    tokens = {"access": person.token, "refresh": person.refresh_token}
    return [
        {"name": f"ha-soranu-{name}", "value": token, "url": door.url}
        for name, token in tokens.items()
    ]


async def late_orders(settings: TemporalSettings) -> list[str]:
    """That no worker takes up: the list shows what they began with."""
    client = await connect(settings)
    found = {ORDER_STATUS: "preparing", ATTENTION_REASON: "Kitchen late", AMOUNT: "41.20 EUR"}
    attributes = TypedSearchAttributes(
        [SearchAttributePair(key, value) for key, value in found.items()]
    )
    ids = [f"order-{uuid4()}" for _ in range(2)]
    for id_ in ids:
        await client.start_workflow(
            "OrderWorkflow",
            "Shiro wot",
            id=id_,
            task_queue="nobodys",
            static_summary="**Habesha** Kitchen",
            search_attributes=attributes,
        )
    return ids
