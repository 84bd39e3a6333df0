"""What support does about an order's money, over REST and with every process at work."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.accounts import Role
from tests.support.dining import Diner, open_diner, seen
from tests.support.people import People
from tests.support.rest import Person, money, refused

TOTAL = 2500 + 250 + 125
REASON = "Half of it was cold"


@pytest.fixture
async def diner(workers: None, people: People) -> Diner:
    return await open_diner(people, auto_accept=True)


@pytest.fixture
async def support(people: People) -> Person:
    return await people.join(Role.SUPPORT)


@pytest.fixture
async def order_id(diner: Diner) -> str:
    return await captured(diner)


async def captured(diner: Diner, **given: Any) -> str:
    """The id of an order whose money was taken."""
    order_id = await diner.placed(**given)
    await diner.until(order_id, "accepted", "preparing")
    await seen(
        diner.customer,
        f"/orders/{order_id}",
        lambda order: bool(order["payment"]["captured"]["amount"]),
    )
    return order_id


async def give_back(support: Person, order_id: str, key: str | None = None, **given: Any) -> Any:
    return await support.post(
        f"/support/orders/{order_id}/refunds",
        {"reason": REASON, "liable": "platform", **given},
        headers={"Idempotency-Key": key or uuid4().hex},
    )


class TestRefunds:
    async def test_gives_a_part_back_once_however_many_requests_race(
        self, support: Person, diner: Diner, order_id: str
    ) -> None:
        key = uuid4().hex
        asked = [give_back(support, order_id, key, amount=money(500)) for _ in range(5)]
        answers = await asyncio.gather(*asked)
        assert {answer.status_code for answer in answers} == {202}, answers[0].text
        assert len({answer.json()["id"] for answer in answers}) == 1
        assert answers[0].json()["amount"] == money(500)
        order = await seen(
            diner.customer, f"/orders/{order_id}", lambda order: order["refund_status"] == "partial"
        )
        assert order["payment"]["refunded"] == money(500)
        again = await give_back(support, order_id, key, amount=money(500))
        assert (again.status_code, again.json()["id"]) == (202, answers[0].json()["id"])
        other = await give_back(support, order_id, key, amount=money(501))
        refused(other, 422, "idempotency_key_reused")

    async def test_gives_lines_back_and_then_all_that_is_left(
        self, support: Person, diner: Diner, order_id: str
    ) -> None:
        lines = await give_back(support, order_id, line_ids=[diner.item_id])
        assert lines.json()["amount"] == money(2500)
        rest = await give_back(support, order_id, liable="restaurant")
        assert rest.json()["amount"] == money(TOTAL - 2500)
        await seen(
            diner.customer, f"/orders/{order_id}", lambda order: order["refund_status"] == "full"
        )
        refused(await give_back(support, order_id), 409, "refund_exceeds_captured")

    async def test_promises_no_more_than_was_taken(self, support: Person, order_id: str) -> None:
        key = uuid4().hex
        much = await give_back(support, order_id, key, amount=money(TOTAL + 1))
        refused(much, 409, "refund_exceeds_captured")
        # A refusal is not remembered: nothing had begun.
        less = await give_back(support, order_id, key, amount=money(TOTAL))
        assert less.status_code == 202, less.text

    @pytest.mark.parametrize(
        "body",
        [
            {"amount": money(1, "EUR")},
            {"amount": money(0)},
            {"line_ids": [str(uuid4())]},
            {"line_ids": []},
            {"amount": money(1), "line_ids": [str(uuid4())]},
            {"liable": "nobody"},
            {"liable": "courier"},
            {"reason": ""},
        ],
    )
    async def test_refuses_what_makes_no_sense(
        self, support: Person, order_id: str, body: dict[str, Any]
    ) -> None:
        assert (await give_back(support, order_id, **body)).status_code == 422

    async def test_are_for_support_with_a_key(
        self, support: Person, diner: Diner, order_id: str
    ) -> None:
        for stranger in (diner.customer, diner.staff):
            refused(await give_back(stranger, order_id), 403, "forbidden")
        path = f"/support/orders/{order_id}/refunds"
        keyless = await support.post(path, {"reason": REASON, "liable": "platform"})
        refused(keyless, 400, "idempotency_key_missing")


class TestDue:
    @pytest.fixture
    async def due(self, support: Person, diner: Diner) -> str:
        """A refund that the card's bank refuses."""
        order_id = await captured(diner, payment_method="pm_sandbox_refundRefused")
        assert (await give_back(support, order_id, amount=money(500))).status_code == 202
        await seen(
            diner.customer, f"/orders/{order_id}", lambda order: order["refund_status"] == "due"
        )
        return order_id

    async def test_is_a_case_until_a_person_decides(
        self, support: Person, diner: Diner, due: str
    ) -> None:
        whole = (await support.get(f"/support/orders/{due}")).json()
        [case] = whole["money"]["cases"]
        assert (case["amount"], case["owner"], case["resolved_at"]) == (money(500), None, None)
        taken = await support.send("PUT", f"/support/cases/{case['key']}/owner")
        assert taken.json()["owner"] == support.id
        path = f"/support/orders/{due}/resolve-refund"
        decision = {"reason": "The card was closed", "resolution": "paid_by_hand"}
        refused(await support.post(path, decision), 422, "reference_missing")
        words = await support.post(path, {**decision, "reference": "118 of liya@example.com"})
        [wrong] = refused(words, 422, "invalid_request")["errors"]
        assert wrong["loc"] == ["body", "reference"]
        assert "as SEPA 2027-01-07/118" in wrong["msg"]
        paid = await support.post(path, {**decision, "reference": "SEPA 118"})
        assert paid.status_code == 200, paid.text
        order = await seen(
            diner.customer, f"/orders/{due}", lambda order: order["refund_status"] == "partial"
        )
        assert order["payment"]["refunded"] == money(500)
        refused(
            await support.post(path, {**decision, "reference": "SEPA 119"}), 409, "refund_not_due"
        )
        again = await support.post(path, {**decision, "reference": "SEPA 118"})
        assert again.status_code == 200, again.text
        whole = (await support.get(f"/support/orders/{due}")).json()
        [case] = whole["money"]["cases"]
        assert (case["resolution"], case["resolved_by"]) == ("paid_by_hand", support.id)
        assert case["reference"] == "SEPA 118"
        # Whoever adds them up finds each amount once.
        done = [row for row in whole["audit"] if row["outcome"] == "done"]
        paid_by = [row["amount"] for row in done if row["action"] == "resolve_refund"]
        assert paid_by == [money(500), None]

    async def test_is_written_down_as_the_amount_that_was_paid(
        self, support: Person, due: str
    ) -> None:
        path = f"/support/orders/{due}/resolve-refund"
        decision = {"reason": REASON, "resolution": "paid_by_hand", "reference": "SEPA 118"}
        right, wrong = ({**decision, "expected_amount": money(each)} for each in (500, 400))
        late = refused(await support.post(path, wrong), 409, "refund_not_due")
        assert late["detail"].startswith("5.00 USD of it are due now, and not 4.00 USD")
        for _ in range(2):
            paid = await support.post(path, right)
            assert paid.status_code == 200, paid.text
        told = refused(await support.post(path, wrong), 409, "refund_not_due")
        assert (
            told["detail"] == "5.00 USD of it are written down as paid already, and not 4.00 USD."
        )

    async def test_is_tried_at_once_where_support_asks(self, support: Person, due: str) -> None:
        path = f"/support/orders/{due}/preview"
        seen = (await support.post(path, {"action": "retry"})).json()
        assert (seen["refused"], seen["tries"]) == (None, ["Refund of 5.00 USD"])
        assert seen["money"] == [{"party": "customer", "amount": money(500)}]
        tried = await support.post(f"/support/orders/{due}/retry", {"reason": "They ring"})
        assert tried.status_code == 200, tried.text
        [*_, row] = (await support.get(f"/support/orders/{due}")).json()["audit"]
        assert (row["action"], row["outcome"]) == ("retry", "done")
        assert row["after"]["workflow"].startswith(f"refund-{due}")

    async def test_is_moved_to_another_owner_and_deadline(
        self, support: Person, people: People, due: str
    ) -> None:
        colleague, diner = await people.join(Role.SUPPORT), await people.join()
        [case] = (await support.get(f"/support/orders/{due}")).json()["money"]["cases"]
        path, now = f"/support/cases/{case['key']}/move", datetime.now(UTC)
        later = (now + timedelta(days=2)).isoformat()
        wanted = {"reason": "Off tomorrow", "owner": colleague.id, "deadline": later}
        moved = await support.post(path, wanted)
        assert moved.status_code == 200, moved.text
        assert moved.json()["owner"] == colleague.id
        assert datetime.fromisoformat(moved.json()["deadline"]) == datetime.fromisoformat(later)
        past = {**wanted, "deadline": (now - timedelta(days=1)).isoformat()}
        refused(await support.post(path, past), 422, "deadline_out_of_range")
        nobody = {"reason": "Who else", "owner": diner.id}
        refused(await support.post(path, nobody), 404, "account_not_found")

    async def test_is_no_part_of_what_is_left_once_it_is_waived(
        self, support: Person, due: str
    ) -> None:
        decision = {"reason": "They wrote to the wrong restaurant", "resolution": "waived"}
        waived = await support.post(f"/support/orders/{due}/resolve-refund", decision)
        assert waived.status_code == 200, waived.text
        rest = await give_back(support, due)
        assert (rest.status_code, rest.json()["amount"]) == (202, money(TOTAL - 500))

    async def test_is_decided_about_one_by_one_where_there_are_several(
        self, support: Person, due: str
    ) -> None:
        async def cases(count: int) -> list[dict[str, Any]]:
            path = f"/support/orders/{due}"
            whole = await seen(support, path, lambda it: len(it["money"]["cases"]) == count)
            return list(whole["money"]["cases"])

        async def decide(key: str, **given: Any) -> Any:
            body = {"reason": "They agreed", "resolution": "waived", **given}
            headers = {"Idempotency-Key": key}
            return await support.post(
                f"/support/orders/{due}/resolve-refund", body, headers=headers
            )

        [first] = await cases(1)
        by_hand = {"resolution": "paid_by_hand", "reference": "SEPA 118"}
        asked = {"action": "resolve_refund", "order_id": due, "reason": REASON, "request": by_hand}
        approval = (await support.post("/support/approvals", asked)).json()
        assert approval["request"]["case"] == first["key"]

        key = uuid4().hex
        assert (await decide(key)).status_code == 200
        await give_back(support, due, amount=money(300))
        await cases(2)
        assert (await decide(key)).status_code == 200
        unsaid = refused(await decide(uuid4().hex), 409, "refund_not_due")
        assert "name its case" in unsaid["detail"]
        await give_back(support, due, amount=money(200))
        _, second, third = await cases(3)
        assert (second["resolved_at"], third["resolved_at"]) == (None, None)
        several = await decide(uuid4().hex, **by_hand)
        assert "2 refunds" in refused(several, 409, "refund_not_due")["detail"]
        assert (await decide(uuid4().hex, **by_hand, case=third["key"])).status_code == 200
        _, second, third = await cases(3)
        assert (second["resolved_at"], third["reference"]) == (None, "SEPA 118")

    async def test_is_listed_by_deadline(self, support: Person, diner: Diner, due: str) -> None:
        for query in ("", "?state=all"):
            cases = (await support.get(f"/support/cases{query}")).json()["items"]
            assert due in {case["order_id"] for case in cases}
        refused(await diner.customer.get("/support/cases"), 403, "forbidden")
        listed = (await support.get("/support/orders?refund_status=due&limit=100")).json()["items"]
        assert due in {order["id"] for order in listed}


class TestReading:
    async def test_shows_everything_about_an_order(
        self, support: Person, diner: Diner, order_id: str
    ) -> None:
        path = f"/support/orders/{order_id}"
        whole = (await support.get(path)).json()
        assert whole["order"]["id"] == order_id
        assert whole["timeline"][0]["event"] == "order_placed"
        [authorization] = whole["money"]["authorizations"]
        assert authorization["captured"] == money(TOTAL)
        entries = {
            entry["account"]: entry["amount"]["amount"] for entry in whole["money"]["ledger"]
        }
        assert entries == {"psp": TOTAL, "customer": -TOTAL}
        assert f"/workflows/order-{order_id}/" in whole["links"]["workflow"]
        refused(await diner.customer.get(path), 403, "forbidden")

    async def test_lists_orders_by_what_is_asked(
        self, support: Person, diner: Diner, order_id: str
    ) -> None:
        now = datetime.now(UTC)
        hour = timedelta(hours=1)

        async def found(**query: Any) -> set[str]:
            query = {"restaurant_id": diner.restaurant_id, **query}
            page = (await support.get("/support/orders", params=query)).json()
            return {order["id"] for order in page["items"]}

        assert await found() == {order_id}
        assert await found(placed_after=(now - hour).isoformat()) == {order_id}
        assert await found(placed_after=(now + hour).isoformat()) == set()
        assert await found(placed_before=(now - hour).isoformat()) == set()
        assert await found(status="placed") == set()
        assert await found(refund_status="none") == {order_id}
        me = (await diner.customer.get("/me")).json()
        assert await found(customer_email=me["email"].upper()) == {order_id}
        assert await found(customer_email="nobody@example.com") == set()

    async def test_shows_a_restaurants_day_to_its_staff(
        self, diner: Diner, support: Person
    ) -> None:
        path = f"/restaurants/{diner.restaurant_id}/statements/2027-01-07"
        statement = (await diner.staff.get(path)).json()
        assert statement == {
            "day": "2027-01-07",
            "opening": money(0),
            "closing": money(0),
            "items": [],
            "next_cursor": None,
        }
        for stranger in (diner.customer, support):
            refused(await stranger.get(path), 403, "forbidden")

    async def test_lists_stripes_news_of_nobodys_objects(
        self, support: Person, diner: Diner
    ) -> None:
        assert (await support.get("/support/stripe-events")).status_code == 200
        assert (await support.get("/support/refunds?state=failed")).status_code == 200
        refused(await diner.staff.get("/support/stripe-events"), 403, "forbidden")
