"""What holds for every request, whatever it asks for."""

import json
from collections.abc import AsyncIterator

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.support.polling import seen
from tests.support.rest import Person, Visitor, refused


class TestRequestId:
    @pytest.mark.parametrize("path", ["/restaurants", "/me", "/nowhere"])
    async def test_is_the_clients_where_it_sent_a_sane_one(
        self, visitor: Visitor, path: str
    ) -> None:
        answer = await visitor.get(path, headers={"X-Request-Id": "trace-1.a_B"})
        assert answer.headers["x-request-id"] == "trace-1.a_B"

    @pytest.mark.parametrize("theirs", ["", "x" * 65, "a b", 'a"b', "<script>"])
    async def test_is_made_where_the_clients_is_not_sane(
        self, visitor: Visitor, theirs: str
    ) -> None:
        answer = await visitor.get("/restaurants", headers={"X-Request-Id": theirs})
        made = answer.headers["x-request-id"]
        assert made != theirs
        assert len(made) == 32


class TestProblems:
    async def test_tell_an_unknown_path(self, visitor: Visitor) -> None:
        refused(await visitor.get("/nowhere"), 404, "not_found")

    async def test_tell_an_unknown_method(self, visitor: Visitor) -> None:
        refused(await visitor.put("/auth/login", {}), 405, "method_not_allowed")

    @pytest.mark.parametrize(
        "body", [b"", b"{", b"[]", b"null", b'"text"', b'{"email": }', b"[" * 10_000, b"\xff\xfe{}"]
    )
    async def test_tell_a_body_that_is_no_json_object(
        self, http: httpx.AsyncClient, body: bytes
    ) -> None:
        headers = {"Content-Type": "application/json"}
        answer = await http.post("/api/v1/auth/login", content=body, headers=headers)
        assert answer.status_code in {400, 422}
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_tell_a_body_of_another_type(self, http: httpx.AsyncClient) -> None:
        answer = await http.post("/api/v1/auth/login", data={"email": "a@example.com"})
        refused(answer, 422, "invalid_request")

    async def test_tell_an_id_that_is_none(self, person: Person) -> None:
        problem = refused(await person.get("/orders/42"), 422, "invalid_request")
        assert problem["errors"][0]["loc"] == ["path", "order_id"]

    @pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=many", "cursor=forged"])
    async def test_tell_a_page_that_is_none(self, person: Person, query: str) -> None:
        for path in ("/orders", "/restaurants", "/me/addresses", "/me/notifications"):
            refused(await person.get(f"{path}?{query}"), 422, "invalid_request")


class TestBodyLimit:
    async def test_takes_64_kib(self, person: Person) -> None:
        body = json.dumps({"name": "Abebe"}).encode().ljust(64 * 1024)
        answer = await person.send(
            "PATCH", "/me", content=body, headers={"Content-Type": "application/json"}
        )
        assert answer.status_code == 200

    async def test_refuses_one_byte_more(self, person: Person) -> None:
        body = json.dumps({"name": "Abebe"}).encode().ljust(64 * 1024 + 1)
        refused(await person.send("PATCH", "/me", content=body), 413, "body_too_large")

    async def test_refuses_it_also_when_the_length_is_not_declared(self, person: Person) -> None:
        async def chunks() -> AsyncIterator[bytes]:
            for _ in range(65):
                yield b"x" * 1024

        refused(await person.send("PATCH", "/me", content=chunks()), 413, "body_too_large")


class TestSecurityHeaders:
    @pytest.mark.parametrize("path", ["/api/v1/restaurants", "/api/v1/me", "/health/live"])
    async def test_stand_on_every_answer(self, http: httpx.AsyncClient, path: str) -> None:
        headers = (await http.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cache-control"] == "no-store"
        assert "default-src 'none'" in headers["content-security-policy"]

    @pytest.mark.parametrize("scheme", ["http", "https"])
    async def test_ask_for_https_where_it_was_used(
        self, http: httpx.AsyncClient, scheme: str
    ) -> None:
        """A proxy on the same machine says so, as one in front of us does."""
        answer = await http.get("/health/live", headers={"X-Forwarded-Proto": scheme})
        assert ("strict-transport-security" in answer.headers) is (scheme == "https")


class TestHealth:
    async def test_is_ready_when_every_part_is(self, http: httpx.AsyncClient) -> None:
        answer = await seen(
            lambda: http.get("/health/ready"), lambda answer: answer.json()["status"] == "up"
        )
        assert answer.status_code == 200
        assert answer.json() == {
            "status": "up",
            "parts": {
                "postgres/identity": "up",
                "postgres/catalog": "up",
                "postgres/ordering": "up",
                "postgres/payments": "up",
                "postgres/delivery": "up",
                "postgres/notifications": "up",
                "postgres/support": "up",
                "redis": "up",
                "temporal": "up",
            },
        }

    async def test_lives(self, http: httpx.AsyncClient) -> None:
        assert (await http.get("/health/live")).status_code == 200


class TestMetrics:
    async def test_count_requests_by_route_not_by_id(
        self, http: httpx.AsyncClient, person: Person
    ) -> None:
        await person.get(f"/orders/{person.id}")
        text = (await http.get("/metrics")).text
        [family] = [
            family
            for family in text_string_to_metric_families(text)
            if family.name == "http_request_duration_seconds"
        ]
        routes = {sample.labels.get("route") for sample in family.samples}
        assert "/api/v1/orders/{order_id}" in routes
        assert person.id not in text

    async def test_keep_no_figures_by_a_method_that_somebody_made_up(
        self, http: httpx.AsyncClient
    ) -> None:
        await http.request("BREW", "/health/live")
        assert "BREW" not in (await http.get("/metrics")).text
