"""A browser's login: what it is given to keep, what it may send, and how that ends."""

from uuid import uuid4

import httpx
import pytest

from api.browser import TokenCookie
from api.web.session import local
from tests.support.cookies import OURS, enter
from tests.support.people import People
from tests.support.rest import PASSWORD, Person, refused, register


@pytest.fixture
async def registered(http: httpx.AsyncClient) -> Person:
    """With a password of their own."""
    return await register(http)


async def log_in(browser: httpx.AsyncClient, person: Person, **given: str) -> httpx.Response:
    form = {"email": person.email, "password": PASSWORD, **given}
    return await browser.post("/session", data=form)


class TestLoggingIn:
    async def test_keeps_tokens_where_no_script_finds_them(
        self, browser: httpx.AsyncClient, registered: Person
    ) -> None:
        answer = await log_in(browser, registered)
        assert (answer.status_code, answer.headers["location"], answer.text) == (303, "/", "")
        cookies = answer.headers.get_list("set-cookie")
        assert {cookie.partition("=")[0] for cookie in cookies} == {
            "ha-soranu-access",
            "ha-soranu-refresh",
        }
        for cookie in cookies:
            assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {*cookie.split("; ")}
            assert "Domain" not in cookie

    async def test_binds_them_to_host_and_https_wherever_the_browser_is_elsewhere(
        self, browser: httpx.AsyncClient, registered: Person
    ) -> None:
        form = {"email": registered.email, "password": PASSWORD}
        answer = await browser.post("/session", data=form, headers={"Host": "eat.example"})
        for cookie in answer.headers.get_list("set-cookie"):
            assert cookie.startswith("__Host-ha-soranu-")
            assert {"Secure", "Path=/"} <= {*cookie.split("; ")}

    async def test_shows_the_form_again_where_the_password_is_wrong(
        self, browser: httpx.AsyncClient, registered: Person
    ) -> None:
        answer = await log_in(browser, registered, password="not-the-password", next="/orders")
        assert answer.status_code == 401
        assert "The e-mail address or the password is wrong." in answer.text
        assert 'value="/orders"' in answer.text
        assert not browser.cookies

    @pytest.mark.parametrize(
        ("wanted", "leads_to"),
        [
            ("/orders?status=placed", "/orders?status=placed"),
            ("https://evil.example/", "/"),
            ("//evil.example/", "/"),
            ("/\\evil.example/", "/"),
            ("javascript:alert(1)", "/"),
            ("/\t/evil.example", "/"),
            ("//[", "/"),
            ("", "/"),
        ],
    )
    def test_leads_to_pages_of_this_site_only(self, wanted: str, leads_to: str) -> None:
        assert local(wanted) == leads_to

    async def test_leads_back_to_where_it_was_asked_for(
        self, browser: httpx.AsyncClient, registered: Person
    ) -> None:
        for wanted, leads_to in (("/orders", "/orders"), ("//evil.example", "/")):
            answer = await log_in(browser, registered, next=wanted)
            assert answer.headers["location"] == leads_to

    async def test_is_refused_to_another_site(
        self, browser: httpx.AsyncClient, registered: Person
    ) -> None:
        form = {"email": registered.email, "password": PASSWORD}
        headers = {"Sec-Fetch-Site": "cross-site"}
        refused(await browser.post("/session", data=form, headers=headers), 403, "forbidden")


class TestRegistering:
    async def test_logs_in(self, browser: httpx.AsyncClient) -> None:
        email = f"{uuid4().hex}@example.com"
        form = {"email": email, "password": PASSWORD, "name": "Sara"}
        assert (await browser.post("/session/registration", data=form)).status_code == 303
        assert (await browser.get("/api/v1/me")).json()["email"] == email

    @pytest.mark.parametrize(
        ("given", "status", "said"),
        [
            ({"password": "short"}, 422, "at least 12 characters"),
            ({"name": ""}, 422, "at least 1 character"),
            ({"email": "nobody"}, 422, "not an e-mail address"),
        ],
    )
    async def test_says_what_is_wrong(
        self, browser: httpx.AsyncClient, given: dict[str, str], status: int, said: str
    ) -> None:
        form = {"email": "sara@example.com", "password": PASSWORD, "name": "Sara", **given}
        answer = await browser.post("/session/registration", data=form)
        assert answer.status_code == status
        assert said in answer.text
        assert PASSWORD not in answer.text


class TestCookie:
    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"Sec-Fetch-Site": "same-origin"}, 200),
            ({"Sec-Fetch-Site": "same-site"}, 403),
            ({"Sec-Fetch-Site": "cross-site"}, 403),
            ({"Sec-Fetch-Site": "none"}, 403),
            ({"Origin": "{url}"}, 200),
            ({"Origin": "http://evil.example"}, 403),
            ({"Origin": "null"}, 403),
            ({"Origin": "http://["}, 403),
            # The browser's own word counts more than a name.
            ({"Sec-Fetch-Site": "cross-site", "Origin": "{url}"}, 403),
            ({}, 403),
        ],
    )
    async def test_acts_for_this_sites_pages_alone(
        self,
        browser: httpx.AsyncClient,
        person: Person,
        url: str,
        headers: dict[str, str],
        status: int,
    ) -> None:
        enter(browser, person)
        del browser.headers["Sec-Fetch-Site"]
        sent = {name: value.format(url=url) for name, value in headers.items()}
        answer = await browser.patch("/api/v1/me", json={"name": "Sara"}, headers=sent)
        assert answer.status_code == status
        assert (await browser.get("/api/v1/me", headers=sent)).status_code == 200

    async def test_survives_a_host_that_is_none(
        self, browser: httpx.AsyncClient, person: Person
    ) -> None:
        enter(browser, person)
        answers = [await browser.get(path, headers={"Host": "["}) for path in ("/", "/session")]
        assert [answer.status_code for answer in answers] == [200, 401]

    async def test_yields_to_a_token_in_the_header(
        self, browser: httpx.AsyncClient, person: Person, people: People
    ) -> None:
        enter(browser, person)
        other = await people.join()
        headers = {"Authorization": f"Bearer {other.token}", "Sec-Fetch-Site": "cross-site"}
        changed = await browser.patch("/api/v1/me", json={"name": "Sara"}, headers=headers)
        assert changed.json()["id"] == other.id
        for header in ("Bearer nonsense", "Basic eDp5"):
            answer = await browser.get("/api/v1/me", headers={"Authorization": header})
            assert answer.status_code == 401


class TestRefreshing:
    async def test_replaces_both_tokens(self, browser: httpx.AsyncClient, person: Person) -> None:
        enter(browser, person)
        before = dict(browser.cookies)
        answer = await browser.post("/session/refresh")
        assert (answer.status_code, answer.text) == (204, "")
        assert {*before.items()}.isdisjoint(browser.cookies.items())
        assert (await browser.get("/session")).status_code == 204

    async def test_ends_a_login_whose_token_comes_twice(
        self, browser: httpx.AsyncClient, person: Person, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # However slow the machine, an answer that is under way is not taken for a lost one.
        monkeypatch.setattr("adapters.postgres.identity.sessions._ANSWERING_SECONDS", 8.0)
        enter(browser, person)
        stolen = dict(browser.cookies)
        await browser.post("/session/refresh")
        async with httpx.AsyncClient(
            base_url=browser.base_url, cookies=stolen, headers=OURS, timeout=30
        ) as thief:
            answer = await thief.post("/session/refresh")
        assert answer.status_code == 401
        assert all("Max-Age=0" in cookie for cookie in answer.headers.get_list("set-cookie"))
        assert (await browser.get("/session")).status_code == 401

    async def test_needs_a_login(self, browser: httpx.AsyncClient) -> None:
        refused(await browser.post("/session/refresh"), 401, "unauthenticated")

    async def test_forgets_what_is_no_token(self, browser: httpx.AsyncClient) -> None:
        browser.cookies.set(TokenCookie.REFRESH, "x" * 200)
        answer = await browser.post("/session/refresh")
        assert answer.status_code == 401
        assert all("Max-Age=0" in cookie for cookie in answer.headers.get_list("set-cookie"))


class TestLoggingOut:
    async def test_ends_the_login_and_empties_the_browser(
        self, browser: httpx.AsyncClient, person: Person
    ) -> None:
        enter(browser, person)
        kept = dict(browser.cookies)
        answer = await browser.post("/session/end")
        assert (answer.status_code, dict(browser.cookies)) == (303, {})
        browser.cookies.update(kept)
        assert (await browser.get("/api/v1/me")).status_code == 401
        assert (await browser.post("/session/refresh")).status_code == 401

    async def test_works_an_hour_later(self, browser: httpx.AsyncClient, person: Person) -> None:
        enter(browser, person)
        access = browser.cookies["ha-soranu-access"]
        browser.cookies.delete("ha-soranu-access")
        assert (await browser.post("/session/end")).status_code == 303
        bearer = {"Authorization": f"Bearer {access}"}
        assert (await browser.get("/api/v1/me", headers=bearer)).status_code == 401
