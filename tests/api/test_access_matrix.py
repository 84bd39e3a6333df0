"""Every operation of the API x everybody who might ask: who gets through, and who is told what."""

from typing import Any

import httpx
import pytest

from tests.api.access.table import ROWS, Row
from tests.support.document import BASE, Document, Operation
from tests.support.everybody import Everybody, Who

# Of the world: these paths are about an order.
_ORDER = "order_id"


class TestTable:
    def test_has_a_row_for_every_operation(self, document: Document) -> None:
        missing = {operation.name for operation in document.operations} - ROWS.keys()
        assert not missing, (
            f"Nobody has said who may do this: {', '.join(sorted(missing))}."
            " Give each a row in tests/api/access/table.py."
        )

    def test_has_no_row_for_what_is_gone(self, document: Document) -> None:
        assert ROWS.keys() - {operation.name for operation in document.operations} == set()

    def test_lets_nobody_in_where_the_document_asks_for_a_login(self, document: Document) -> None:
        for operation in document.operations:
            refused = ROWS[operation.name].status[Who.NOBODY] == 401
            # A refresh token that is nobody's is refused for what it is.
            assert refused == operation.needs_login or operation.name == "POST /auth/refresh"

    def test_names_answers_that_the_document_has(self, document: Document) -> None:
        for operation in document.operations:
            for status in set(ROWS[operation.name].status.values()):
                assert str(status) in operation.spec["responses"], (operation.name, status)


@pytest.mark.parametrize("name", ROWS)
class TestOperation:
    def test_answers_everybody_as_they_may_expect(
        self, name: str, url: str, document: Document, world: Everybody
    ) -> None:
        operation = next(each for each in document.operations if each.name == name)
        with httpx.Client(base_url=url, timeout=30) as http:
            answered = {who: _ask(http, operation, who, world) for who in Who}
        assert {who: answered[who] for who in Who} == {who: ROWS[name].status[who] for who in Who}


def _ask(http: httpx.Client, operation: Operation, who: Who, world: Everybody) -> int:
    """The status alone: a stream goes on for ever."""
    row = ROWS[operation.name]
    headers = dict(row.headers)
    if token := world.token(who, row.login):
        headers["Authorization"] = f"Bearer {token}"
    options: dict[str, Any] = {} if row.body is None else {"json": row.body}
    with http.stream(
        operation.method, _url(operation, row, who, world), headers=headers, **options
    ) as answer:
        return answer.status_code


def _url(operation: Operation, row: Row, who: Who, world: Everybody) -> str:
    delivered = row.delivered or who is Who.PAST_COURIER
    order_id = world.delivered if delivered else world.under_way
    ids = {**world.ids, _ORDER: order_id, **row.ids}
    return operation.path.format(**ids) + row.query


class TestCourierAfterTheDelivery:
    def test_sees_the_address_no_more(self, url: str, world: Everybody) -> None:
        shown = {
            who: httpx.get(
                f"{url}{BASE}/orders/{order_id}",
                headers={"Authorization": f"Bearer {world.token(who)}"},
                timeout=30,
            ).json()["delivery"]["address"]
            for who, order_id in (
                (Who.COURIER, world.under_way),
                (Who.PAST_COURIER, world.delivered),
                (Who.CUSTOMER, world.delivered),
            )
        }
        assert shown[Who.PAST_COURIER] is None
        assert shown[Who.COURIER]["city"] == shown[Who.CUSTOMER]["city"] == "Kerguelen"
