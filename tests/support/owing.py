"""Money that is owed: its refund's workflow, begun and asked as others do."""

from dataclasses import replace
from itertools import groupby
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError

from domain.casework import Resolution, ResolveRefund
from domain.notifications import NotificationType
from domain.orders import step_key
from domain.payments import OrderPayment, RefundStatus
from domain.refunds import Liable, Owed, OweMoney, RefundPart, RefundReason, RefundResult
from tests.support.builders import a_mandate, usd
from tests.support.fakes import FakeActivities
from workflows.policies import (
    PAYMENTS,
)
from workflows.refund import RefundWorkflow, workflow_id

Handle = WorkflowHandle[RefundWorkflow, RefundResult]


def what_is_owed(**given: Any) -> OweMoney:
    order_id = uuid4()
    defaults: dict[str, Any] = {
        "order_id": order_id,
        "customer_id": uuid4(),
        "restaurant_id": uuid4(),
        "amount": usd(2_300),
        "owed": Owed.CAPTURED,
        "authorizations": [step_key(order_id, "authorize")],
    }
    return OweMoney(**(defaults | given))


def a_part(amount: int = 500, **given: Any) -> OweMoney:
    """By decision of somebody of support who may decide it, unless the test says otherwise."""
    order_id = given.setdefault("order_id", uuid4())
    part = RefundPart(
        order_id=order_id,
        key=step_key(order_id, "cold-pizza"),
        amount=usd(amount),
        liable=Liable.PLATFORM,
        liable_account="platform",
        reason=RefundReason.SUPPORT,
        request_hash="hash",
        mandate=a_mandate(),
    )
    part = replace(part, **given)
    return what_is_owed(order_id=order_id, amount=usd(amount), owed=Owed.PART, part=part)


async def owe(client: Client, **given: Any) -> Handle:
    owed = what_is_owed(**given)
    return await client.start_workflow(
        RefundWorkflow.run, owed, id=workflow_id(owed), task_queue=PAYMENTS
    )


async def promise(client: Client, owed: OweMoney, *, request_hash: str = "hash") -> OrderPayment:
    """As the API does it: start the refund, and hear whether the money is promised."""
    start = WithStartWorkflowOperation(
        RefundWorkflow.run,
        owed,
        id=workflow_id(owed),
        task_queue=PAYMENTS,
        id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
    )
    return await client.execute_update_with_start_workflow(
        RefundWorkflow.planned, request_hash, start_workflow_operation=start
    )


def decide(resolution: Resolution, reference: str = "") -> ResolveRefund:
    return ResolveRefund(
        resolution=resolution,
        by=uuid4(),
        remark_id=uuid4(),
        reference=reference,
        mandate=a_mandate(),
    )


async def refusal_of(handle: Handle, decision: ResolveRefund) -> str | None:
    """The name of the refusal."""
    with pytest.raises(WorkflowUpdateFailedError) as refused:
        await handle.execute_update(RefundWorkflow.resolve_refund, decision)
    assert isinstance(refused.value.cause, ApplicationError)
    return refused.value.cause.type


def written(activities: FakeActivities) -> list[RefundStatus]:
    """What the order's row went through: the fake bank has a new version for every answer."""
    rows = [command.payment.refund_status for command in activities.commands("record_payment")]
    return [status for status, _ in groupby(rows)]


def told(activities: FakeActivities) -> list[NotificationType]:
    commands = activities.commands("deliver_notifications")
    return [told.type for command in commands for told in command.notifications]
