"""Finding an order by what somebody has of it, and what no log may hold of that."""

from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.settings import DatabaseSettings
from api.services import Settings
from tests.support.api_process import api_process
from tests.support.helpdesk import Helpdesk
from tests.support.people import People
from tests.support.polling import eventually
from tests.support.rest import refused

LONG_AGO = """
UPDATE ordering.orders
SET updated_at = updated_at - interval '2 hours', ready_by = ready_by - interval '2 hours'
WHERE id = :id
"""


@pytest.fixture
async def known(desk: Helpdesk, people: People, shared: dict[str, str]) -> dict[str, str]:
    """`order`, and the `email` and the `phone` of its customer."""
    if not shared:
        phone = f"+34 6{str(uuid4().int)[:8]}"
        customer = await people.join(phone=phone)
        diner = replace(desk.diner, customer=customer)
        order_id = await replace(desk, diner=diner).captured()
        shared.update(order=order_id, email=customer.email, phone=phone)
    return shared


async def _found(desk: Helpdesk, words: str) -> list[dict[str, Any]]:
    answer = await desk.read.post("/support/search", {"q": words})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


class TestSearch:
    async def test_finds_by_the_beginning_of_an_id(
        self, desk: Helpdesk, known: dict[str, str]
    ) -> None:
        order_id = known["order"]
        for words in (order_id, order_id[:8], order_id[:13].upper(), f"#{order_id[:12]}"):
            found = await _found(desk, words)
            assert ("order", order_id, order_id) in {
                (hit["kind"], hit["match"], hit["order"]["id"]) for hit in found
            }, words

    async def test_finds_by_address_and_phone_in_any_format(
        self, desk: Helpdesk, known: dict[str, str]
    ) -> None:
        phone = known["phone"]
        spaced = f"{phone[:7]}-{phone[7:9]} {phone[9:]}"
        for words in (known["email"], known["email"].upper(), phone, spaced, phone[-9:]):
            [hit] = await _found(desk, words)
            assert (hit["kind"], hit["match"]) == ("customer", known["email"]), words
            assert hit["order"]["id"] == known["order"]

    async def test_finds_by_restaurant(self, desk: Helpdesk, known: dict[str, str]) -> None:
        found = await _found(desk, "crozet kit")
        assert known["order"] in {hit["order"]["id"] for hit in found}
        assert {(hit["kind"], hit["match"]) for hit in found} == {("restaurant", "Crozet Kitchen")}

    @pytest.mark.parametrize("words", ["nobody@example.test", "+49 999 999999", "ffffffff-ffff-4"])
    async def test_finds_nothing_where_there_is_nothing(self, desk: Helpdesk, words: str) -> None:
        assert await _found(desk, words) == []

    async def test_needs_words_and_the_role(self, desk: Helpdesk) -> None:
        refused(await desk.read.get("/support/search?q=ab"), 422, "invalid_request")
        refused(await desk.read.get("/support/search"), 422, "invalid_request")
        refused(await desk.diner.staff.get("/support/search?q=abc"), 403, "forbidden")

    async def test_takes_no_words_that_nothing_can_be_called(self, desk: Helpdesk) -> None:
        """Postgres stores no NUL, and says so with an error."""
        refused(await desk.read.get("/support/search?q=abc%00"), 422, "invalid_request")
        answer = await desk.read.post("/support/search", {"q": "abc\0"})
        refused(answer, 422, "invalid_request")


class TestList:
    async def test_is_of_a_customer_by_phone_in_any_format(
        self, desk: Helpdesk, known: dict[str, str]
    ) -> None:
        async def of(**query: Any) -> list[str]:
            page = (await desk.read.get("/support/orders", params=query)).json()
            return [order["id"] for order in page["items"]]

        phone = known["phone"]
        assert await of(customer_phone=phone) == [known["order"]]
        assert await of(customer_phone=phone.replace(" ", "-")) == [known["order"]]
        assert await of(customer_phone=phone, customer_email=known["email"]) == [known["order"]]
        assert await of(customer_phone=phone, customer_email="nobody@example.test") == []
        assert await of(customer_phone="+49 999 999999") == []
        assert await of(customer_phone=known["email"][:20]) == []

    async def test_of_what_stands_still_has_what_is_over_its_time_and_leaves_out_what_moves(
        self, desk: Helpdesk, known: dict[str, str], databases: DatabaseSettings
    ) -> None:
        async def stuck() -> set[str]:
            page = await desk.read.get("/support/orders?stuck=true&limit=100")
            return {order["id"] for order in page.json()["items"]}

        assert known["order"] not in await stuck()
        ordering = Database(databases.ordering_dsn)
        async with ordering.transaction() as session:
            await session.execute(text(LONG_AGO), {"id": UUID(known["order"])})
        await ordering.close()
        assert known["order"] in await stuck()


class TestLogs:
    async def test_hold_nothing_that_was_searched_for(
        self, desk: Helpdesk, known: dict[str, str], settings: Settings, tmp_path: Path
    ) -> None:
        """Also where it was refused, or asked for in the wrong way."""
        words = [known["email"], known["phone"], "Crozet Kitchen", "Crozet 1", "a secret note"]
        async with (
            api_process(settings, tmp_path) as api,
            httpx.AsyncClient(base_url=api.url, timeout=30) as http,
        ):
            reader, act = replace(desk.read, http=http), replace(desk.act, http=http)
            for q in words:
                await reader.get("/support/search", params={"q": q})
                await reader.post("/support/search", {"q": q})
                await reader.delete(f"/support/search?q={q}")
                await reader.get("/support/search", params={"q": q, "limit": "x" * 300})
                await reader.get("/support/orders", params={"customer_phone": q})
                await reader.get("/support/orders", params={"customer_email": q})
            done = await act.post(f"/support/orders/{known['order']}/notes", {"reason": words[-1]})
            assert done.status_code == 200, done.text
            await act.get(f"/support/orders/{known['order']}")
            await eventually(
                lambda: api.log.read_text().count("request.answered") >= 6 * len(words) + 2
            )
            log = api.log.read_text()
        assert known["order"] in log
        for word in (*words, known["email"].partition("@")[0], known["phone"][-8:], "q="):
            assert word not in log, word
