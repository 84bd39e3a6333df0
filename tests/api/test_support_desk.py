"""Who of support may do what, and what the audit log says of it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.support.approvals import ApprovalRepository
from domain.accounts import Role
from domain.approvals import Decision
from domain.desk import Right
from domain.differences import Kind
from tests.support.casework import of_a_charge, of_a_refund
from tests.support.helpdesk import REASON, Helpdesk
from tests.support.people import People
from tests.support.rest import Person, money, refused
from tests.support.servers import Servers

# Twelve dishes are 150.00, with what an order costs besides: one person may give 100.00 away.
_MANY = 12
_ACTIONS: dict[str, dict[str, Any]] = {
    "retry": {},
    "refunds": {"liable": "platform"},
    "resolve-refund": {"resolution": "waived"},
    "reassign-courier": {},
    "extend-deadline": {"minutes": 5},
    "cancel": {},
    "order-again": {},
    "resend-confirmation": {},
    "notes": {},
}
_PART: dict[str, Any] = {"amount": money(100), "liable": "platform"}
_MONEY = ("refunds", "resolve-refund", "order-again")


class Left(StrEnum):
    """What somebody of support has not any more."""

    ROLE = "role"
    RIGHT = "right"
    ACCOUNT = "account"


@pytest.fixture
async def large(desk: Helpdesk, shared: dict[str, str]) -> str:
    """The same, of more than one person may give away."""
    if "large" not in shared:
        shared["large"] = await desk.captured(dishes=_MANY)
    return shared["large"]


@pytest.fixture
async def support(servers: Servers) -> AsyncIterator[Database]:
    database = Database(SecretStr(servers.site.dsn("support")))
    yield database
    await database.close()


@pytest.fixture
def approvals(support: Database) -> ApprovalRepository:
    return ApprovalRepository(support)


class TestRight:
    @pytest.mark.parametrize("verb", _ACTIONS)
    async def test_to_read_is_enough_for_nothing_else(
        self, desk: Helpdesk, taken: str, verb: str
    ) -> None:
        answer = await desk.ask(desk.read, taken, verb, **_ACTIONS[verb])
        assert "needs" in refused(answer, 403, "right_missing")["detail"]
        row = (await desk.whole(taken))["audit"][-1]
        assert (row["actor"], row["outcome"], row["code"]) == (
            desk.read.id,
            "refused",
            "right_missing",
        )

    @pytest.mark.parametrize("verb", _MONEY)
    async def test_to_act_gives_no_money_away(self, desk: Helpdesk, taken: str, verb: str) -> None:
        refused(await desk.ask(desk.act, taken, verb, **_ACTIONS[verb]), 403, "right_missing")

    async def test_to_act_cancels_nothing_that_was_paid(self, desk: Helpdesk, taken: str) -> None:
        refused(await desk.ask(desk.act, taken, "cancel"), 403, "right_missing")
        refused(await desk.act.post(f"/orders/{taken}/cancel"), 403, "right_missing")

    @pytest.mark.parametrize("verb", _ACTIONS)
    async def test_is_support_s_alone(self, desk: Helpdesk, taken: str, verb: str) -> None:
        for stranger in (desk.diner.customer, desk.diner.staff):
            answer = await desk.ask(stranger, taken, verb, **_ACTIONS[verb])
            refused(answer, 403, "forbidden")

    @pytest.mark.parametrize("verb", _ACTIONS)
    async def test_wants_a_reason(self, desk: Helpdesk, taken: str, verb: str) -> None:
        for reason in ("", "  "):
            given = _ACTIONS[verb] | {"reason": reason}
            answer = await desk.ask(desk.money, taken, verb, **given)
            assert refused(answer, 422, "invalid_request")["errors"][0]["loc"] == ["body", "reason"]


class TestRightOfCases:
    @pytest.mark.parametrize(
        ("verb", "who"), [("move", "read"), ("decide", "read"), ("decide", "act")]
    )
    async def test_is_that_of_the_action(
        self, desk: Helpdesk, taken: str, cases: CaseRepository, verb: str, who: str
    ) -> None:
        key = await of_a_charge(cases, UUID(taken), Kind.UNKNOWN_CHARGE)
        body = {"reason": REASON}
        person: Person = getattr(desk, who)
        answer = await person.post(f"/support/cases/{key}/{verb}", body)
        assert "needs" in refused(answer, 403, "right_missing")["detail"]
        row = (await desk.whole(taken))["audit"][-1]
        assert (row["actor"], row["outcome"]) == (person.id, "refused")
        for stranger in (desk.diner.customer, desk.diner.staff):
            answer = await stranger.post(f"/support/cases/{key}/{verb}", body)
            refused(answer, 403, "forbidden")
        case = await cases.find(key)
        assert case
        assert case.is_open


class TestAuditLog:
    async def test_says_who_did_what_when_and_why_once(self, desk: Helpdesk) -> None:
        order_id, key, began = await desk.captured(), uuid4().hex, datetime.now(UTC)
        given: dict[str, Any] = {"amount": money(500), "liable": "restaurant"}
        first = await desk.ask(desk.money, order_id, "refunds", key=key, **given)
        await desk.ask(desk.money, order_id, "refunds", key=key, **given)
        asked, done = await desk.logged(order_id, "refund")
        assert (asked["outcome"], done["outcome"]) == ("asked", "done")
        assert asked["action_id"] == done["action_id"]
        for row in (asked, done):
            assert (row["actor"], row["right"]) == (desk.money.id, "money")
            assert row["reason"] == REASON
            assert row["request_id"] == first.headers["x-request-id"]
            assert began <= datetime.fromisoformat(row["at"]) <= datetime.now(UTC)
        assert done["amount"] == money(500)
        assert done["before"]["refund_status"] == "none"
        assert done["after"]["refund"] == first.json()["id"]
        assert done["after"]["liable"] == "restaurant"

    async def test_says_what_was_refused_and_why(self, desk: Helpdesk, taken: str) -> None:
        answer = await desk.ask(
            desk.second, taken, "refunds", amount=money(9_000), liable="platform"
        )
        refused(answer, 409, "refund_exceeds_captured")
        rows = [row for row in await desk.logged(taken, "refund") if row["actor"] == desk.second.id]
        assert [row["outcome"] for row in rows[-2:]] == ["asked", "refused"]
        assert rows[-1]["code"] == "refund_exceeds_captured"
        assert rows[-1]["before"] | {"version": 0} == rows[-1]["after"] | {"version": 0}

    async def test_is_found_by_who_what_when_and_how_it_ended(
        self, desk: Helpdesk, taken: str
    ) -> None:
        assert (await desk.ask(desk.act, taken, "notes")).status_code == 200
        hour = timedelta(hours=1)
        now = datetime.now(UTC)

        async def found(**query: Any) -> list[dict[str, Any]]:
            given = {"order_id": taken, "actor": desk.act.id, "action": "add_note", **query}
            page = (await desk.read.get("/support/audit", params=given)).json()
            return list(page["items"])

        done, asked = await found()
        assert (done["outcome"], asked["outcome"]) == ("done", "asked")
        assert [row["outcome"] for row in await found(outcome="done")] == ["done"]
        assert await found(actor=desk.second.id) == []
        assert await found(action="reassign_courier") == []
        assert await found(order_id=str(uuid4())) == []
        assert await found(after=(now + hour).isoformat()) == []
        assert await found(before=(now - hour).isoformat()) == []
        assert len(await found(after=(now - hour).isoformat())) == 2

    async def test_is_read_page_by_page_newest_first(self, desk: Helpdesk, taken: str) -> None:
        for _ in range(2):
            await desk.ask(desk.money, taken, "notes")
        path = f"/support/audit?order_id={taken}&limit=3"
        first = (await desk.read.get(path)).json()
        rest = (await desk.read.get(f"{path}&cursor={first['next_cursor']}")).json()
        times = [row["at"] for page in (first, rest) for row in page["items"]]
        assert times == sorted(times, reverse=True)
        assert len(first["items"]) == 3
        lines = {(row["action_id"], row["outcome"]) for row in first["items"] + rest["items"]}
        assert len(lines) == len(times)

    async def test_is_for_support(self, desk: Helpdesk) -> None:
        refused(await desk.diner.staff.get("/support/audit"), 403, "forbidden")


class TestLimit:
    async def test_is_kept_alone_and_passed_by_two(self, desk: Helpdesk) -> None:
        order_id = await desk.captured(dishes=_MANY)
        body: dict[str, Any] = {"amount": money(10_001), "liable": "platform"}
        problem = refused(
            await desk.ask(desk.money, order_id, "refunds", **body), 403, "approval_needed"
        )
        assert "second person" in problem["detail"]
        approval = await _asked(desk, order_id, "refund", body)
        assert approval["state"] == "waiting"
        assert approval["amount"] == money(10_001)
        assert approval["reason"] == REASON
        listed = (await desk.second.get("/support/approvals?limit=100")).json()["items"]
        assert approval["id"] in {each["id"] for each in listed}
        refused(await _decided(desk.money, approval, "approve"), 403, "right_missing")
        refused(await _decided(desk.act, approval, "approve"), 403, "right_missing")
        order = (await desk.diner.customer.get(f"/orders/{order_id}")).json()
        assert order["refund_status"] == "none"

        approved = await _decided(desk.second, approval, "approve")
        assert approved.status_code == 200, approved.text
        assert approved.json()["state"] == "approved"
        assert approved.json()["result"]["amount"] == money(10_001)
        again = await _decided(desk.second, approval, "approve")
        assert again.json()["result"]["id"] == approved.json()["result"]["id"]
        order = await desk.order_is(order_id, lambda order: order["refund_status"] == "partial")
        assert order["payment"]["refunded"] == money(10_001)
        done = [
            row
            for row in await desk.logged(order_id, "refund")
            if row["outcome"] == "done" and row["approved_by"]
        ]
        [row] = done
        assert (row["actor"], row["approved_by"]) == (desk.money.id, desk.second.id)
        assert row["reason"] == REASON
        refused(await _decided(desk.second, approval, "decline"), 409, "approval_decided")

    async def test_is_that_of_an_order_and_not_of_each_time(
        self, desk: Helpdesk, approvals: ApprovalRepository
    ) -> None:
        order_id = await desk.captured(dishes=_MANY)
        bodies: list[dict[str, Any]] = [
            {"amount": money(each), "liable": "platform"} for each in (6_000, 4_001)
        ]
        first, second = bodies
        assert (await desk.ask(desk.money, order_id, "refunds", **first)).status_code == 202
        more = await desk.ask(desk.money, order_id, "refunds", **second)
        assert "after 60.00 USD" in refused(more, 403, "approval_needed")["detail"]
        body = {"action": "refund", "request": second}
        seen = (await desk.money.post(f"/support/orders/{order_id}/preview", body)).json()
        assert "after 60.00 USD" in seen["approval"]
        await self._is_shown_until_it_is_done(desk, order_id, second, approvals)

    async def test_is_not_passed_by_several_at_one_moment(self, desk: Helpdesk) -> None:
        order_id = await desk.captured(dishes=_MANY)
        body: dict[str, Any] = {"amount": money(6_000), "liable": "platform"}
        keys = [uuid4().hex for _ in range(4)]

        async def given(key: str) -> int:
            answer = await desk.ask(desk.money, order_id, "refunds", key=key, **body)
            return answer.status_code

        at_once = await asyncio.gather(*map(given, keys))
        assert set(at_once) <= {202, 403}
        assert at_once.count(202) <= 1
        # Whoever is sent again when all have their answer: one of them is within the limit.
        again = [await given(key) for key in keys]
        assert (again.count(202), again.count(403)) == (1, 3)

    @staticmethod
    async def _is_shown_until_it_is_done(
        desk: Helpdesk, order_id: str, body: dict[str, Any], approvals: ApprovalRepository
    ) -> None:
        async def shown() -> dict[str, Any]:
            items = (await desk.money.get("/support/approvals?limit=100")).json()["items"]
            return {each["id"]: each["state"] for each in items}

        approval = await _asked(desk, order_id, "refund", body)
        # As where the API dies once the second person's word is written.
        id_, by = UUID(approval["id"]), UUID(desk.second.id)
        await approvals.decide(id_, Decision.APPROVED, by=by, remark_id=uuid4())
        assert (await shown())[approval["id"]] == "approved"
        refused(await _decided(desk.money, approval, "approve"), 403, "right_missing")
        done = await _decided(desk.second, approval, "approve")
        assert done.json()["result"]["amount"] == body["amount"]
        assert approval["id"] not in await shown()

    async def test_is_also_that_of_cancelling(self, desk: Helpdesk, large: str) -> None:
        refused(await desk.ask(desk.money, large, "cancel"), 403, "approval_needed")
        total = (await desk.whole(large))["order"]["total"]["amount"]
        above = await desk.ask(desk.money, large, "cancel", keep=money(total - 10_001))
        assert "100.01 USD is more" in refused(above, 403, "approval_needed")["detail"]
        seen = await desk.foreseen(large, "cancel", {"keep": money(total - 10_000)})
        assert (seen["refused"], seen["approval"]) == (None, None)
        for kept in (money(total + 10**6), money(total - 10_000, "EUR")):
            fee = await desk.ask(desk.money, large, "cancel", keep=kept)
            refused(fee, 409, "fee_refused")
        assert (await desk.whole(large))["order"]["status"] != "cancelled"

    async def test_is_also_that_of_what_is_paid_by_hand(
        self, desk: Helpdesk, large: str, cases: CaseRepository
    ) -> None:
        key = await of_a_refund(cases, UUID(large))
        given = {"case": key, "resolution": "paid_by_hand", "reference": "SEPA 118"}
        above = await desk.ask(desk.money, large, "resolve-refund", **given)
        assert "more than the 100.00 USD" in refused(above, 403, "approval_needed")["detail"]

    async def test_is_that_of_the_order_s_currency(self, desk: Helpdesk) -> None:
        """Five thousand of that one, where it is a hundred of most."""
        order_id = await desk.captured_elsewhere("ETB", price=300_000)
        given: dict[str, Any] = {"amount": money(500_001, "ETB"), "liable": "platform"}
        above = await desk.ask(desk.money, order_id, "refunds", **given)
        assert "the 5000.00 ETB that" in refused(above, 403, "approval_needed")["detail"]
        given["amount"] = money(400_000, "ETB")
        assert (await desk.ask(desk.money, order_id, "refunds", **given)).status_code == 202

    async def test_is_not_passed_by_what_was_declined(self, desk: Helpdesk, large: str) -> None:
        approval = await _asked(desk, large, "refund", {"liable": "platform"})
        declined = await _decided(desk.second, approval, "decline")
        assert declined.json()["state"] == "declined"
        refused(await _decided(desk.second, approval, "approve"), 409, "approval_decided")
        assert (await desk.whole(large))["money"]["refunds"] == []

    @pytest.mark.parametrize("left", Left)
    async def test_is_not_passed_for_who_has_no_right_to_it_any_more(
        self, desk: Helpdesk, taken: str, people: People, left: Left
    ) -> None:
        asker = await people.join(Role.SUPPORT)
        approval = await _asked(desk, taken, "refund", _PART, who=asker)
        await _leave(people, asker, left)
        answer = await _decided(desk.second, approval, "approve")
        assert "decline it" in refused(answer, 409, "asker_gone")["detail"]
        path = f"/support/approvals/{approval['id']}"
        assert (await desk.second.get(path)).json()["state"] == "waiting"
        declined = await _decided(desk.second, approval, "decline")
        assert declined.json()["state"] == "declined"

    @pytest.mark.parametrize("since", ["who asked has left", "it has lapsed"])
    async def test_is_told_as_done_whatever_came_since(
        self, desk: Helpdesk, people: People, support: Database, since: str
    ) -> None:
        order_id, asker = await desk.captured(), await people.join(Role.SUPPORT)
        approval = await _asked(desk, order_id, "refund", _PART, who=asker)
        assert (await _decided(desk.second, approval, "approve")).status_code == 200
        if "left" in since:
            await _leave(people, asker, Left.ROLE)
        else:
            await _lapse(support, approval)
        # As where the first answer was lost.
        again = await _decided(desk.second, approval, "approve")
        assert again.status_code == 200, again.text
        assert (again.json()["state"], again.json()["result"]) == ("approved", None)
        rows = [row for row in await desk.logged(order_id, "refund") if row["actor"] == asker.id]
        assert [row["outcome"] for row in rows] == ["asked", "done"]

    async def test_is_unknown_once_it_lapsed_after_it_was_approved(
        self, desk: Helpdesk, taken: str, approvals: ApprovalRepository, support: Database
    ) -> None:
        approval = await _asked(desk, taken, "refund", _PART)
        by = UUID(desk.second.id)
        await approvals.decide(UUID(approval["id"]), Decision.APPROVED, by=by, remark_id=uuid4())
        await _lapse(support, approval)
        answer = await _decided(desk.second, approval, "approve")
        assert "if it was not done" in refused(answer, 409, "approval_decided")["detail"]

    @pytest.mark.parametrize("left", Left)
    async def test_is_unknown_for_who_left_when_it_was_approved(
        self,
        desk: Helpdesk,
        taken: str,
        people: People,
        approvals: ApprovalRepository,
        left: Left,
    ) -> None:
        asker = await people.join(Role.SUPPORT)
        approval = await _asked(desk, taken, "refund", _PART, who=asker)
        id_, by = UUID(approval["id"]), UUID(desk.second.id)
        # As where the API dies after that, before it begins or in the middle: no line tells which.
        await approvals.decide(id_, Decision.APPROVED, by=by, remark_id=uuid4())
        await _leave(people, asker, left)
        answer = await _decided(desk.second, approval, "approve")
        assert "nobody knows" in refused(answer, 409, "asker_gone")["detail"]
        assert id_ in {each.asked.approval_id for each in await approvals.unfinished(limit=100)}
        rows = [row for row in await desk.logged(taken, "refund") if row["actor"] == asker.id]
        assert [row["outcome"] for row in rows] == ["asked"]

    async def test_is_asked_about_once(self, desk: Helpdesk, large: str) -> None:
        key = uuid4().hex
        given = {"amount": money(11_000), "liable": "platform"}
        first = await _asked(desk, large, "refund", given, key=key)
        assert (await _asked(desk, large, "refund", given, key=key))["id"] == first["id"]
        other = await _ask(desk, large, "refund", {**given, "liable": "restaurant"}, key=key)
        refused(other, 422, "idempotency_key_reused")

    async def test_is_asked_about_only_what_moves_money(self, desk: Helpdesk, large: str) -> None:
        refused(await _ask(desk, large, "add_note", {}), 422, "invalid_request")
        wrong = refused(await _ask(desk, large, "refund", {"liable": "me"}), 422, "invalid_request")
        assert wrong["errors"][0]["loc"] == ["body", "request", "liable"]
        refused(await _ask(desk, str(uuid4()), "refund", {}), 404, "order_not_found")
        for action, request in (("refund", {"liable": "platform"}), ("cancel", {})):
            asked = await _ask(desk, large, action, request, who=desk.act)
            refused(asked, 403, "right_missing")
        nobody_asked = f"/support/approvals/{uuid4()}"
        refused(await desk.second.get(nobody_asked), 404, "approval_not_found")


async def _ask(
    desk: Helpdesk,
    order_id: str,
    action: str,
    request: dict[str, Any],
    *,
    key: str | None = None,
    who: Person | None = None,
) -> Any:
    body = {"action": action, "order_id": order_id, "reason": REASON, "request": request}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return await (who or desk.money).post("/support/approvals", body, headers=headers)


async def _asked(desk: Helpdesk, *asked: Any, **given: Any) -> dict[str, Any]:
    answer = await _ask(desk, *asked, **given)
    assert answer.status_code == 201, answer.text
    approval: dict[str, Any] = answer.json()
    return approval


async def _leave(people: People, asker: Person, left: Left) -> None:
    """As an administrator has it, or they themselves."""
    match left:
        case Left.ROLE:
            await people.accounts.set_roles(UUID(asker.id), [])
        case Left.RIGHT:
            await people.accounts.set_support_right(UUID(asker.id), Right.ACT)
        case Left.ACCOUNT:
            assert (await asker.delete("/me")).status_code == 204


async def _lapse(support: Database, approval: dict[str, Any]) -> None:
    now = text("UPDATE support.approvals SET expires_at = now() WHERE id = :id")
    async with support.transaction() as session:
        await session.execute(now, {"id": approval["id"]})


async def _decided(who: Person, approval: dict[str, Any], verb: str) -> Any:
    return await who.post(f"/support/approvals/{approval['id']}/{verb}", {"reason": "I looked"})
