"""The order's delivery: a workflow of its own, which the order starts, hears and calls off."""

import asyncio
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError
from temporalio.workflow import (
    ChildWorkflowCancellationType,
    ChildWorkflowHandle,
    ParentClosePolicy,
)

from workflows.delivery import DeliveryWorkflow
from workflows.delivery import workflow_id as delivery_workflow_id
from workflows.endings import NOT_DELIVERED, undelivered
from workflows.policies import CALL_OFF_PATIENCE, DELIVERY, FOOD_DEADLINE, TASK_TIMEOUT
from workflows.row import OrderRow
from workflows.search_attributes import of_children
from workflows.stop import Stop

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import (
        CourierMoved,
        DeliverOrder,
        DeliveryCode,
        DeliveryOutcome,
        DeliveryState,
    )
    from domain.orders import Actor, OrderStatus


class Handover:
    """`rider` is the courier who has the food, or had it last; None where nobody fetched it.

    The delivery runs in a task of its own, so that the engine's cancel of the order neither cuts
    it off nor loses its result: it is called off, and awaited.
    """

    def __init__(self, row: OrderRow, stop: Stop) -> None:
        self._row = row
        self._stop = stop
        self._delivery: asyncio.Task[DeliveryOutcome] | None = None
        self._child: ChildWorkflowHandle[DeliveryWorkflow, DeliveryOutcome] | None = None
        self._moves: list[CourierMoved] = []
        self.rider: UUID | None = None

    def hear(self, move: CourierMoved) -> None:
        self._moves.append(move)
        if move.state is DeliveryState.PICKED_UP:
            self.rider = move.courier_id

    @property
    def has_news(self) -> bool:
        return bool(self._moves) or self._is_over

    def errand(self, ready_by: datetime) -> DeliverOrder:
        """`ready_by` is when the kitchen promised the food."""
        order = self._row.page.order
        return DeliverOrder(
            order_id=order.order_id,
            restaurant_id=order.restaurant_id,
            pickup=order.pickup,
            fee=self._row.page.quote.delivery_fee,
            ready_by=ready_by,
        )

    def start(self, errand: DeliverOrder) -> None:
        self._delivery = asyncio.create_task(self._run(errand))

    async def catch_up(self) -> None:
        """Write down where the food is. Raises `OrderEnded` where it will not arrive."""
        while self._moves:
            await self._write(self._moves[0])
            self._moves.pop(0)
        if self._is_over and self._brought_by is None:
            self._stop.ask(undelivered(self._outcome.code if self._outcome else None))
            self._stop.heed()

    async def tell_that_it_is_ready(self) -> None:
        await self._stop.or_said(
            lambda: self._child or self._is_over,
            workflow.now() + FOOD_DEADLINE,
            summary="Until the delivery has begun",
        )
        if self._child is not None:
            # Where it is over it hears nothing, and the order hears of that next.
            with suppress(FailureError):
                await self._child.signal(DeliveryWorkflow.food_ready)

    async def see_it_through(self) -> UUID:
        """Wait until the customer has the food. The courier who brought it."""
        until, brought_by = workflow.now() + FOOD_DEADLINE, self._brought_by
        self._row.page.wait("its delivery, which has a page of its own")
        while self._moves or brought_by is None:
            await self._stop.or_said(
                lambda: self.has_news,
                until,
                summary="The delivery ends by itself; if it does not, the order is cancelled then",
            )
            if not self.has_news:
                self._stop.ask(NOT_DELIVERED)
                self._stop.heed()
            await self.catch_up()
            brought_by = self._brought_by
        return brought_by

    async def call_off(self, errand: DeliverOrder) -> None:
        """Undo of its start: let it end its own way, because its courier has to hear of it too."""
        try:
            await workflow.wait_condition(
                lambda: bool(self._child) or self._is_over,
                timeout=CALL_OFF_PATIENCE,
                timeout_summary="Until the delivery has begun",
            )
            if self._child is not None and not self._is_over:
                await self._child.signal(DeliveryWorkflow.call_off)
            await workflow.wait_condition(
                lambda: self._is_over,
                timeout=CALL_OFF_PATIENCE,
                timeout_summary="Until the delivery is called off",
            )
        except (TimeoutError, FailureError):
            # It hears of it as soon as it runs again. The customer's money does not wait for that.
            workflow.logger.warning("order.delivery_still_open", extra={"order": errand.order_id})
        self._row.page.tell("The delivery was called off.")

    async def _run(self, errand: DeliverOrder) -> DeliveryOutcome:
        self._child = await workflow.start_child_workflow(
            DeliveryWorkflow.run,
            errand,
            id=delivery_workflow_id(errand.order_id),
            task_queue=DELIVERY,
            task_timeout=TASK_TIMEOUT,
            parent_close_policy=ParentClosePolicy.ABANDON,
            cancellation_type=ChildWorkflowCancellationType.ABANDON,
            static_summary=f"Delivery for {errand.fee}",
            search_attributes=of_children(),
            memo=self._row.page.links.memo,
        )
        return await self._child

    async def _write(self, move: CourierMoved) -> None:
        if move.state is DeliveryState.PICKED_UP:
            await self._row.advance(OrderStatus.PICKED_UP, Actor.COURIER)
        else:
            await self._row.record_courier(move.courier_id)

    @property
    def _is_over(self) -> bool:
        return self._delivery is not None and self._delivery.done()

    @property
    def _brought_by(self) -> UUID | None:
        """Whom the customer has the food from; None where they don't have it."""
        outcome = self._outcome
        return outcome.courier_id if outcome and outcome.code is DeliveryCode.DELIVERED else None

    @property
    def _outcome(self) -> DeliveryOutcome | None:
        """None while the delivery goes on, and where it broke off."""
        if self._delivery is None or not self._is_over or self._delivery.exception():
            return None
        return self._delivery.result()
