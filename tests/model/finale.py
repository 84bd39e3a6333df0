"""The end of a run: good weather, and time until nothing runs any more."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from sqlalchemy import select
from temporalio.common import WorkflowIDConflictPolicy

from adapters.postgres.payments.casework_tables import CaseRow
from domain.audit import Reconcile
from domain.casework import ResolveRefund
from domain.payments import Resolution
from tests.model.audit import violations
from tests.model.run import Run, Violation
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow, workflow_id
from workflows.refund import workflow_id_of

# Their banks give every refund back to us: somebody has to decide.
_HOPELESS = {"pm_card_refundFail"}
_MOST_EVENTS = 500
_ROUNDS = 3


async def conclude(run: Run) -> None:
    """Raises `Violation` where something never ends, or is not as it has to be then."""
    await run.town.laboratory.bank.recover()
    await _let_all_end(run)
    for _ in range(_ROUNDS):
        lost = [each for each, expected in run.orders.items() if expected.is_lost]
        if not lost:
            break
        for order_id in lost:
            await reconcile(run, order_id)
        await _let_all_end(run)
    if found := await violations(run):
        raise Violation("\n".join(found))


async def reconcile(run: Run, order_id: UUID) -> None:
    """As news of the order's money do."""
    await run.town.laboratory.client.start_workflow(
        ReconciliationWorkflow.run,
        Reconcile(orders=[order_id]),
        id=workflow_id(order_id),
        task_queue=PAYMENTS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
    )
    await run.watch()


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
                        reference="A transfer",
                    ),
                )
                await run.watch()


async def _open_cases(run: Run, order_id: UUID) -> Sequence[str]:
    cases = select(CaseRow.key).where(CaseRow.order_id == order_id, CaseRow.resolved_at.is_(None))
    async with run.town.laboratory.databases["payments"].transaction() as session:
        return (await session.scalars(cases)).all()
