"""Telling workflows that something changed at Stripe. They look for themselves."""

from datetime import timedelta
from typing import Protocol
from uuid import UUID

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.service import RPCError, RPCStatusCode

from domain.audit import Reconcile
from domain.disputes import LookAtDispute
from workflows import dispute, order, reconciliation, refund
from workflows.links import NOWHERE, Links
from workflows.policies import PAYMENTS

# A hint that isn't taken by then is given again later.
_RPC_TIMEOUT = timedelta(seconds=5)
# What is told of one order is seen to sooner than what a run through everything finds: it has
# ended, or its refund has, and its customer is shown the old sums until then.
_GRACE_SECONDS = 5


class Hints(Protocol):
    """Every hint may be given again, in any order: it says that there is something to see."""

    async def order_changed(self, order_id: UUID) -> None:
        """The money of an order moved."""

    async def refund_changed(self, order_id: UUID, key: str) -> None:
        """So did that of a refund, of the undo or the decision `key`."""

    async def dispute_changed(self, dispute_id: str) -> None:
        """A customer's bank disputes a charge, or decided about it."""


class WorkflowHints:
    """`links` are for the pages of what it starts."""

    def __init__(self, client: Client, links: Links = NOWHERE) -> None:
        self._client = client
        self._links = links

    async def order_changed(self, order_id: UUID) -> None:
        """Its workflow looks; once that has ended, the order's own reconciliation does."""
        if not await self._signal(order.workflow_id(order_id), "payment_changed"):
            await self._reconcile(order_id)

    async def refund_changed(self, order_id: UUID, key: str) -> None:
        if not await self._signal(refund.workflow_id_of(order_id, key), "payment_changed"):
            await self._reconcile(order_id)

    async def dispute_changed(self, dispute_id: str) -> None:
        await self._client.start_workflow(
            dispute.DisputeWorkflow.run,
            LookAtDispute(dispute_id=dispute_id),
            id=dispute.workflow_id(dispute_id),
            task_queue=PAYMENTS,
            # One that ended may have been an inquiry that now is a dispute.
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            start_signal="dispute_changed",
            static_summary=f"Dispute {dispute_id}",
            memo=self._links.memo,
            rpc_timeout=_RPC_TIMEOUT,
        )

    async def _signal(self, workflow_id: str, name: str) -> bool:
        """False where no such workflow runs."""
        try:
            await self._client.get_workflow_handle(workflow_id).signal(
                name, rpc_timeout=_RPC_TIMEOUT
            )
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return False
            raise
        return True

    async def _reconcile(self, order_id: UUID) -> None:
        await self._client.start_workflow(
            reconciliation.ReconciliationWorkflow.run,
            Reconcile(orders=[order_id], grace_seconds=_GRACE_SECONDS),
            id=reconciliation.workflow_id(order_id),
            task_queue=PAYMENTS,
            static_summary=f"Compare what is known of order {order_id}",
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            memo=self._links.memo,
            rpc_timeout=_RPC_TIMEOUT,
        )
