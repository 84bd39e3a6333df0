"""The pages as HTTP: what people are shown, and what programs are told instead."""

import re
from uuid import uuid4

import httpx
import pytest

from tests.support.cookies import enter
from tests.support.dining import Diner, open_diner
from tests.support.people import People
from tests.support.rest import Person, money, refused

HTML = {"Accept": "text/html"}


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people)


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

    @pytest.mark.parametrize("path", ["/", "/login", "/register", "/reset"])
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
