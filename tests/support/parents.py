"""Workflows that stand for the order of a delivery.

In a module of their own, because the sandbox of workflows loads it anew.
"""

from temporalio import workflow

from workflows.delivery import DeliveryWorkflow, workflow_id

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import CourierMoved, DeliverOrder, DeliveryOutcome


@workflow.defn
class Listening:
    """Stands for the order: starts its delivery, and hears what it says of its courier."""

    def __init__(self) -> None:
        self._heard: list[CourierMoved] = []

    @workflow.run
    async def run(self, errand: DeliverOrder) -> DeliveryOutcome:
        return await workflow.execute_child_workflow(
            DeliveryWorkflow.run, errand, id=workflow_id(errand.order_id)
        )

    @workflow.signal
    def courier_moved(self, moved: CourierMoved) -> None:
        self._heard.append(moved)

    @workflow.query
    def heard(self) -> list[CourierMoved]:
        return self._heard


@workflow.defn
class Abandoning:
    """Stands for an order that ends without its delivery."""

    @workflow.run
    async def run(self, errand: DeliverOrder) -> None:
        await workflow.start_child_workflow(
            DeliveryWorkflow.run,
            errand,
            id=workflow_id(errand.order_id),
            parent_close_policy=workflow.ParentClosePolicy.ABANDON,
        )
