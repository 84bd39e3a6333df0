"""The OpenAPI document: complete for every operation, and true."""

import re

import httpx
import pytest

from tests.support.document import PROBLEM, STREAM, Document, Operation

_STATUS_OF_A_PROBLEM = "400"


@pytest.fixture(scope="module")
def operations(document: Document) -> dict[str, Operation]:
    return {operation.name: operation for operation in document.operations}


def headers(operation: Operation, status: str) -> set[str]:
    return set(operation.spec["responses"][status].get("headers", {}))


class TestEveryOperation:
    def test_says_what_it_is_for(self, document: Document) -> None:
        words = ("summary", "description", "tags", "operationId")
        mute = [
            f"{operation.name} has no {word}: give its route a docstring"
            for operation in document.operations
            for word in words
            if not operation.spec.get(word)
        ]
        assert not mute, "\n".join(mute)

    def test_has_a_name_of_its_own(self, document: Document) -> None:
        names = [operation.spec["operationId"] for operation in document.operations]
        assert len(set(names)) == len(names) > 55

    def test_shows_an_example_of_all_that_is_sent_and_answered(self, document: Document) -> None:
        bare = [
            f"{operation.name}: {place}"
            for operation in document.operations
            for place, content in operation.contents()
            if not content.get("example", content.get("examples"))
        ]
        assert not bare, "\n".join(bare)

    def test_shows_examples_that_are_of_their_schema(self, document: Document) -> None:
        wrong = [
            f"{operation.name}: {fault}"
            for operation in document.operations
            for place, content in operation.contents()
            if "schema" in content
            for example in document.examples(content)
            for fault in document.faults(operation, place, example)
        ]
        assert not wrong, "\n".join(wrong)

    def test_refuses_with_problems_alone(self, document: Document) -> None:
        for operation in document.operations:
            for status, answer in operation.spec["responses"].items():
                if status >= _STATUS_OF_A_PROBLEM:
                    assert list(answer["content"]) == [PROBLEM], operation.name
                    assert operation.codes(status), operation.name

    def test_says_what_may_befall_it(self, document: Document) -> None:
        for operation in document.operations:
            statuses = {"429", "503"}
            if operation.needs_login:
                statuses |= {"401"}
            if "requestBody" in operation.spec:
                statuses |= {"413", "422"}
            if "{" in operation.path:
                statuses |= {"422"}
            assert statuses <= operation.spec["responses"].keys(), operation.name

    def test_says_what_stands_in_its_headers(self, document: Document) -> None:
        for operation in document.operations:
            for status in operation.spec["responses"]:
                assert {"X-Request-Id", "RateLimit", "RateLimit-Policy"} <= headers(
                    operation, status
                )
            for status in ("429", "503"):
                assert "Retry-After" in headers(operation, status)
            if operation.needs_login:
                assert "WWW-Authenticate" in headers(operation, "401")


class TestSomeOperations:
    def test_placing_an_order_names_every_refusal(self, operations: dict[str, Operation]) -> None:
        place = operations["POST /orders"]
        assert {code for status in place.spec["responses"] for code in place.codes(status)} == {
            "address_not_found",
            "bad_request",
            "body_too_large",
            "currency_mismatch",
            "idempotency_key_missing",
            "idempotency_key_reused",
            "invalid_request",
            "item_unavailable",
            "out_of_delivery_range",
            "price_changed",
            "restaurant_closed",
            "restaurant_not_found",
            "too_many_requests",
            "unauthenticated",
            "unavailable",
        }
        assert "Location" in headers(place, "202")

    @pytest.mark.parametrize("name", ["POST /orders", "POST /support/orders/{order_id}/refunds"])
    def test_a_key_is_required(self, operations: dict[str, Operation], name: str) -> None:
        parameters = {each["name"]: each for each in operations[name].spec["parameters"]}
        assert parameters["Idempotency-Key"]["required"] is True

    def test_what_can_be_changed_has_an_etag_and_heeds_it(
        self, operations: dict[str, Operation]
    ) -> None:
        changed = [each for each in operations.values() if each.method == "patch"]
        assert len(changed) > 3
        for operation in changed:
            assert "412" in operation.spec["responses"]
            assert "ETag" in headers(operation, "200")
            assert "If-Match" in {each["name"] for each in operation.spec["parameters"]}

    def test_reading_takes_no_precondition(self, operations: dict[str, Operation]) -> None:
        read = operations["GET /me"]
        assert "ETag" in headers(read, "200")
        assert "parameters" not in read.spec or not read.spec["parameters"]

    def test_the_stream_is_shown(self, operations: dict[str, Operation]) -> None:
        stream = operations["GET /orders/{order_id}/events"].spec
        assert "event: order_" in stream["responses"]["200"]["content"][STREAM]["example"]
        assert "Last-Event-ID".lower() in {each["name"].lower() for each in stream["parameters"]}

    def test_a_menu_is_read_with_or_without_a_token(self, operations: dict[str, Operation]) -> None:
        read = operations["GET /restaurants/{restaurant_id}/menu"]
        assert not read.needs_login
        assert "401" in read.spec["responses"]


class TestDocs:
    async def test_are_browsable_with_scripts_of_our_own(self, http: httpx.AsyncClient) -> None:
        """A script from elsewhere could act as whoever is logged in here."""
        page = await http.get("/docs")
        assert "script-src 'self' 'unsafe-inline';" in page.headers["content-security-policy"]
        sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
        assert sources
        assert all(source.startswith("/") for source in sources)
        assert all([(await http.get(source)).status_code == 200 for source in sources])

    async def test_are_what_the_repository_keeps(
        self, http: httpx.AsyncClient, document: Document
    ) -> None:
        assert (await http.get("/openapi.json")).json() == document.document
