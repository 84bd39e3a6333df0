"""Reconciliation looks twice, mends what has one right answer, and leaves the rest to people."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import Client, WorkflowExecutionStatus, WorkflowFailureError

from domain.audit import Cursor, Reconcile, Stage, Suspect, Tally
from domain.differences import Kind
from domain.ledger import CUSTOMER
from domain.orders import Actor, OrderStatus, step_key
from domain.reconciliation.comparison import compare
from domain.settlement import carried
from domain.stock import ReservationState
from domain.witnesses import Facts
from tests.support.builders import usd
from tests.support.damage import (
    charged_twice,
    dishes_held,
    fee_undivided,
    kept_after_the_end,
    more_kept_than_agreed,
    of_nobody,
    old_sums,
    refunded_by_hand,
    terminated,
    undivided,
)
from tests.support.fakes_reconciliation import World, reconciling
from tests.support.polling import seen
from tests.support.reconciling import accepted, confirmed, delivered, refunded, rejected, with_order
from workflows.owing import owe
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow
from workflows.search_attributes import ATTENTION_REASON


@pytest.fixture
async def world(client: Client) -> AsyncIterator[World]:
    async with reconciling(client) as world:
        yield world


async def reconcile(client: Client, **given: Any) -> Tally:
    return await client.execute_workflow(
        ReconciliationWorkflow.run,
        Reconcile(**({"grace_seconds": 0.05, "page_size": 2} | given)),
        id=f"reconciliation-{uuid4()}",
        task_queue=PAYMENTS,
    )


class TestReconciliationWorkflow:
    async def test_goes_through_all_pages_and_finds_nothing_where_all_agree(
        self, client: Client, world: World
    ) -> None:
        world.add(confirmed(), accepted(), delivered(), rejected(), refunded())
        tally = await reconcile(client)
        assert tally == Tally(looked_at=5)
        assert world.published == [tally]
        assert world.done == []

    async def test_leaves_alone_what_settles_by_itself(self, client: Client, world: World) -> None:
        moving = old_sums()
        world.add(moving)
        assert moving.payment
        settled = with_order(moving, payment=moving.payment.payment)
        world.after_look[1] = lambda: world.add(settled)
        assert (await reconcile(client)).found == {}
        assert world.done == []

    async def test_mends_what_is_still_there(self, client: Client, world: World) -> None:
        world.add(old_sums(), dishes_held(), delivered())
        tally = await reconcile(client)
        assert tally.found == tally.repaired == {Kind.ROW_BEHIND: 1, Kind.STOCK_HELD: 1}
        assert tally.remaining == {}
        assert sorted(world.names) == ["record_payment", "release_stock"]

    async def test_is_silent_once_it_has_mended(self, client: Client, world: World) -> None:
        world.add(old_sums())
        await reconcile(client)
        assert await reconcile(client) == Tally(looked_at=1)

    async def test_divides_what_was_delivered(self, client: Client, world: World) -> None:
        world.add(undivided())
        assert (await reconcile(client)).repaired == {Kind.UNSETTLED: 1}

    async def test_gives_back_what_was_kept(self, client: Client, world: World) -> None:
        facts = kept_after_the_end()
        world.add(facts)
        refund = f"refund-{facts.order_id}-captured"
        world.after_look[2] = lambda: world.running.add(refund)
        assert (await reconcile(client)).repaired == {Kind.KEPT_WITHOUT_FOOD: 1}
        described = await client.get_workflow_handle(refund).describe()
        assert described.status is WorkflowExecutionStatus.RUNNING

    async def test_divides_a_fee_among_those_who_worked(self, client: Client, world: World) -> None:
        facts = with_order(fee_undivided(), was_carried=True)
        world.add(facts)
        assert (await reconcile(client)).repaired == {Kind.UNSETTLED: 1}
        order = facts.order
        assert order
        assert order.courier_id
        [(_, settled)] = world.done
        assert settled.payer == CUSTOMER
        assert settled.shares == carried(
            order.quote, restaurant_id=order.restaurant_id, courier_id=order.courier_id
        )

    async def test_ends_an_order_whose_workflow_is_gone(self, client: Client, world: World) -> None:
        facts = replace(terminated(), reservation=ReservationState.HELD)
        world.add(facts)
        refund = f"refund-{facts.order_id}-captured"
        world.after_look[2] = lambda: world.running.add(refund)
        assert (await reconcile(client)).repaired == {Kind.WORKFLOW_LOST: 1}
        assert world.names == ["release_stock", "advance_order"]
        _, advanced = world.done[-1]
        assert (advanced.status, advanced.actor) == (OrderStatus.CANCELLED, Actor.SYSTEM)
        assert advanced.cancellation.code == "workflow_lost"
        assert advanced.key == step_key(facts.order_id, "cancelled")
        assert advanced.refund_handed_on
        described = await client.get_workflow_handle(refund).describe()
        assert described.status is WorkflowExecutionStatus.RUNNING

    async def test_puts_nothing_back_that_was_eaten(self, client: Client, world: World) -> None:
        world.add(replace(delivered(), reservation=ReservationState.HELD))
        assert (await reconcile(client)).repaired == {Kind.STOCK_HELD: 1}
        assert world.names == ["consume_stock"]


class TestOwe:
    def test_is_all_that_was_kept_but_the_fee(self) -> None:
        facts = more_kept_than_agreed()
        _, undo = facts.undos
        owed = owe(facts, undo)
        assert owed
        assert (owed.keep, owed.amount) == (usd(300), usd(2_000))

    def test_is_everything_where_no_fee_was_agreed(self) -> None:
        facts = kept_after_the_end()
        _, undo = facts.undos
        owed = owe(facts, undo)
        assert owed
        assert (owed.keep, owed.amount) == (None, usd(2_300))


class TestWhatNeedsAPerson:
    @pytest.mark.parametrize("damage", [charged_twice, of_nobody])
    async def test_becomes_one_case(self, client: Client, world: World, damage: Any) -> None:
        facts: Facts = damage()
        world.add(facts)
        first, second = await reconcile(client), await reconcile(client)
        assert sum(first.found.values()) == 1
        assert first.remaining == first.found
        assert second.found == {}
        assert second.remaining == first.remaining
        assert world.count("open_case") == 1
        [(_, opened)] = world.done
        assert opened.order_id == facts.order_id
        assert opened.why.endswith(".")

    async def test_is_what_does_not_mend(self, client: Client, world: World) -> None:
        """A refund that Stripe has and that payments can't take over."""
        world.add(refunded_by_hand())
        tally = await reconcile(client)
        assert tally.found == tally.remaining == {Kind.REFUND_UNKNOWN: 1}
        assert tally.repaired == {}
        assert world.names == ["refresh_payment", "refresh_payment", "open_case"]

    async def test_closes_its_case_by_itself_once_all_agrees(
        self, client: Client, world: World
    ) -> None:
        facts = charged_twice()
        world.add(facts)
        await reconcile(client)
        world.change(facts.order_id, charges=facts.charges[:1])
        tally = await reconcile(client)
        assert tally.remaining == {}
        assert world.names == ["open_case", "close_case"]
        assert (await reconcile(client)).found == {}

    async def test_raises_a_hand(self, client: Client, world: World) -> None:
        world.add(charged_twice())
        handle = await client.start_workflow(
            ReconciliationWorkflow.run,
            Reconcile(grace_seconds=0.05),
            id="reconciliation",
            task_queue=PAYMENTS,
        )
        await handle.result()
        described = await handle.describe()
        assert described.typed_search_attributes[ATTENTION_REASON] == "Reconciliation: 1 remain"


class TestRun:
    async def test_of_one_order_looks_at_nothing_else(self, client: Client, world: World) -> None:
        """As news of its money starts it, by its plain input."""
        wanted, other = old_sums(), old_sums()
        world.add(wanted, other)
        await client.execute_workflow(
            "ReconciliationWorkflow",
            {"orders": [str(wanted.order_id)], "grace_seconds": 0.05},
            id=f"reconciliation-{wanted.order_id}",
            task_queue=PAYMENTS,
        )
        assert [command.order_id for _, command in world.done] == [wanted.order_id]
        assert world.published == []

    async def test_goes_on_where_another_left_off(self, client: Client, world: World) -> None:
        suspected, other = old_sums(), dishes_held()
        world.add(suspected, other)
        before = Tally(looked_at=7, found={Kind.STOCK_HELD: 2}, repaired={Kind.STOCK_HELD: 2})
        [difference] = compare(suspected)
        tally = await reconcile(
            client,
            cursor=Cursor(stage=Stage.CHARGES),
            suspects=[Suspect(order_id=suspected.order_id, keys=[difference.key])],
            tally=before,
        )
        assert tally.found == tally.repaired == {Kind.STOCK_HELD: 2, Kind.ROW_BEHIND: 1}
        assert world.names == ["record_payment"]

    async def test_ends_cleanly_when_the_engine_cancels_it(
        self, client: Client, world: World
    ) -> None:
        world.add(charged_twice())
        handle = await client.start_workflow(
            ReconciliationWorkflow.run,
            Reconcile(grace_seconds=3600),
            id="reconciliation",
            task_queue=PAYMENTS,
        )

        async def looks() -> int:
            return world.looks

        await seen(looks, lambda count: count)
        await handle.cancel()
        with pytest.raises(WorkflowFailureError):
            await handle.result()
        assert (await handle.describe()).status is WorkflowExecutionStatus.CANCELED
        assert (world.done, world.published) == ([], [])
