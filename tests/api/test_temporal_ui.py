"""The door of the Temporal UI that support reads, and the views that are ready for it."""

import json
import re
from datetime import UTC, date, datetime
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from api.support.views import COLUMNS, ready_made
from domain.accounts import Role
from infra.stack.settings import ROOT
from tests.support.cookies import enter
from tests.support.people import People
from tests.support.rest import refused
from workflows.search_attributes import SEARCH_ATTRIBUTES

PAGE = {"Accept": "text/html"}
UNDER_MAKE_UP = "http://127.0.0.1:8233/namespaces/default/workflows"
LOOKED_FOR = {"X-Forwarded-Uri": "/temporal/namespaces/default/workflows?query=a%20b"}


class TestTheDoor:
    @pytest.mark.parametrize("headers", [{}, PAGE])
    async def test_lets_support_in(
        self, browser: httpx.AsyncClient, people: People, headers: dict[str, str]
    ) -> None:
        enter(browser, await people.join(Role.SUPPORT))
        answer = await browser.get("/support/session", headers=headers | LOOKED_FOR)
        assert (answer.status_code, answer.content) == (204, b"")

    async def test_leads_who_looks_for_a_page_to_the_login_and_back(
        self, browser: httpx.AsyncClient
    ) -> None:
        answer = await browser.get("/support/session", headers=PAGE | LOOKED_FOR)
        assert answer.status_code == 303
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        assert asked == {"next": [LOOKED_FOR["X-Forwarded-Uri"]]}

    async def test_refuses_what_a_page_asks_without_a_login(
        self, browser: httpx.AsyncClient
    ) -> None:
        answer = await browser.get("/support/session", headers=LOOKED_FOR)
        refused(answer, 401, "unauthenticated")

    @pytest.mark.parametrize("role", [Role.CUSTOMER, Role.RESTAURANT, Role.COURIER, Role.ADMIN])
    async def test_is_closed_to_everybody_else(
        self, browser: httpx.AsyncClient, people: People, role: Role
    ) -> None:
        enter(browser, await people.join(role))
        refused(await browser.get("/support/session", headers=LOOKED_FOR), 403, "forbidden")
        page = await browser.get("/support/session", headers=PAGE | LOOKED_FOR)
        assert page.status_code == 403
        assert "role support" in page.text


class TestPresets:
    async def test_are_what_the_ui_keeps(self, browser: httpx.AsyncClient, people: People) -> None:
        enter(browser, await people.join(Role.SUPPORT))
        # Midnight may come while it is asked.
        before = datetime.now(UTC).date()
        page = (await browser.get("/temporal-presets")).text
        found = re.search(r'<script id="presets" type="application/json">(.*?)</script>', page)
        assert found
        presets = json.loads(found[1])
        assert presets["columns"] == [{"label": label} for label in COLUMNS]
        assert [(view["name"], view["query"]) for view in presets["views"]] in [
            [(view.name, view.query) for view in ready_made(day)]
            for day in (before, datetime.now(UTC).date())
        ]

    async def test_are_for_support_alone(self, browser: httpx.AsyncClient, people: People) -> None:
        answer = await browser.get("/temporal-presets", headers=PAGE)
        assert answer.headers["location"] == "/login?next=/temporal-presets"
        enter(browser, await people.join())
        refused(await browser.get("/temporal-presets"), 403, "forbidden")


class TestReadyMadeViews:
    def test_ask_for_what_the_server_has_registered(self) -> None:
        own = {"CloseTime", "ExecutionStatus", "WorkflowType"}
        for view in ready_made(date(2026, 11, 24)):
            named = set(re.findall(r"[A-Z][a-z]+(?:[A-Z][a-z]+)+(?= )", view.query))
            assert named
            assert named <= SEARCH_ATTRIBUTES.keys() | own

    def test_are_those_of_the_manual(self) -> None:
        manual = (ROOT / "docs" / "operations.md").read_text()
        for view in ready_made(date(2026, 11, 24)):
            shown = f"[`{view.query}`]({view.link(UNDER_MAKE_UP)})"
            if "2026-11-24" in view.query:
                shown = f"`{view.query}`".replace("2026-11-24", "TODAY")
            assert f"| {view.name} | {shown}" in manual
