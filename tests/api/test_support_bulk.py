"""One action on many orders: done for each once, whoever has to finish it."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.support.bulk import BulkRepository
from adapters.settings import DatabaseSettings
from api.support.actions import ACTIONS
from domain.bulk import StartBulk
from domain.desk import DeskAction
from domain.differences import Kind
from domain.orders import Actor
from tests.support.casework import of_a_charge, of_a_refund
from tests.support.dining import seen
from tests.support.helpdesk import REASON, Helpdesk
from tests.support.polling import seen as found
from tests.support.rest import money, refused

_MOST = 40
# What says of a text that it is no sentence.
_BOUNDS = {"enum", "const", "format", "pattern"}

# Nothing of an order: everybody breaks at it. One has its last try but one, the other its last.
BROKEN = """
WITH one AS (
  INSERT INTO support.bulk (id, asked_by, action, request)
  VALUES (:id, :by, 'decide_case', '{}') RETURNING id
)
INSERT INTO support.bulk_items (bulk_id, order_id, remark_id, attempts)
SELECT id, gen_random_uuid(), gen_random_uuid(), attempts FROM one, unnest(ARRAY[8, 9]) AS attempts
"""


@pytest.fixture(scope="module")
def shared() -> list[str]:
    """Orders, made by the first test that needs them."""
    return []


@pytest.fixture
async def orders(desk: Helpdesk, shared: list[str]) -> list[str]:
    if not shared:
        shared += [await desk.captured() for _ in range(3)]
    return shared


@pytest.fixture
async def support(databases: DatabaseSettings) -> AsyncIterator[Database]:
    database = Database(databases.support_dsn)
    yield database
    await database.close()


@pytest.fixture
def bulk(support: Database) -> BulkRepository:
    """As another process has it."""
    return BulkRepository(support)


@pytest.fixture
async def writings(databases: DatabaseSettings) -> AsyncIterator[WritingRepository]:
    database = Database(databases.ordering_dsn)
    yield WritingRepository(database)
    await database.close()


async def _start(
    desk: Helpdesk, order_ids: list[str], *, key: str | None = None, **given: Any
) -> Any:
    body = {"action": "add_note", "order_ids": order_ids, "reason": REASON, **given}
    headers = {"Idempotency-Key": key or uuid4().hex}
    return await desk.act.post("/support/bulk", body, headers=headers)


def _new_reason() -> str:
    return f"{REASON} {uuid4().hex}"


async def _newest(desk: Helpdesk) -> list[str]:
    items = (await desk.read.get("/support/bulk?limit=1")).json()["items"]
    return [bulk["id"] for bulk in items]


async def _ended(desk: Helpdesk, path: str) -> dict[str, Any]:
    return await seen(desk.read, path, lambda bulk: bulk["waiting"] == 0)


class TestRequest:
    """It is kept for longer than its orders' customers may be: their words go with them."""

    @pytest.mark.parametrize("action", ACTIONS)
    def test_has_no_field_for_the_words_of_a_person(self, action: DeskAction) -> None:
        schema = ACTIONS[action].body.model_json_schema()
        assert schema["properties"].pop("reason")
        free = {each.get("title") for each in _free_text(schema)}
        # Only those of ISO 4217 are taken.
        assert free <= {"Currency"}

    @pytest.mark.parametrize(
        ("action", "request_"),
        [
            ("resolve_refund", {"resolution": "waived", "reference": "For Liya, 118"}),
            ("resolve_refund", {"resolution": "waived", "case": "Liya called"}),
            ("move_case", {"case": "Liya called"}),
            ("add_note", {"note": "Liya called"}),
        ],
    )
    async def test_is_refused_with_them(
        self, desk: Helpdesk, action: str, request_: dict[str, str]
    ) -> None:
        answer = await _start(desk, [str(uuid4())], action=action, request=request_)
        [error] = refused(answer, 422, "invalid_request")["errors"]
        assert error["loc"] == ["body", "request", [*request_][-1]]


def _free_text(schema: Any) -> Iterator[dict[str, Any]]:
    """The parts of a schema that take any text."""
    if isinstance(schema, dict):
        if schema.get("type") == "string" and not schema.keys() & _BOUNDS:
            yield schema
        for part in schema.values():
            yield from _free_text(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _free_text(part)


class TestBulk:
    async def test_does_what_it_can_of_forty_and_says_of_each(
        self, desk: Helpdesk, orders: list[str]
    ) -> None:
        unknown = [str(uuid4()) for _ in range(_MOST - len(orders))]
        key = uuid4().hex
        started = await _start(desk, [*orders, *unknown], key=key)
        assert started.status_code == 202, started.text
        assert started.headers["location"] == started.json()["links"]["self"]
        path = f"/support/bulk/{started.json()['id']}"
        bulk = await _ended(desk, path)
        assert (bulk["done"], bulk["failed"]) == (len(orders), len(unknown))
        assert [item["order_id"] for item in bulk["items"]] == [*orders, *unknown]
        assert {(item["code"], item["detail"]) for item in bulk["items"]} == {
            (None, None),
            ("order_not_found", "There is no such order."),
        }
        again = await _start(desk, [*orders, *unknown], key=key)
        assert (again.status_code, again.json()["id"]) == (202, bulk["id"])
        for order_id in orders:
            asked, done = await desk.logged(order_id, "add_note")
            assert (asked["outcome"], done["outcome"]) == ("asked", "done")
            assert (done["actor"], done["reason"]) == (desk.act.id, REASON)
            assert done["request_id"] == f"bulk-{bulk['id']}"
        other = await _start(desk, orders, key=key)
        refused(other, 422, "idempotency_key_reused")
        listed = (await desk.read.get("/support/bulk?limit=1")).json()["items"]
        assert len(listed) == 1

    async def test_is_another_one_without_a_key_or_for_somebody_else(self, desk: Helpdesk) -> None:
        body = {"action": "add_note", "order_ids": [str(uuid4())], "reason": REASON}
        key = {"Idempotency-Key": uuid4().hex}
        asked = [(desk.act, key), (desk.money, key), (desk.act, {}), (desk.act, {})]
        made = [await who.post("/support/bulk", body, headers=sent) for who, sent in asked]
        assert [each.status_code for each in made] == [202] * 4
        assert len({each.json()["id"] for each in made}) == 4

    async def test_asks_of_everybody_what_they_may(self, desk: Helpdesk, orders: list[str]) -> None:
        """Whether an order's money would move nobody knows before its turn."""
        started = (await _start(desk, orders, action="cancel")).json()
        bulk = await _ended(desk, f"/support/bulk/{started['id']}")
        assert {item["code"] for item in bulk["items"]} == {"right_missing"}

    @pytest.mark.parametrize(
        ("who", "action", "request_"),
        [("read", "add_note", {}), ("act", "refund", {"liable": "platform"})],
    )
    async def test_begins_nothing_for_whoever_may_do_it_to_no_order(
        self, desk: Helpdesk, orders: list[str], who: str, action: str, request_: dict[str, str]
    ) -> None:
        before = await _newest(desk)
        given: dict[str, Any] = {"action": action, "request": request_, "reason": _new_reason()}
        asker = replace(desk, act=getattr(desk, who))
        problem = refused(await _start(asker, orders, **given), 403, "right_missing")
        assert problem["detail"].startswith(f"Your right is {who}: this needs")
        refused(await _start(asker, [str(uuid4())], **given), 403, "right_missing")
        assert await _newest(desk) == before
        for order_id in orders:
            whole = await desk.whole(order_id)
            assert given["reason"] not in {note["text"] for note in whole["notes"]}
            asked, ended = [row for row in whole["audit"] if row["actor"] == asker.act.id][-2:]
            assert {row["action"] for row in (asked, ended)} == {action}
            assert (asked["outcome"], ended["outcome"]) == ("asked", "refused")
            assert (ended["code"], ended["reason"]) == ("right_missing", "")

    async def test_keeps_the_reason_where_something_is_done_for_it_alone(
        self, desk: Helpdesk, orders: list[str], writings: WritingRepository
    ) -> None:
        key, unknown, reason, later = uuid4().hex, uuid4(), _new_reason(), _new_reason()
        done, not_asked, *_ = orders
        started = await _start(desk, [done, str(unknown)], key=key, reason=reason)
        await _ended(desk, started.headers["location"].removeprefix("/api/v1"))
        reused = await _start(desk, [done, not_asked], key=key, reason=later)
        refused(reused, 422, "idempotency_key_reused")
        written = {
            order_id: {remark.text for remark in await writings.remarks_of(order_id)}
            for order_id in (UUID(done), UUID(not_asked), unknown)
        }
        assert reason in written[UUID(done)]
        assert reason not in written[UUID(not_asked)]
        assert written[unknown] == set()
        assert not any(later in texts for texts in written.values())

    async def test_moves_the_one_open_case_of_each(
        self, desk: Helpdesk, orders: list[str], cases: CaseRepository
    ) -> None:
        one, several, without = orders
        key = await of_a_charge(cases, UUID(one), Kind.UNKNOWN_CHARGE)
        await of_a_charge(cases, UUID(several), Kind.UNKNOWN_CHARGE)
        await of_a_refund(cases, UUID(several))
        deadline = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
        request = {"owner": desk.second.id, "deadline": deadline.isoformat()}
        started = (await _start(desk, orders, action="move_case", request=request)).json()
        bulk = await _ended(desk, f"/support/bulk/{started['id']}")
        assert [(item["outcome"], item["detail"]) for item in bulk["items"]] == [
            ("done", None),
            ("refused", "2 cases of this order are open: name one."),
            ("refused", "This order has no open case."),
        ]
        moved = await cases.find(key)
        assert moved
        assert (moved.owner, moved.deadline) == (UUID(desk.second.id), deadline)
        seen = await desk.foreseen(one, "move_case", {"owner": desk.diner.customer.id})
        assert seen["refused"] == "Nobody of support has this id."
        assert [row["outcome"] for row in await desk.logged(without, "move_case")] == [
            "asked",
            "refused",
        ]

    async def test_keeps_no_fee_in_another_currency(
        self, desk: Helpdesk, orders: list[str]
    ) -> None:
        given: dict[str, Any] = {"action": "cancel", "request": {"keep": money(300, "EUR")}}
        started = (await _start(desk, orders, **given)).json()
        bulk = await _ended(desk, f"/support/bulk/{started['id']}")
        assert {(item["code"], item["detail"]) for item in bulk["items"]} == {
            ("fee_refused", "The order was paid in USD: a fee is in that.")
        }

    async def test_goes_on_where_a_process_died_with_it(
        self,
        desk: Helpdesk,
        orders: list[str],
        bulk: BulkRepository,
        writings: WritingRepository,
    ) -> None:
        """Who has its orders never comes back: their lease ends, and somebody else takes them."""
        by, ids = UUID(desk.act.id), {UUID(order_id) for order_id in orders}

        async def left_undone() -> tuple[StartBulk, str, set[UUID]]:
            """A bulk, its reason, and which of its orders nobody else was quicker to take."""
            reason = f"Left undone {uuid4().hex}"
            remarks = {
                order_id: await writings.keep_remark(
                    order_id=order_id, actor=Actor.SUPPORT, account_id=by, text=reason
                )
                for order_id in ids
            }
            command = StartBulk(
                bulk_id=uuid4(), by=by, action=DeskAction.ADD_NOTE, request={}, remarks=remarks
            )
            await bulk.create(command)
            items = await bulk.claim(_MOST, lease=timedelta(seconds=1))
            return command, reason, {it.order_id for it in items if it.bulk_id == command.bulk_id}

        command, reason, _ = await found(left_undone, lambda left: left[2] == ids)
        ended = await _ended(desk, f"/support/bulk/{command.bulk_id}")
        assert ended["done"] == len(orders)
        for order_id in orders:
            rows = await desk.logged(order_id, "add_note")
            assert [row["outcome"] for row in rows if row["reason"] == reason] == ["asked", "done"]

    async def test_gives_up_what_breaks_at_every_try(
        self, desk: Helpdesk, support: Database
    ) -> None:
        bulk_id = uuid4()
        async with support.transaction() as session:
            await session.execute(text(BROKEN), {"id": bulk_id, "by": UUID(desk.act.id)})
        bulk = await seen(desk.read, f"/support/bulk/{bulk_id}", lambda bulk: bulk["failed"])
        assert [(item["outcome"], item["code"]) for item in bulk["items"]] == [
            (None, None),
            ("refused", "internal_error"),
        ]
        assert bulk["items"][1]["detail"].startswith("Something broke on our side")

    async def test_refuses_what_makes_no_sense(self, desk: Helpdesk, orders: list[str]) -> None:
        many = [str(uuid4()) for _ in range(_MOST + 1)]
        senseless: list[dict[str, Any]] = [
            {"order_ids": many},
            {"order_ids": []},
            {"action": "decide_case"},
        ]
        for wrong in senseless:
            refused(await _start(desk, **({"order_ids": orders} | wrong)), 422, "invalid_request")
        body: dict[str, Any] = {"action": "extend_deadline", "request": {"minutes": 61}}
        problem = refused(await _start(desk, orders, **body), 422, "invalid_request")
        assert problem["errors"][0]["loc"] == ["body", "request", "minutes"]
        refused(await desk.read.get(f"/support/bulk/{uuid4()}"), 404, "bulk_not_found")
