"""Restaurants, their staff and their menus."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from tests.support.dining import KITCHEN, Diner, open_diner
from tests.support.people import People
from tests.support.rest import Person, Visitor, refused

# Far from the other tests' restaurants, and another one for every test.
NOWHERE: dict[str, Any] = {"line1": "Buoy 1", "city": "Nowhere", "lat": -40.0, "lon": -120.0}


def _restaurant(**given: Any) -> dict[str, Any]:
    return {"name": "Soranu Kitchen", "currency": "USD", "address": KITCHEN, **given}


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people, stock=3)


class TestOpenRestaurant:
    async def test_makes_the_caller_its_staff(self, person: Person) -> None:
        answer = await person.post("/restaurants", _restaurant(cuisine="Ethiopian"))
        restaurant = answer.json()
        assert answer.status_code == 201
        assert restaurant == {
            "id": restaurant["id"],
            "name": "Soranu Kitchen",
            "currency": "USD",
            "address": KITCHEN,
            "cuisine": "Ethiopian",
            "opening_hours": None,
            "auto_accept": False,
            "acceptance_minutes": 10,
            "preparation_minutes": 20,
            "open": True,
            "paused": False,
            "distance_km": None,
            "version": 1,
        }
        me = (await person.get("/me")).json()
        assert (me["roles"], me["restaurants"]) == (["customer", "restaurant"], [restaurant["id"]])

    async def test_keeps_opening_hours(self, person: Person) -> None:
        hours = {
            "timezone": "Africa/Addis_Ababa",
            "weekly": {"mon": [["08:00", "22:00"]], "fri": [["18:00", "02:00"]]},
            "closed_on": ["2027-01-07"],
        }
        made = (await person.post("/restaurants", _restaurant(opening_hours=hours))).json()
        read = (await person.get(f"/restaurants/{made['id']}")).json()
        assert read["opening_hours"] == hours

    @pytest.mark.parametrize(
        "wrong",
        [
            {"currency": "usd"},
            {"currency": "XXX"},
            {"name": ""},
            {"address": {**KITCHEN, "lat": 91}},
            {"address": {**KITCHEN, "zip": "1"}},
            {"auto_accept": "yes"},
            {"acceptance_minutes": 0},
            {"acceptance_minutes": 10.0},
            {"opening_hours": {"timezone": "Mars/Olympus", "weekly": {}}},
            {"opening_hours": {"timezone": "../etc/passwd", "weekly": {}}},
            {"opening_hours": {"timezone": "UTC", "weekly": {"someday": []}}},
            {"opening_hours": {"timezone": "UTC", "weekly": {"mon": [["8:00", "22:00"]]}}},
            {"opening_hours": {"timezone": "UTC", "weekly": {"mon": [["08:00"]]}}},
            {"opening_hours": {"timezone": "UTC", "weekly": {"mon": [["0\u0668:00", "22:00"]]}}},
            {"paused": True},
            {"id": str(uuid4())},
        ],
    )
    async def test_refuses_other_fields_and_values(
        self, person: Person, wrong: dict[str, Any]
    ) -> None:
        answer = await person.post("/restaurants", _restaurant(**wrong))
        refused(answer, 422, "invalid_request")

    async def test_needs_a_login(self, visitor: Visitor) -> None:
        refused(await visitor.post("/restaurants", _restaurant()), 401, "unauthenticated")


class TestFindRestaurants:
    async def test_shows_the_nearest_first_with_their_distance(
        self, visitor: Visitor, person: Person
    ) -> None:
        place = {**NOWHERE, "lat": -41.0}
        for km, name in ((3, "Far"), (1, "Near"), (2, "Middle"), (40, "Beyond")):
            address = {**place, "lat": place["lat"] + km / 111.2}
            await person.post("/restaurants", _restaurant(name=name, address=address))
        query = f"?lat={place['lat']}&lon={place['lon']}"
        found = (await visitor.get(f"/restaurants{query}")).json()["items"]
        assert [each["name"] for each in found] == ["Near", "Middle", "Far"]
        assert [round(each["distance_km"]) for each in found] == [1, 2, 3]
        wide = (await visitor.get(f"/restaurants{query}&radius_km=50")).json()["items"]
        assert len(wide) == 4

    async def test_goes_page_by_page_without_gap_or_repeat(
        self, visitor: Visitor, person: Person
    ) -> None:
        for number in range(5):
            address = {**NOWHERE, "lat": -42.0 + number / 1000}
            await person.post("/restaurants", _restaurant(name=f"{number}", address=address))
        names: list[str] = []
        cursor: str | None = ""
        while cursor is not None:
            query = f"?lat=-42&lon=-120&limit=2{f'&cursor={cursor}' if cursor else ''}"
            page = (await visitor.get(f"/restaurants{query}")).json()
            names += [each["name"] for each in page["items"]]
            cursor = page["next_cursor"]
        assert names == ["0", "1", "2", "3", "4"]

    async def test_finds_by_name_and_by_cuisine(self, visitor: Visitor, person: Person) -> None:
        word = uuid4().hex
        await person.post("/restaurants", _restaurant(name=f"The {word} place"))
        await person.post("/restaurants", _restaurant(cuisine=word.upper()))
        found = (await visitor.get(f"/restaurants?q={word}")).json()["items"]
        assert len(found) == 2
        assert (await visitor.get(f"/restaurants?q={word}%25")).json()["items"] == []

    async def test_leaves_out_the_closed_where_asked(
        self, visitor: Visitor, person: Person
    ) -> None:
        word = uuid4().hex
        closed = {"timezone": "UTC", "weekly": {}}
        for number in range(4):
            hours = closed if number % 2 else None
            await person.post(
                "/restaurants", _restaurant(name=f"{word} {number}", opening_hours=hours)
            )
        page = (await visitor.get(f"/restaurants?q={word}&open_now=true&limit=1")).json()
        rest = await visitor.get(
            f"/restaurants?q={word}&open_now=true&cursor={page['next_cursor']}"
        )
        names = [each["name"] for each in page["items"] + rest.json()["items"]]
        assert names == [f"{word} 0", f"{word} 2"]

    @pytest.mark.parametrize(
        "query", ["lat=9", "lon=38", "lat=91&lon=0", "lat=nan&lon=0", "radius_km=0", "open_now=2"]
    )
    async def test_refuses_places_that_are_none(self, visitor: Visitor, query: str) -> None:
        refused(await visitor.get(f"/restaurants?{query}"), 422, "invalid_request")

    async def test_survives_odd_words(self, visitor: Visitor) -> None:
        for word in ("%25", "_", "'", "%5C", "%F0%9F%8D%95"):
            assert (await visitor.get(f"/restaurants?q={word}")).status_code == 200
        refused(await visitor.get("/restaurants?q=%00"), 422, "invalid_request")

    async def test_does_not_take_a_cursor_of_another_list(self, person: Person) -> None:
        for number in range(2):
            await person.post(
                "/me/addresses", {"line1": f"{number}", "city": "Adama", "lat": 8.5, "lon": 39.3}
            )
        cursor = (await person.get("/me/addresses?limit=1")).json()["next_cursor"]
        for query in ("", "lat=8.5&lon=39.3&"):
            answer = await person.get(f"/restaurants?{query}cursor={cursor}")
            refused(answer, 422, "invalid_request")


class TestChangeRestaurant:
    async def test_changes_what_is_sent_and_counts_its_version(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}"
        before = (await diner.staff.get(path)).json()
        after = (await diner.staff.patch(path, {"name": "Renamed", "cuisine": None})).json()
        assert after == {**before, "name": "Renamed", "cuisine": None, "version": 2}
        assert (await diner.customer.get(path)).json() == after

    async def test_keeps_two_changes_from_overwriting_each_other(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}"
        seen = {"If-Match": (await diner.staff.get(path)).headers["etag"]}
        assert (await diner.staff.patch(path, {"name": "1"}, headers=seen)).status_code == 200
        again = await diner.staff.patch(path, {"name": "2"}, headers=seen)
        refused(again, 412, "precondition_failed")

    async def test_is_its_staffs_alone(self, people: People, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}"
        for stranger in (diner.customer, (await open_diner(people)).staff):
            refused(await stranger.patch(path, {"name": "Mine"}), 403, "forbidden")
            for verb in ("pause", "resume"):
                refused(await stranger.post(f"{path}/{verb}"), 403, "forbidden")

    async def test_does_not_know_what_is_not_there(self, person: Person) -> None:
        path = f"/restaurants/{uuid4()}"
        refused(await person.get(path), 404, "restaurant_not_found")
        refused(await person.patch(path, {"name": "Mine"}), 404, "restaurant_not_found")
        refused(await person.post(f"{path}/pause"), 404, "restaurant_not_found")
        refused(await person.get(f"{path}/menu"), 404, "restaurant_not_found")

    @pytest.mark.parametrize(
        "wrong", [{"name": None}, {"currency": "EUR"}, {"paused": True}, {"version": 7}]
    )
    async def test_refuses_other_changes(self, diner: Diner, wrong: dict[str, Any]) -> None:
        answer = await diner.staff.patch(f"/restaurants/{diner.restaurant_id}", wrong)
        refused(answer, 422, "invalid_request")

    async def test_pauses_and_resumes(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}"
        for verb, paused in (("pause", True), ("pause", True), ("resume", False)):
            assert (await diner.staff.post(f"{path}/{verb}")).status_code == 204
            restaurant = (await diner.staff.get(path)).json()
            assert (restaurant["paused"], restaurant["open"]) == (paused, not paused)

    async def test_is_not_resumed_by_a_change_of_who_read_it_before_the_pause(
        self, diner: Diner
    ) -> None:
        path = f"/restaurants/{diner.restaurant_id}"
        seen = {"If-Match": (await diner.staff.get(path)).headers["etag"]}
        await diner.staff.post(f"{path}/pause")
        late = await diner.staff.patch(path, {"name": "Renamed"}, headers=seen)
        refused(late, 412, "precondition_failed")
        assert (await diner.staff.patch(path, {"name": "Renamed"})).json()["paused"] is True


class TestStaff:
    async def test_gains_and_loses_the_restaurant_at_once(
        self, diner: Diner, person: Person
    ) -> None:
        path = f"/restaurants/{diner.restaurant_id}"
        member = {"email": person.email.upper()}
        assert (await diner.staff.post(f"{path}/staff", member)).status_code == 204
        assert (await person.patch(path, {"name": "Ours"})).status_code == 200
        assert (await diner.staff.delete(f"{path}/staff", member)).status_code == 204
        refused(await person.patch(path, {"name": "Mine"}), 403, "forbidden")
        me = (await person.get("/me")).json()
        assert (me["roles"], me["restaurants"]) == (["customer"], [])

    async def test_keeps_the_role_while_another_restaurant_is_theirs(
        self, people: People, diner: Diner
    ) -> None:
        other = await open_diner(people)
        path, member = f"/restaurants/{diner.restaurant_id}/staff", {"email": other.staff.email}
        await diner.staff.post(path, member)
        await diner.staff.delete(path, member)
        me = (await other.staff.get("/me")).json()
        assert me["roles"] == ["customer", "restaurant"]
        assert me["restaurants"] == [other.restaurant_id]

    async def test_is_never_nobody(self, diner: Diner, person: Person) -> None:
        path = f"/restaurants/{diner.restaurant_id}/staff"
        first, second = {"email": diner.staff.email}, {"email": person.email}
        # Somebody who works elsewhere, or nowhere, is no staff of it.
        assert (await diner.staff.delete(path, second)).status_code == 204
        refused(await diner.staff.delete(path, first), 409, "last_of_the_staff")
        assert (await diner.staff.post(path, second)).status_code == 204
        leaving = (diner.staff.delete(path, first), person.delete(path, second))
        answers = sorted(answer.status_code for answer in await asyncio.gather(*leaving))
        assert answers == [204, 409]

    async def test_is_of_accounts_that_are_there(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/staff"
        answer = await diner.staff.post(path, {"email": f"{uuid4().hex}@example.com"})
        refused(answer, 404, "account_not_found")

    async def test_is_named_by_staff_alone(self, diner: Diner) -> None:
        path = f"/restaurants/{diner.restaurant_id}/staff"
        answer = await diner.customer.post(path, {"email": diner.customer.email})
        refused(answer, 403, "forbidden")
