"""`python -m api`, as the processes that people start."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import httpx
import pytest

from api.services import Settings
from domain.accounts import Role
from domain.throttling import GUESSING
from tests.support.people import People
from tests.support.polling import eventually
from tests.support.rest import Visitor, log_in, refused
from tests.support.servers import Servers

PASSWORD = "correct-horse-battery"


@pytest.fixture
def environment(servers: Servers, settings: object) -> dict[str, str]:
    return {**os.environ, **servers.site.environment()}


def _run(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "api", *arguments]
    return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)


class TestBootstrapAdmin:
    async def test_makes_an_administrator_once(
        self, http: httpx.AsyncClient, environment: dict[str, str]
    ) -> None:
        email = f"{uuid4().hex}@ha-soranu.test"
        given = {**environment, "ADMIN_EMAIL": email.upper(), "ADMIN_PASSWORD": PASSWORD}
        assert _run(given, "bootstrap-admin").returncode == 0
        other = {**given, "ADMIN_PASSWORD": "another-password"}
        assert _run(other, "bootstrap-admin").returncode == 0
        admin = await log_in(http, email, PASSWORD)
        assert (await admin.get("/me")).json()["roles"] == ["admin", "customer", "support"]


class TestGrant:
    async def test_gives_a_role(self, environment: dict[str, str], people: People) -> None:
        person = await people.join()
        assert _run(environment, "grant", person.email, "support").returncode == 0
        assert Role.SUPPORT in (await person.get("/me")).json()["roles"]

    async def test_says_how_far_support_may_go(
        self, environment: dict[str, str], people: People
    ) -> None:
        person = await people.join()
        grant = ("grant", person.email, "support", "--right", "act")
        assert _run(environment, *grant).returncode == 0
        assert (await person.get("/me")).json()["support_right"] == "act"

    async def test_refuses_a_right_of_another_role(
        self, environment: dict[str, str], people: People
    ) -> None:
        person = await people.join()
        run = _run(environment, "grant", person.email, "courier", "--right", "act")
        assert run.returncode != 0
        assert "courier" not in (await person.get("/me")).json()["roles"]

    def test_fails_for_an_account_that_is_not_there(self, environment: dict[str, str]) -> None:
        email = f"{uuid4().hex}@example.com"
        assert _run(environment, "grant", email, "support").returncode != 0


class TestUnlock:
    async def test_forgets_the_wrong_passwords_of_an_account(
        self, environment: dict[str, str], settings: Settings, visitor: Visitor
    ) -> None:
        email = f"{uuid4().hex}@example.com"
        wrong = {"email": email, "password": "not the password"}
        for _ in range(GUESSING.free + 1):
            refused(await visitor.post("/auth/login", wrong), 401, "invalid_credentials")
        refused(await visitor.post("/auth/login", wrong), 429, "too_many_requests")
        secret = settings.identity.customer_key_secret.get_secret_value()
        given = {**environment, "CUSTOMER_KEY_SECRET": secret}
        assert _run(given, "unlock", email.upper()).returncode == 0
        refused(await visitor.post("/auth/login", wrong), 401, "invalid_credentials")


class TestServe:
    async def test_answers_and_logs_ids_but_no_secrets(self, servers: Servers) -> None:
        servers.need("api")
        url = servers.site.api_url
        query, token = "?q=private", "secret-token"
        async with httpx.AsyncClient(base_url=url, timeout=30) as http:
            answer = await http.get(
                f"/api/v1/restaurants{query}",
                headers={"Authorization": f"Bearer {token}", "X-Request-Id": "logged-1"},
            )
        assert answer.status_code == 200
        assert "server" not in answer.headers
        log = servers.site.settings.data_dir / "logs" / "api.log"
        await eventually(lambda: "logged-1" in log.read_text())
        assert "private" not in log.read_text()
        assert token not in log.read_text()
        [line] = [line for line in log.read_text().splitlines() if "logged-1" in line]
        entry = json.loads(line[line.index("{") :])
        assert entry["event"] == "request.answered"
        assert entry["correlation_id"] == "logged-1"
        assert entry["process"] == "api"
