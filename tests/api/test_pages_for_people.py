"""The pages as HTTP: what a browser is given to keep, what it may send, and what it is shown."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx
import pytest

from api.web.session import local
from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.rest import PASSWORD, Person, money, refused, register

HTML = {"Accept": "text/html"}
OURS = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
async def browser(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """With cookies, like one; it follows no redirects, to be seen."""
    async with httpx.AsyncClient(base_url=url, timeout=30, headers=OURS) as client:
        yield client


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people)


@pytest.fixture
async def registered(http: httpx.AsyncClient) -> Person:
    """With a password of their own."""
    return await register(http)


async def log_in(browser: httpx.AsyncClient, person: Person, **given: str) -> httpx.Response:
    form = {"email": person.email, "password": PASSWORD, **given}
    return await browser.post("/session", data=form)


def enter(browser: httpx.AsyncClient, person: Person) -> None:
    """As after a login, without the work of one."""
    browser.cookies = httpx.Cookies()
    for name, token in (("access", person.token), ("refresh", person.refresh_token)):
        browser.cookies.set(f"ha-soranu-{name}", token or "", domain="127.0.0.1")


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
        self, browser: httpx.AsyncClient, person: Person
    ) -> None:
        enter(browser, person)
        stolen = dict(browser.cookies)
        await browser.post("/session/refresh")
        async with httpx.AsyncClient(
            base_url=browser.base_url, cookies=stolen, headers=OURS
        ) as thief:
            answer = await thief.post("/session/refresh")
        assert answer.status_code == 401
        assert all("Max-Age=0" in cookie for cookie in answer.headers.get_list("set-cookie"))
        assert (await browser.get("/session")).status_code == 401

    async def test_needs_a_login(self, browser: httpx.AsyncClient) -> None:
        refused(await browser.post("/session/refresh"), 401, "unauthenticated")


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


class TestErrorPage:
    @pytest.mark.parametrize(
        ("path", "status"),
        [("/nowhere", 404), (f"/r/{uuid4()}", 404), ("/r/nonsense", 422), ("/?cursor=x", 422)],
    )
    async def test_is_shown_to_browsers_and_told_to_programs(
        self, browser: httpx.AsyncClient, path: str, status: int
    ) -> None:
        shown = await browser.get(path, headers=HTML)
        assert shown.status_code == status
        assert shown.headers["content-type"] == "text/html; charset=utf-8"
        assert shown.headers["x-request-id"] in shown.text
        assert "default-src 'self'" in shown.headers["content-security-policy"]
        told = await browser.get(path)
        assert (told.status_code, told.json()["status"]) == (status, status)

    async def test_is_no_part_of_the_api(self, browser: httpx.AsyncClient) -> None:
        refused(await browser.get("/api/v1/nowhere", headers=HTML), 404, "not_found")
        refused(await browser.get("/api/v1/me", headers=HTML), 401, "unauthenticated")

    async def test_leads_guests_to_the_login_and_back(self, browser: httpx.AsyncClient) -> None:
        answer = await browser.get("/orders?cursor=a%26b", headers=HTML)
        assert answer.status_code == 303
        assert answer.headers["location"] == "/login?next=/orders%3Fcursor%3Da%2526b"

    async def test_keeps_strangers_from_a_board(
        self, browser: httpx.AsyncClient, diner: Diner
    ) -> None:
        enter(browser, diner.customer)
        answer = await browser.get(f"/board/{diner.restaurant_id}", headers=HTML)
        assert answer.status_code == 403
        assert "This is for the restaurant" in answer.text

    @pytest.mark.usefixtures("workers")
    async def test_hides_somebody_elses_order(
        self, browser: httpx.AsyncClient, diner: Diner, person: Person
    ) -> None:
        order_id = await diner.placed()
        enter(browser, person)
        assert (await browser.get(f"/orders/{order_id}", headers=HTML)).status_code == 404
        enter(browser, diner.customer)
        assert (await browser.get(f"/orders/{order_id}", headers=HTML)).status_code == 200


class TestPage:
    async def test_escapes_what_people_wrote(
        self, browser: httpx.AsyncClient, people: People
    ) -> None:
        name = '<script>alert("x")</script>'
        diner = await open_diner(people, name=name, cuisine=name)
        shown = (await browser.get(f"/r/{diner.restaurant_id}")).text
        assert name not in shown
        assert "&lt;script&gt;" in shown

    @pytest.mark.parametrize(
        ("currency", "amount", "shown"),
        [("USD", 1250, "12.50 USD"), ("JPY", 500, "500 JPY"), ("KWD", 1250, "1.250 KWD")],
    )
    async def test_shows_prices_as_the_currency_is_written(
        self, browser: httpx.AsyncClient, people: People, currency: str, amount: int, shown: str
    ) -> None:
        staff = await people.join()
        place = {"line1": "Ginza 1", "city": "Tokyo", "lat": 35.67, "lon": 139.76}
        body = {"name": "Sushi", "currency": currency, "address": place}
        restaurant = (await staff.post("/restaurants", body)).json()
        dish = {"name": "Maguro", "price": money(amount, currency)}
        await staff.post(f"/restaurants/{restaurant['id']}/menu/items", dish)
        assert shown in (await browser.get(f"/r/{restaurant['id']}")).text

    @pytest.mark.parametrize("near", ["91, 0", "0, 181", "Addis Ababa", "9.0"])
    async def test_says_what_is_no_place(self, browser: httpx.AsyncClient, near: str) -> None:
        answer = await browser.get("/", params={"near": near})
        assert f"This is not a place: “{near}”." in answer.text

    async def test_finds_what_is_near_by_name(
        self, browser: httpx.AsyncClient, people: People
    ) -> None:
        name = f"Soranu {uuid4().hex}"
        diner = await open_diner(people, name=name)
        here = {"q": name, "near": "9.005, 38.765", "open_now": "true"}
        assert f"/r/{diner.restaurant_id}" in (await browser.get("/", params=here)).text
        far = {"q": name, "near": "51.5, -0.1"}
        assert "No restaurant was found." in (await browser.get("/", params=far)).text

    @pytest.mark.parametrize("path", ["/", "/login", "/register", "/reset", "/reset?token=x"])
    async def test_brings_no_script_or_style_of_its_own(
        self, browser: httpx.AsyncClient, path: str
    ) -> None:
        answer = await browser.get(path)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon\w+=", answer.text) == []

    async def test_is_no_part_of_the_document(self, browser: httpx.AsyncClient) -> None:
        paths = (await browser.get("/openapi.json")).json()["paths"]
        assert [path for path in paths if path.startswith(("/r/", "/session", "/board"))] == []


class TestScripts:
    async def test_are_kept_for_ever_under_their_digest_alone(
        self, browser: httpx.AsyncClient
    ) -> None:
        [path] = re.findall(r'src="(/static/\w+/pages\.js)"', (await browser.get("/")).text)
        current = await browser.get(path)
        assert current.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert "javascript" in current.headers["content-type"]
        other = await browser.get("/static/of-another-release/pages.js")
        assert (other.status_code, other.headers["cache-control"]) == (200, "no-cache")

    @pytest.mark.parametrize("name", ["nothing.js", "..%2frendering.py", "%2e%2e/rendering.py"])
    async def test_are_all_that_is_there(self, browser: httpx.AsyncClient, name: str) -> None:
        assert (await browser.get(f"/static/any/{name}")).status_code == 404
