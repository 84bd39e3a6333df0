"""The end of a run: good weather, and time until nothing runs any more."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from temporalio.client import WorkflowHandle
from temporalio.common import WorkflowIDConflictPolicy

from adapters.postgres.payments.casework_tables import CaseRow
from domain.audit import Reconcile, Tally
from domain.casework import Resolution, ResolveRefund
from domain.differences import Kind
from tests.model.audit import violations
from tests.model.run import Run, Violation
from tests.support.builders import a_mandate
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow, workflow_id
from workflows.refund import workflow_id_of

# Their banks give every refund back to us: somebody has to decide.
_HOPELESS = {"pm_card_refundFail"}
_MISSED_NEWS = {
    Kind.MISSED_WEBHOOK,
    Kind.REFUND_RETURNED,
    Kind.REFUND_UNKNOWN,
    Kind.REFUND_ABANDONED,
    Kind.KEPT_WITHOUT_FOOD,
    Kind.ROW_BEHIND,
}
_MOST_EVENTS = 500
_ROUNDS = 4


async def conclude(run: Run) -> None:
    """Raises `Violation` where something never ends, or is not as it has to be then.

    A refund that fails after it had succeeded, whose webhook is lost, and an order without a
    workflow are what reconciliation finds; it has to find nothing any more in the end.
    """
    await run.town.laboratory.bank.recover()
    await _let_all_end(run)
    for _ in range(_ROUNDS):
        handle = await _start(run, [*run.orders])
        await _let_all_end(run)
        tally = await handle.result()
        _see_that_it_had_to(run, tally)
        if not tally.found:
            break
    else:
        raise Violation(f"Reconciliation finds something again and again: {tally}")
    if found := await violations(run):
        raise Violation("\n".join(found))


def _see_that_it_had_to(run: Run, tally: Tally) -> None:
    """Where every order has its workflow, only news from the bank may be missing."""
    strange = tally.found.keys() - _MISSED_NEWS
    if strange and not any(expected.is_lost for expected in run.orders.values()):
        raise Violation(f"Nobody but reconciliation knew: {strange}")


async def reconcile(run: Run, order_id: UUID) -> None:
    """As news of the order's money do."""
    await _start(run, [order_id])
    run.orders[order_id].is_reconciled = True
    await run.watch()


async def _start(run: Run, orders: list[UUID]) -> WorkflowHandle[ReconciliationWorkflow, Tally]:
    return await run.town.laboratory.client.start_workflow(
        ReconciliationWorkflow.run,
        Reconcile(orders=orders),
        id=workflow_id(orders[0]),
        task_queue=PAYMENTS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )


async def _let_all_end(run: Run) -> None:
    for _ in range(_MOST_EVENTS):
        await _decide_about_refunds(run)
        event = await run.town.pace.next_event()
        if event is None:
            return
        await run.town.pace.jump(event)
        postures = await run.watch()
    raise Violation(f"It never ends: {postures}")


async def _decide_about_refunds(run: Run) -> None:
    """As support does where a bank takes no refund."""
    for order_id, expected in run.orders.items():
        if expected.order.payment_method in _HOPELESS:
            for number, key in enumerate(await _open_cases(run, order_id)):
                by_hand = (order_id.int + number) % 2
                run.town.pace.ask(
                    workflow_id_of(order_id, key),
                    "resolve_refund",
                    ResolveRefund(
                        resolution=Resolution.PAID_BY_HAND if by_hand else Resolution.WAIVED,
                        by=uuid4(),
                        remark_id=uuid4(),
                        reference="Transfer 118",
                        mandate=a_mandate(limit=expected.order.quote.total),
                    ),
                )
                await run.watch()


async def _open_cases(run: Run, order_id: UUID) -> Sequence[str]:
    cases = select(CaseRow.key).where(CaseRow.order_id == order_id, CaseRow.resolved_at.is_(None))
    async with run.town.laboratory.databases["payments"].transaction() as session:
        return (await session.scalars(cases)).all()
