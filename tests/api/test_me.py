"""The caller's own account and addresses, and what administrators change."""

from typing import Any
from uuid import uuid4

import pytest

from domain.accounts import Role
from tests.support.people import People
from tests.support.rest import ADDRESS, Person, Visitor, refused


class TestMe:
    async def test_is_the_callers_account(self, person: Person) -> None:
        answer = await person.get("/me")
        assert answer.status_code == 200
        assert (answer.json()["id"], answer.json()["email"]) == (person.id, person.email)

    async def test_needs_a_login(self, visitor: Visitor) -> None:
        answer = await visitor.get("/me")
        refused(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"].startswith("Bearer")

    async def test_changes_what_is_sent_and_leaves_the_rest(self, person: Person) -> None:
        await person.patch("/me", {"phone": "+251911000000"})
        answer = await person.patch("/me", {"name": "Almaz"})
        account = (await person.get("/me")).json()
        assert answer.json() == account
        assert (account["name"], account["phone"]) == ("Almaz", "+251911000000")

    async def test_forgets_the_phone_when_it_is_null(self, person: Person) -> None:
        await person.patch("/me", {"phone": "+251911000000"})
        assert (await person.patch("/me", {"phone": None})).json()["phone"] is None

    @pytest.mark.parametrize(
        "wrong", [{"name": None}, {"email": "new@example.com"}, {"roles": ["admin"]}, {"id": "1"}]
    )
    async def test_refuses_other_changes(self, person: Person, wrong: dict[str, Any]) -> None:
        refused(await person.patch("/me", wrong), 422, "invalid_request")

    async def test_keeps_two_changes_from_overwriting_each_other(self, person: Person) -> None:
        seen = {"If-Match": (await person.get("/me")).headers["etag"]}
        first = await person.patch("/me", {"name": "First"}, headers=seen)
        assert first.status_code == 200
        second = await person.patch("/me", {"name": "Second"}, headers=seen)
        refused(second, 412, "precondition_failed")
        current = {"If-Match": f'"other", {first.headers["etag"]}'}
        assert (await person.patch("/me", {"name": "Third"}, headers=current)).status_code == 200
        anything = {"If-Match": "*"}
        assert (await person.patch("/me", {"name": "4th"}, headers=anything)).status_code == 200


class TestAddresses:
    async def test_are_kept_newest_first_page_by_page(self, person: Person) -> None:
        for number in range(5):
            await person.post("/me/addresses", {**ADDRESS, "label": f"Home {number}"})
        labels, cursor = [], ""
        while cursor is not None:
            query = f"?limit=2{f'&cursor={cursor}' if cursor else ''}"
            page = (await person.get(f"/me/addresses{query}")).json()
            labels.append([address["label"] for address in page["items"]])
            cursor = page["next_cursor"]
        assert labels == [["Home 4", "Home 3"], ["Home 2", "Home 1"], ["Home 0"]]

    async def test_change_in_part(self, person: Person) -> None:
        kept = (await person.post("/me/addresses", {**ADDRESS, "label": "Home"})).json()
        path = f"/me/addresses/{kept['id']}"
        changed = await person.patch(path, {"label": None, "lat": 9.1})
        assert changed.json() == {**kept, "label": None, "lat": 9.1}

    async def test_keep_two_changes_from_overwriting_each_other(self, person: Person) -> None:
        kept = await person.post("/me/addresses", ADDRESS)
        path, seen = f"/me/addresses/{kept.json()['id']}", {"If-Match": kept.headers["etag"]}
        assert (await person.patch(path, {"city": "Adama"}, headers=seen)).status_code == 200
        again = await person.patch(path, {"city": "Gondar"}, headers=seen)
        refused(again, 412, "precondition_failed")

    async def test_are_gone_when_removed(self, person: Person) -> None:
        kept = (await person.post("/me/addresses", ADDRESS)).json()
        path = f"/me/addresses/{kept['id']}"
        assert (await person.delete(path)).status_code == 204
        refused(await person.delete(path), 404, "address_not_found")
        assert (await person.get("/me/addresses")).json()["items"] == []

    async def test_are_nobody_elses(self, people: People, person: Person) -> None:
        kept = (await person.post("/me/addresses", ADDRESS)).json()
        other, path = await people.join(), f"/me/addresses/{kept['id']}"
        refused(await other.patch(path, {"city": "Adama"}), 404, "address_not_found")
        refused(await other.delete(path), 404, "address_not_found")
        assert (await other.get("/me/addresses")).json()["items"] == []

    @pytest.mark.parametrize(
        "wrong",
        [{"lat": 90.1}, {"lon": -180.1}, {"lat": "9"}, {"line1": ""}, {"city": None}, {"zip": 1}],
    )
    async def test_refuse_other_fields_and_values(
        self, person: Person, wrong: dict[str, Any]
    ) -> None:
        answer = await person.post("/me/addresses", {**ADDRESS, **wrong})
        refused(answer, 422, "invalid_request")


class TestRoles:
    async def test_count_at_once_when_granted_and_when_taken(
        self, people: People, person: Person
    ) -> None:
        admin = await people.join(Role.ADMIN)
        path = f"/admin/accounts/{person.id}/roles"
        refused(await person.put(path, {"roles": ["admin"]}), 403, "forbidden")
        granted = await admin.put(path, {"roles": ["admin", "support"]})
        assert granted.json()["roles"] == ["admin", "customer", "support"]
        assert (await person.put(path, {"roles": ["customer"]})).json()["roles"] == ["customer"]
        refused(await person.put(path, {"roles": ["admin"]}), 403, "forbidden")

    async def test_are_of_accounts_that_are_there(self, people: People) -> None:
        admin = await people.join(Role.ADMIN)
        answer = await admin.put(f"/admin/accounts/{uuid4()}/roles", {"roles": []})
        refused(answer, 404, "account_not_found")

    @pytest.mark.parametrize("roles", [["king"], "admin", None, [1]])
    async def test_are_those_that_are_known(self, people: People, roles: Any) -> None:
        admin = await people.join(Role.ADMIN)
        answer = await admin.put(f"/admin/accounts/{admin.id}/roles", {"roles": roles})
        refused(answer, 422, "invalid_request")
