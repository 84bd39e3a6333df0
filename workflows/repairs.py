"""The one right answer to each difference, by the commands that everybody uses.

Each may be tried again, and does nothing where there is nothing to do any more.
"""

from collections.abc import Awaitable, Callable

from temporalio import workflow
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.exceptions import FailureError, WorkflowAlreadyStartedError
from temporalio.workflow import ParentClosePolicy

from workflows import delivery, dispute, links, order, refund
from workflows.dispute import DisputeWorkflow
from workflows.owing import owe
from workflows.policies import BOOKS, LOOK, PAYMENTS, POSTGRES_FROM_AFAR, SETTLE
from workflows.refund import RefundWorkflow
from workflows.search_attributes import AMOUNT, AMOUNT_MINOR, RESTAURANT_ID
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.ledger import LedgerActivities
    from activities.orders import OrderActivities
    from activities.payments import PaymentActivities
    from activities.reconciliation import RepostingActivities
    from activities.stock import StockActivities
    from domain import ledger, settlement
    from domain.audit import PostMissing
    from domain.differences import WORKFLOW_LOST, Difference, Kind, Repair
    from domain.disputes import LookAtDispute
    from domain.errors import DomainError
    from domain.orders import Actor, AdvanceOrder, OrderStatus, RecordPayment, step_key
    from domain.payments import RefreshPayment
    from domain.refunds import OweMoney
    from domain.settlement import SettlePayment, Share
    from domain.stock import ConsumeStock, ReleaseStock, ReservationState
    from domain.witnesses import Facts, OrderRecord, Run


async def repair(difference: Difference, facts: Facts) -> None:
    """Do what is right; where that fails, the difference is there to be seen again."""
    try:
        await _REPAIRS[difference.repair](difference, facts)
    except (DomainError, FailureError) as failure:
        workflow.logger.warning("reconciliation.repair_failed", exc_info=failure)


async def _ask_order(difference: Difference, facts: Facts) -> None:
    """Let the order look itself; where it can't any more, look in its stead."""
    if facts.run is not Run.RUNNING:
        await _refresh(difference, facts)
        return
    running = workflow.get_external_workflow_handle(order.workflow_id(facts.order_id))
    await running.signal(order.OrderWorkflow.payment_changed)


async def _refresh(_: Difference, facts: Facts) -> None:
    await execute(
        PaymentActivities.refresh_payment,
        RefreshPayment(order_id=facts.order_id),
        policy=LOOK,
        summary="Write down what Stripe has of the order",
    )


async def _look_at_dispute(difference: Difference, _: Facts) -> None:
    dispute_id = difference.subject
    workflow_id = dispute.workflow_id(dispute_id)
    try:
        await workflow.start_child_workflow(
            DisputeWorkflow.run,
            LookAtDispute(dispute_id=dispute_id),
            id=workflow_id,
            task_queue=PAYMENTS,
            parent_close_policy=ParentClosePolicy.ABANDON,
            static_summary=f"Dispute of {difference.amount}",
            memo=links.of_this_workflow().memo,
        )
    except WorkflowAlreadyStartedError:
        running = workflow.get_external_workflow_handle(workflow_id)
        await running.signal(DisputeWorkflow.dispute_changed)


async def _refund(difference: Difference, facts: Facts) -> None:
    """By the key that the difference names, or all of what is held or was taken."""
    void, taken_back = facts.undos
    undo = void if difference.kind is Kind.HELD_WITHOUT_FOOD else taken_back
    await _give_back(facts, difference.subject or undo)


async def _give_back(facts: Facts, key: str) -> None:
    """Start the refund's own workflow, where it does not run."""
    owed = owe(facts, key)
    if owed is None:
        return
    try:
        await workflow.start_child_workflow(
            RefundWorkflow.run,
            owed,
            id=refund.workflow_id(owed),
            task_queue=PAYMENTS,
            parent_close_policy=ParentClosePolicy.ABANDON,
            static_summary=f"Refund of {owed.amount}",
            search_attributes=_attributes(owed),
            memo=links.of_this_workflow().memo,
        )
    except WorkflowAlreadyStartedError:
        workflow.logger.info("reconciliation.refund_runs")


def _attributes(owed: OweMoney) -> TypedSearchAttributes:
    """But for the customer's: what they are found by is made of a key that is none of ours."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(AMOUNT, str(owed.amount)),
            SearchAttributePair(AMOUNT_MINOR, owed.amount.amount),
            SearchAttributePair(RESTAURANT_ID, str(owed.restaurant_id)),
        ]
    )


async def _end_order(difference: Difference, facts: Facts) -> None:
    """In the stead of a workflow that is gone: what it would do to end without food."""
    if facts.order is None:
        return
    await _call_off(facts)
    await _release(difference, facts)
    await _pay_for_work(facts.order)
    void, taken_back = facts.undos
    taken = facts.kept > 0 or any(charge.captured for charge in facts.charges)
    if facts.payment or facts.charges:
        await _give_back(facts, taken_back if taken else void)
    await execute(
        OrderActivities.advance_order,
        AdvanceOrder(
            order_id=facts.order_id,
            key=step_key(facts.order_id, OrderStatus.CANCELLED),
            status=OrderStatus.CANCELLED,
            actor=Actor.SYSTEM,
            refund_handed_on=taken,
            cancellation=WORKFLOW_LOST,
        ),
        policy=POSTGRES_FROM_AFAR,
        summary="Write down: cancelled",
    )


async def _call_off(facts: Facts) -> None:
    """A courier need not go on; one who is there already, or none, is no trouble."""
    running = workflow.get_external_workflow_handle(delivery.workflow_id(facts.order_id))
    try:
        await running.signal(delivery.DeliveryWorkflow.call_off)
    except FailureError:
        workflow.logger.info("reconciliation.no_delivery")


async def _pay_for_work(row: OrderRecord) -> None:
    """Who cooked, and who rode, is paid by the platform: the customer gets everything back."""
    shares = settlement.of_work(
        row.quote,
        restaurant_id=row.restaurant_id,
        has_cooked=row.status is OrderStatus.READY,
        rider=row.courier_id if row.status is OrderStatus.PICKED_UP else None,
    )
    if shares:
        await _divide(row, shares, payer=ledger.PLATFORM)


async def _settle(_: Difference, facts: Facts) -> None:
    """What the customer paid: for food, or, of a cancelled order, what was kept."""
    if facts.order and facts.agreed:
        shares = settlement.of_work(
            facts.order.quote,
            restaurant_id=facts.order.restaurant_id,
            has_cooked=facts.reservation is ReservationState.CONSUMED,
            rider=facts.order.courier_id if facts.order.was_carried else None,
        )
        await _divide(facts.order, shares, payer=ledger.CUSTOMER)
    elif facts.order and facts.order.courier_id:
        shares = settlement.delivered(
            facts.order.quote,
            restaurant_id=facts.order.restaurant_id,
            courier_id=facts.order.courier_id,
        )
        await _divide(facts.order, shares, payer=ledger.CUSTOMER)


async def _divide(row: OrderRecord, shares: list[Share], *, payer: str) -> None:
    await execute(
        LedgerActivities.settle_payment,
        SettlePayment(
            order_id=row.order_id,
            key=step_key(row.order_id, "settle"),
            payer=payer,
            shares=shares,
        ),
        policy=SETTLE,
        summary="Divide the money",
    )


async def _record_payment(difference: Difference, facts: Facts) -> None:
    if facts.payment is None:
        return
    # The time, because the same may be damaged twice.
    key = f"{difference.key}:{workflow.now():%Y%m%dT%H%M%S}"
    await execute(
        OrderActivities.record_payment,
        RecordPayment(order_id=facts.order_id, key=key, payment=facts.payment.payment),
        policy=POSTGRES_FROM_AFAR,
        summary="Write down where the money stands",
    )


async def _release(_: Difference, facts: Facts) -> None:
    """Nothing of what was eaten is ever put back."""
    if facts.order and facts.order.status is OrderStatus.DELIVERED:
        await execute(
            StockActivities.consume_stock,
            ConsumeStock(order_id=facts.order_id),
            policy=POSTGRES_FROM_AFAR,
            summary="Free the kitchen's slot",
        )
        return
    await execute(
        StockActivities.release_stock,
        ReleaseStock(order_id=facts.order_id),
        policy=POSTGRES_FROM_AFAR,
        summary="Put the dishes and the kitchen slot back",
    )


async def _post(_: Difference, facts: Facts) -> None:
    await execute(
        RepostingActivities.post_missing,
        PostMissing(order_id=facts.order_id),
        policy=BOOKS,
        summary="Post what the ledger has not",
    )


_REPAIRS: dict[Repair, Callable[[Difference, Facts], Awaitable[None]]] = {
    Repair.ASK_ORDER: _ask_order,
    Repair.REFRESH: _refresh,
    Repair.LOOK_AT_DISPUTE: _look_at_dispute,
    Repair.END_ORDER: _end_order,
    Repair.RECORD_PAYMENT: _record_payment,
    Repair.RELEASE_STOCK: _release,
    Repair.REFUND: _refund,
    Repair.POST: _post,
    Repair.SETTLE: _settle,
}
