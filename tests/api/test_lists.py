"""Every list of the API: page by page without gap or repeat, whatever is added meanwhile."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.api.access.table import ROWS
from tests.support.document import Document, Operation
from tests.support.everybody import Everybody, Who

_LISTS = [
    "GET /couriers",
    "GET /deliveries",
    "GET /me/addresses",
    "GET /me/notifications",
    "GET /orders",
    "GET /restaurants",
    "GET /restaurants/{restaurant_id}/notifications",
    "GET /restaurants/{restaurant_id}/orders",
    "GET /restaurants/{restaurant_id}/statements/{day}",
    "GET /support/approvals",
    "GET /support/cases",
    "GET /support/audit",
    "GET /support/bulk",
    "GET /support/orders",
    "GET /support/refunds",
    "GET /support/stripe-events",
]
_READERS = (Who.CUSTOMER, Who.STAFF, Who.COURIER, Who.SUPPORT)
_FORGED = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="


@pytest.fixture
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_are_all_here(document: Document) -> None:
    takes_cursor = {
        operation.name
        for operation in document.operations
        if "cursor" in {each["name"] for each in operation.spec.get("parameters", [])}
    }
    assert takes_cursor == set(_LISTS)


@pytest.mark.parametrize("name", _LISTS)
class TestList:
    def test_is_the_same_page_by_page(
        self, name: str, client: httpx.Client, document: Document, world: Everybody
    ) -> None:
        operation = next(each for each in document.operations if each.name == name)
        for who in _READERS:
            if ROWS[name].status[who] == 200:
                page, singly = _both_ways(client, operation, who, world)
                assert singly == page["items"]

    def test_takes_no_cursor_of_somebody_elses_making(
        self, name: str, client: httpx.Client, document: Document, world: Everybody
    ) -> None:
        operation = next(each for each in document.operations if each.name == name)
        who = next(who for who in _READERS if ROWS[name].status[who] == 200)
        answer = _ask(client, operation, who, world, cursor=_FORGED)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")


class TestGrowingList:
    def test_goes_on_where_it_was_while_something_is_added(
        self, client: httpx.Client, document: Document, world: Everybody
    ) -> None:
        """The newest first: what is new comes before the page that was read, not into the next."""
        operation = next(each for each in document.operations if each.name == "GET /me/addresses")
        for label in ("one", "two"):
            _add_address(client, world, label)
        first = _page(client, operation, Who.STRANGER, world, limit=1)
        _add_address(client, world, "three")
        second = _page(client, operation, Who.STRANGER, world, limit=1, cursor=first["next_cursor"])
        labels = [page["items"][0]["label"] for page in (first, second)]
        assert labels == ["two", "one"]


def _both_ways(
    client: httpx.Client, operation: Operation, who: Who, world: Everybody
) -> tuple[dict[str, Any], list[Any]]:
    """A page, and as many items one by one, while nothing of what others do came in between."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        page = _page(client, operation, who, world, limit=5)
        singly = list(_walk(client, operation, who, world, count=len(page["items"])))
        if _page(client, operation, who, world, limit=5) == page:
            return page, singly
    pytest.fail(f"{operation.name} did not stay the same for the time of one look.")


def _walk(
    client: httpx.Client, operation: Operation, who: Who, world: Everybody, *, count: int
) -> Iterator[Any]:
    """The first items, in pages of one."""
    asked: dict[str, Any] = {"limit": 1}
    for _ in range(count):
        page = _page(client, operation, who, world, **asked)
        yield from page["items"]
        asked["cursor"] = page["next_cursor"]


def _page(
    client: httpx.Client, operation: Operation, who: Who, world: Everybody, **asked: Any
) -> dict[str, Any]:
    answer = _ask(client, operation, who, world, **asked)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def _ask(
    client: httpx.Client, operation: Operation, who: Who, world: Everybody, **asked: Any
) -> httpx.Response:
    return client.get(
        operation.path.format(**world.ids),
        params=asked,
        headers={"Authorization": f"Bearer {world.token(who)}"},
    )


def _add_address(client: httpx.Client, world: Everybody, label: str) -> None:
    body = {"label": label, "line1": "Bole Road 12", "city": "Addis Ababa", "lat": 9.0, "lon": 38.8}
    headers = {"Authorization": f"Bearer {world.token(Who.STRANGER)}"}
    answer = client.post("/api/v1/me/addresses", json=body, headers=headers)
    assert answer.status_code == 201
