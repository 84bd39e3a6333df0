"""How far people of support may go, as an administrator says."""

from typing import Any
from uuid import uuid4

import httpx

from domain.accounts import Role
from tests.support.desk_forms import at
from tests.support.people import People
from tests.support.rest import Person, refused


class TestSupportRight:
    async def test_counts_from_the_next_request_on(self, people: People) -> None:
        admin, support = await people.join(Role.ADMIN), await people.join(Role.SUPPORT)
        assert (await support.get("/me")).json()["support_right"] == "money"
        path = f"/admin/accounts/{support.id}/support-right"
        for right in ("read", "act", "money"):
            answer = await admin.put(path, {"right": right})
            assert (answer.status_code, answer.json()["support_right"]) == (200, right)
            assert (await support.get("/me")).json() == answer.json()

    async def test_is_nobodys_without_the_role(self, people: People, person: Person) -> None:
        admin = await people.join(Role.ADMIN)
        path = f"/admin/accounts/{person.id}"
        answer = await admin.put(f"{path}/support-right", {"right": "act"})
        assert answer.json()["support_right"] is None
        answer = await admin.put(f"{path}/roles", {"roles": ["support"]})
        assert answer.json()["support_right"] == "act"

    async def test_is_set_by_administrators_alone(self, people: People) -> None:
        support = await people.join(Role.SUPPORT)
        path = f"/admin/accounts/{support.id}/support-right"
        refused(await support.put(path, {"right": "money"}), 403, "forbidden")

    async def test_is_one_that_is_known_of_somebody_who_is_there(self, people: People) -> None:
        admin = await people.join(Role.ADMIN)
        path = f"/admin/accounts/{admin.id}/support-right"
        refused(await admin.put(path, {"right": "everything"}), 422, "invalid_request")
        nobody = f"/admin/accounts/{uuid4()}/support-right"
        refused(await admin.put(nobody, {"right": "read"}), 404, "account_not_found")


class TestGrant:
    """Of a role or a right: whoever makes a second person of themselves is seen doing so."""

    async def test_is_in_the_audit_log_with_who_to_whom_and_how_it_stood(
        self, people: People
    ) -> None:
        admin = await people.join(Role.ADMIN)
        own = f"/admin/accounts/{admin.id}"
        granted = await admin.put(f"{own}/roles", {"roles": ["admin", "support"]})
        await admin.put(f"{own}/support-right", {"right": "act"})
        right_asked, right_set = await _logged(admin, action="set_support_right")
        asked, done = await _logged(admin, action="set_roles")
        assert [row["outcome"] for row in (asked, done)] == ["asked", "done"]
        assert [row["outcome"] for row in (right_asked, right_set)] == ["asked", "done"]
        assert (done["actor"], done["right"], done["order_id"]) == (admin.id, None, None)
        assert done["request_id"] == granted.headers["x-request-id"]
        account = {"account": admin.id, "roles": ["admin", "customer"], "support_right": None}
        assert done["before"] == account
        both = ["admin", "customer", "support"]
        assert done["after"] == account | {
            "roles": both,
            "support_right": "money",
            "granted": ["admin", "support"],
        }
        assert right_set["before"]["support_right"] == "money"
        assert (right_set["after"]["support_right"], right_set["after"]["granted"]) == (
            "act",
            "act",
        )

    async def test_is_there_also_where_it_was_refused(self, people: People) -> None:
        admin = await people.join(Role.ADMIN, Role.SUPPORT)
        nobody = str(uuid4())
        await admin.put(f"/admin/accounts/{nobody}/roles", {"roles": ["support"]})
        asked, row = await _logged(admin, action="set_roles")
        assert asked["after"] == {"granted": ["support"]}
        assert (row["outcome"], row["code"]) == ("refused", "account_not_found")
        assert row["before"] == {"account": nobody}

    async def test_is_read_on_the_page(self, people: People, browser: httpx.AsyncClient) -> None:
        admin, other = await people.join(Role.ADMIN, Role.SUPPORT), await people.join()
        await admin.put(f"/admin/accounts/{other.id}/roles", {"roles": ["support", "courier"]})
        path = f"/support/audit?actor={admin.id}&action=set_roles"
        page = (await at(browser, admin).get(path)).text
        name = (await other.get("/me")).json()["name"]
        assert f"Set the roles of {name}" in page
        assert "<dd>courier, customer, support</dd>" in page


async def _logged(reader: Person, **query: Any) -> list[dict[str, Any]]:
    """What the reader did, the oldest first."""
    page = await reader.get("/support/audit", params={"actor": reader.id, **query})
    assert page.status_code == 200, page.text
    return list(reversed(page.json()["items"]))
