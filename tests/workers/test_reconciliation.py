"""Harm done on purpose, on real servers: named, mended or made a case, and not found again."""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from domain.audit import Reconcile, Tally
from domain.casework import CloseCase, Resolution
from domain.findings import SweepFor
from infra.demo.sandbox import Sandbox, balance
from tests.support import harm
from tests.support.copying import copy
from tests.support.harm import LEFT, MENDED, Harm
from tests.support.house import House, open_house
from tests.support.polling import seen
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow
from workflows.sweep import SweepWorkflow

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

T = TypeVar("T")

HEALTHY = 200

# What an order has come to once its harm was mended: status, payment, refund.
BECOMES: dict[Harm, tuple[str, str, str]] = {
    harm.authenticated_unheard: ("confirmed", "authorized", "none"),
    harm.captured_at_stripe: ("confirmed", "captured", "none"),
    harm.released_at_stripe: ("confirmed", "voided", "none"),
    harm.refunded_at_stripe: ("delivered", "partially_refunded", "partial"),
    harm.refund_returned: ("cancelled", "refunded", "full"),
    harm.disputed: ("delivered", "captured", "none"),
    harm.terminated: ("cancelled", "refunded", "full"),
    harm.without_a_workflow: ("cancelled", "voided", "none"),
    harm.old_sums: ("delivered", "captured", "none"),
    harm.dishes_held: ("rejected", "voided", "none"),
    harm.held_without_food: ("cancelled", "voided", "none"),
    harm.kept_without_food: ("cancelled", "refunded", "full"),
    harm.promised_refund: ("delivered", "partially_refunded", "partial"),
    harm.abandoned_case: ("cancelled", "refunded", "full"),
    harm.posting_lost: ("delivered", "captured", "none"),
    harm.undivided: ("delivered", "captured", "none"),
}


@dataclass(frozen=True, kw_only=True)
class Harmed:
    """A house after harm of every kind, and what two runs said of it."""

    house: House
    orders: dict[Harm, UUID]
    first: Tally
    second: Tally


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house() -> AsyncIterator[House]:
    async with open_house() as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def harmed(house: House) -> Harmed:
    made = await some_at_once(each(house) for each in (*MENDED, *LEFT))
    orders = dict(zip((*MENDED, *LEFT), made, strict=True))
    first = await house.reconcile()
    return Harmed(house=house, orders=orders, first=first, second=await house.reconcile())


class TestHealthyOrders:
    async def test_are_found_to_agree(self, house: House) -> None:
        made = await some_at_once(
            make()
            for make in (
                house.delivered,
                house.partly_refunded,
                house.rejected,
                house.cancelled,
                house.never_paid,
            )
        )
        await some_at_once(
            copy(house, each.order_id, times=HEALTHY // len(made) - 1) for each in made
        )
        assert await house.reconcile() == Tally(looked_at=HEALTHY)
        metrics = await metrics_of(house)
        assert metrics["reconciliation_differences"] == 0
        assert metrics["reconciliation_completed_timestamp_seconds"] > 0

    async def test_are_all_looked_at_by_a_run_whose_worker_was_killed(self, house: House) -> None:
        run = await house.temporal.start_workflow(
            ReconciliationWorkflow.run,
            Reconcile(page_size=4),
            id="reconciliation-of-a-killed-worker",
            task_queue=PAYMENTS,
        )

        async def length() -> int:
            return (await run.describe()).history_length

        async def waits_for() -> set[str]:
            """Killed while it works for itself, the worker costs a page its whole timeout."""
            pending = (await run.describe()).raw_description.pending_activities
            return {each.activity_type.name for each in pending}

        await seen(length, lambda events: events > 60, pause=0.02)
        await house.stack.halt("orders")
        await seen(waits_for, lambda names: names and names <= {"list_orders", "find_orders"})
        house.stack.kill("payments")
        await house.stack.resume("orders")
        assert await run.result() == Tally(looked_at=HEALTHY)


class TestHarm:
    async def test_is_found_of_each_kind(self, harmed: Harmed) -> None:
        done = Counter(kind.value for kind in (*MENDED.values(), *LEFT.values()))
        assert Counter(harmed.first.found) >= done

    async def test_is_mended_where_there_is_one_right_answer(self, harmed: Harmed) -> None:
        assert Counter(harmed.first.repaired) >= Counter(kind.value for kind in MENDED.values())

    async def test_is_left_to_a_person_where_there_is_none(self, harmed: Harmed) -> None:
        left = Counter(kind.value for kind in LEFT.values())
        assert Counter(harmed.first.remaining) == left
        rows = await harmed.house.select(
            "SELECT order_id, key FROM payments.cases WHERE resolved_at IS NULL"
        )
        assert {row["order_id"] for row in rows} == {harmed.orders[each] for each in LEFT}
        assert sorted(row["key"].split(":")[2] for row in rows) == sorted(left.elements())

    async def test_is_not_found_a_second_time(self, harmed: Harmed) -> None:
        assert harmed.second.found == harmed.second.repaired == {}
        assert harmed.second.remaining == harmed.first.remaining
        metrics = await metrics_of(harmed.house)
        assert metrics["reconciliation_differences"] == len(LEFT)

    @pytest.mark.parametrize("done", BECOMES)
    async def test_leaves_an_order_that_agrees_with_everybody(
        self, harmed: Harmed, done: Harm
    ) -> None:
        house, order_id = harmed.house, harmed.orders[done]
        row = await house.row(order_id)
        became = (row["status"], row["payment_status"], row["refund_status"])
        assert became == BECOMES[done]
        sums = ("authorized", "captured", "refunded")
        [payment] = await house.select(
            "SELECT * FROM payments.payments WHERE order_id = %s", order_id
        )
        assert [row[name] for name in sums] == [payment[name] for name in sums]
        bank = balance(await Sandbox(house.sandbox).entries(str(order_id)))
        assert [bank.held, bank.taken, bank.given_back] == [payment[name] for name in sums]

    async def test_shows_no_customer_a_refund_that_is_none(self, harmed: Harmed) -> None:
        """What a person has to find out about may be nobody's money."""
        for left in (harm.charged_twice, harm.eaten_and_unpaid):
            assert (await harmed.house.row(harmed.orders[left]))["refund_status"] == "none"

    async def test_covers_every_repair(self) -> None:
        assert BECOMES.keys() == MENDED.keys()


class TestMended:
    async def test_puts_back_the_dishes_of_an_order_that_is_lost(self, harmed: Harmed) -> None:
        for lost in (harm.terminated, harm.without_a_workflow, harm.dishes_held):
            [row] = await harmed.house.select(
                "SELECT state FROM catalog.reservations WHERE order_id = %s", harmed.orders[lost]
            )
            assert row["state"] == "released"

    async def test_says_why_an_order_ended_that_was_lost(self, harmed: Harmed) -> None:
        row = await harmed.house.row(harmed.orders[harm.terminated])
        assert (row["cancelled_by"], row["cancellation_code"]) == ("system", "workflow_lost")

    async def test_leaves_a_word_of_who_terminated_it(self, harmed: Harmed) -> None:
        order_id = harmed.orders[harm.terminated]
        await harmed.house.temporal.execute_workflow(
            SweepWorkflow.run, SweepFor(grace_seconds=600), id="sweep-now", task_queue=PAYMENTS
        )
        [finding] = await harmed.house.select(
            "SELECT words FROM support.findings WHERE order_id = %s", order_id
        )
        assert '("by test"). Reconciliation ended the order: it is cancelled' in finding["words"]

    async def test_writes_a_dispute_down(self, harmed: Harmed) -> None:
        query = "SELECT state FROM payments.disputes WHERE order_id = %s"
        [row] = await harmed.house.select(query, harmed.orders[harm.disputed])
        assert row["state"] == "open"

    async def test_posts_again_what_the_ledger_had_lost(self, harmed: Harmed) -> None:
        query = "SELECT kind FROM payments.postings WHERE order_id = %s"
        rows = await harmed.house.select(query, harmed.orders[harm.posting_lost])
        assert sorted(row["kind"] for row in rows) == ["captured", "settled"]

    async def test_closes_the_case_whose_refund_it_began_again(self, harmed: Harmed) -> None:
        query = "SELECT resolution FROM payments.cases WHERE order_id = %s"
        [row] = await harmed.house.select(query, harmed.orders[harm.abandoned_case])
        assert row["resolution"] == "refunded"


class TestDecision:
    async def test_ends_a_case_and_moves_no_money(self, harmed: Harmed) -> None:
        house, order_id = harmed.house, harmed.orders[harm.charged_twice]
        query = "SELECT key FROM payments.cases WHERE order_id = %s"
        [case] = await house.select(query, order_id)
        await house.cases.close(
            CloseCase(order_id=order_id, key=case["key"], resolution=Resolution.WAIVED, by=uuid4())
        )
        assert (await house.reconcile(order_id)) == Tally(looked_at=1)


async def metrics_of(house: House) -> dict[str, float]:
    """Those of the payments worker that have no labels."""
    port = house.stack.site.settings.payments_port
    async with httpx.AsyncClient(timeout=30, trust_env=False) as client:
        text = (await client.get(f"http://127.0.0.1:{port}/metrics")).text
    found = re.findall(r"^(reconciliation_\w+) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


async def some_at_once(work: Iterable[Awaitable[T]]) -> list[T]:
    turn = asyncio.Semaphore(8)

    async def in_turn(one: Awaitable[T]) -> T:
        async with turn:
            return await one

    return await asyncio.gather(*map(in_turn, work))
