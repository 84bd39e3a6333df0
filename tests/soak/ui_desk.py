"""The Temporal UI with its read-only switch and without, beside one server with orders."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import uvicorn
from fastapi import FastAPI
from playwright.async_api import Browser, Page
from temporalio.client import Client
from temporalio.service import RPCError

from adapters.settings import TemporalSettings
from adapters.temporal import connect
from infra.stack.ports import free_ports
from infra.stack.settings import HOST, StackSettings
from infra.stack.stack import Stack
from tests.support.browsing import chromium, somebody
from tests.support.builders import an_order
from tests.support.fake_workers import at_work
from tests.support.fakes import FakeActivities
from tests.support.front_door import front_door
from tests.support.polling import seen
from tests.support.servers import open_data_dir
from tests.support.serving import serving
from tests.support.ui_server import PATH, built
from workflows.order import workflow_id
from workflows.search_attributes import ORDER_STATUS
from workflows.start import start_order

_SEND = """async ([path, body]) => {
  const token = document.cookie.match(/(?:^|; )_csrf=([^;]+)/)[1];
  const headers = {"Content-Type": "application/json", "X-CSRF-Token": token};
  const answer = await fetch(path, {method: "POST", headers, body: JSON.stringify(body)});
  return [answer.status, await answer.text()];
}"""


@dataclass(frozen=True)
class Site:
    """A page of a UI in a browser of its own."""

    page: Page

    async def post(self, path: str, body: dict[str, Any]) -> tuple[int, str]:
        sent = [f"{PATH}/api/v1/namespaces/default/{path}", body]
        status, text = await self.page.evaluate(_SEND, sent)
        return status, " ".join(text.split())


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Three ways to the same orders: `door` leads to `read_only`."""

    client: Client
    door: Site
    read_only: Site
    writable: Site

    async def order(self) -> str:
        """Confirmed."""
        order = an_order()
        await start_order(self.client, order, customer_key="k")
        id_ = workflow_id(order.order_id)

        async def status() -> str | None:
            described = await self.client.get_workflow_handle(id_).describe()
            return described.typed_search_attributes.get(ORDER_STATUS)

        await seen(status, lambda found: found == "confirmed")
        return id_

    async def events(self, workflow: str) -> set[int]:
        """None where there is no such workflow."""
        try:
            history = await self.client.get_workflow_handle(workflow).fetch_history()
        except RPCError:
            return set()
        return {event.event_type for event in history.events}


@asynccontextmanager
async def running_desk() -> AsyncIterator[Desk]:
    async with AsyncExitStack() as closing:
        stack = await closing.enter_async_context(
            Stack(StackSettings.isolated(closing.enter_context(open_data_dir())))
        )
        gate = closing.enter_context(serving(a_gate(), by=uvicorn.Server))
        urls = await _started(stack, gate)
        settings = TemporalSettings(address=stack.site.temporal_address)
        client = await connect(settings)
        await closing.enter_async_context(at_work(client, FakeActivities()))
        browser = await closing.enter_async_context(chromium())
        sites = {
            name: await closing.enter_async_context(_site(browser, url))
            for name, url in urls.items()
        }
        yield Desk(client=client, **sites)


def a_gate() -> FastAPI:
    """In place of the API: lets everybody in."""
    gate = FastAPI()

    @gate.get("/support/session")
    @gate.get("/health/live")
    def let_in() -> None:
        pass

    return gate


async def _started(stack: Stack, gate: str) -> dict[str, str]:
    """The addresses of the three sites."""
    await stack.start(["temporal"])
    server, site = built(), stack.site
    ports = dict(zip(("door", "read_only", "writable"), free_ports(3), strict=True))
    switch = {"TEMPORAL_DISABLE_WRITE_ACTIONS": "true"}
    await stack.add(server.service(site, "read-only-ui", ports["read_only"], **switch))
    await stack.add(server.service(site, "writable-ui", ports["writable"]))
    api, ui = gate.removeprefix("http://"), f"{HOST}:{ports['read_only']}"
    await stack.add(front_door(site, "door", ports["door"], api=api, ui=ui))
    return {name: f"http://{HOST}:{port}" for name, port in ports.items()}


@asynccontextmanager
async def _site(browser: Browser, url: str) -> AsyncIterator[Site]:
    async with somebody(browser, url) as person:
        await person.go(f"{PATH}/namespaces/default/workflows")
        yield Site(person.tab)
