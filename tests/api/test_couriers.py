"""Who delivers, and whether they work now."""

from typing import Any

import pytest

from domain.accounts import Role
from tests.support.people import People
from tests.support.rest import Person, refused


class TestEnlist:
    async def test_makes_the_caller_a_courier_who_does_not_work_yet(self, person: Person) -> None:
        answer = await person.post("/couriers", {"vehicle": "bicycle"})
        assert answer.status_code == 201
        assert answer.json() == {"id": person.id, "vehicle": "bicycle", "available": False}
        assert (await person.get("/me")).json()["roles"] == ["courier", "customer"]

    async def test_changes_the_vehicle_of_who_is_one(self, person: Person) -> None:
        await person.post("/couriers", {"vehicle": "bicycle"})
        await person.put("/couriers/me/availability", {"available": True})
        answer = await person.post("/couriers", {"vehicle": "cargo bike"})
        assert answer.status_code == 201
        assert answer.json() == {"id": person.id, "vehicle": "cargo bike", "available": True}

    @pytest.mark.parametrize("body", [{}, {"vehicle": ""}, {"vehicle": "car", "id": "1"}])
    async def test_refuses_other_bodies(self, person: Person, body: dict[str, Any]) -> None:
        refused(await person.post("/couriers", body), 422, "invalid_request")


class TestList:
    async def test_shows_support_every_courier(self, people: People) -> None:
        support = await people.join(Role.SUPPORT)
        couriers = [await people.join() for _ in range(3)]
        for courier in couriers:
            await courier.post("/couriers", {"vehicle": "bicycle"})
        shown: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            query = f"?limit=2{f'&cursor={cursor}' if cursor else ''}"
            page = (await support.get(f"/couriers{query}")).json()
            shown += page["items"]
            cursor = page["next_cursor"]
        ids = [each["id"] for each in shown]
        assert len(ids) == len(set(ids))
        assert {courier.id for courier in couriers} <= set(ids)
        assert {"id", "vehicle", "available"} == shown[0].keys()

    async def test_is_for_support_only(self, person: Person) -> None:
        await person.post("/couriers", {"vehicle": "bicycle"})
        refused(await person.get("/couriers"), 403, "forbidden")


class TestPresence:
    @pytest.mark.parametrize(
        ("path", "body"),
        [
            ("availability", {"available": "yes"}),
            ("availability", {}),
            ("location", {"lat": 91, "lon": 0}),
            ("location", {"lat": 0}),
            ("location", {"lat": 0, "lon": 0, "speed": 1}),
        ],
    )
    async def test_refuses_what_is_none(
        self, person: Person, path: str, body: dict[str, Any]
    ) -> None:
        await person.post("/couriers", {"vehicle": "bicycle"})
        refused(await person.put(f"/couriers/me/{path}", body), 422, "invalid_request")

    async def test_needs_somebody_who_enlisted(self, people: People) -> None:
        appointed = await people.join(Role.COURIER)
        answer = await appointed.put("/couriers/me/availability", {"available": True})
        refused(answer, 404, "courier_not_found")
        refused(await appointed.get("/deliveries"), 404, "courier_not_found")
