"""Every way a reconciliation can go, each run to its end.

Their histories are recorded, and must replay on every later version of the workflow.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from temporalio.client import Client, WorkflowHandle

from domain.audit import Reconcile, Tally
from domain.stock import ReservationState
from domain.witnesses import Facts
from tests.support import damage
from tests.support.fakes_reconciliation import World
from tests.support.reconciling import accepted, confirmed, delivered, rejected
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow, workflow_id

Run = WorkflowHandle[ReconciliationWorkflow, Tally]
_ONE_OF_EACH = (
    damage.missed_news,
    damage.captured_by_hand,
    damage.disputed,
    damage.terminated,
    damage.old_sums,
    damage.dishes_held,
    damage.kept_after_the_end,
    damage.ledger_short,
    damage.undivided,
    damage.charged_twice,
)

Scenario = Callable[[Client, World], Awaitable[Run]]


async def all_agrees(client: Client, world: World) -> Run:
    world.add(confirmed(), accepted(), delivered(), rejected())
    return await _run(client)


async def of_one_order(client: Client, world: World) -> Run:
    facts = damage.old_sums()
    world.add(facts)
    return await _run(client, facts)


async def every_repair(client: Client, world: World) -> Run:
    """What the fakes don't mend becomes a case."""
    world.add(*(damaged() for damaged in _ONE_OF_EACH))
    return await _run(client)


async def lost_with_its_dishes(client: Client, world: World) -> Run:
    facts = replace(damage.terminated(), reservation=ReservationState.HELD)
    world.add(facts)
    refund = f"refund-{facts.order_id}-captured"
    world.after_look[2] = lambda: world.running.add(refund)
    return await _run(client)


async def case_that_is_over(client: Client, world: World) -> Run:
    facts = damage.charged_twice()
    world.add(facts)
    await _run(client)
    world.change(facts.order_id, charges=facts.charges[:1])
    return await _run(client)


SCENARIOS: dict[str, Scenario] = {
    scenario.__name__: scenario
    for scenario in (
        all_agrees,
        of_one_order,
        every_repair,
        lost_with_its_dishes,
        case_that_is_over,
    )
}


async def _run(client: Client, *orders: Facts) -> Run:
    ids = [facts.order_id for facts in orders]
    handle = await client.start_workflow(
        ReconciliationWorkflow.run,
        Reconcile(orders=ids, grace_seconds=0.05, page_size=10),
        id=workflow_id(ids[0]) if ids else "reconciliation",
        task_queue=PAYMENTS,
    )
    await handle.result()
    return handle
