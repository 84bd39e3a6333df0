"""Orders under way around fake activities: brought as far as a test wants them."""

from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

import pytest
from temporalio.client import Client, WorkflowHandle, WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError

from domain.deliveries import CourierMoved, DeliveryCode, DeliveryOutcome, DeliveryState
from domain.orders import Actor, OrderStatus, PlaceOrder
from domain.progress import AcceptOrder, CancelOrder, OrderOutcome
from tests.support.builders import a_mandate, an_order
from tests.support.fake_delivery import FakeDelivery
from tests.support.fakes import FakeActivities
from tests.support.insisting import begin, insist
from tests.support.pages_of_workflows import page_of
from tests.support.polling import eventually, seen
from workflows.delivery import workflow_id as delivery_workflow_id
from workflows.order import OrderWorkflow
from workflows.search_attributes import ATTENTION_REASON
from workflows.start import start_order

COURIER = UUID(int=7)

_ENDS = {
    DeliveryCode.DELIVERED: DeliveryState.DELIVERED,
    DeliveryCode.CALLED_OFF: DeliveryState.CANCELLED,
    DeliveryCode.CANCELLED_IN_ENGINE: DeliveryState.CANCELLED,
}


class Order:
    """One order, its workflow, and everybody who has to do with it."""

    def __init__(
        self,
        client: Client,
        activities: FakeActivities,
        order: PlaceOrder,
        handle: WorkflowHandle[OrderWorkflow, OrderOutcome],
    ) -> None:
        self._client = client
        self._activities = activities
        self.order = order
        self.handle = handle

    @classmethod
    async def start(cls, client: Client, activities: FakeActivities, **given: Any) -> Self:
        order = an_order(**given)
        return cls(client, activities, order, await start_order(client, order, customer_key="k"))

    @classmethod
    async def confirmed(cls, client: Client, activities: FakeActivities, **given: Any) -> Self:
        return await (await cls.start(client, activities, **given)).until(OrderStatus.CONFIRMED)

    @classmethod
    async def accepted(cls, client: Client, activities: FakeActivities, **given: Any) -> Self:
        """The money is taken too."""
        order = await cls.confirmed(client, activities, **given)
        await insist(order.handle, OrderWorkflow.accept, AcceptOrder())
        return await order.paid()

    @classmethod
    async def preparing(cls, client: Client, activities: FakeActivities, **given: Any) -> Self:
        """A courier is sought too."""
        order = await cls.accepted(client, activities, **given)
        await insist(order.handle, OrderWorkflow.start_preparing)
        return await order.until_offered()

    @classmethod
    async def ready(cls, client: Client, activities: FakeActivities, **given: Any) -> Self:
        order = await cls.preparing(client, activities, **given)
        await insist(order.handle, OrderWorkflow.mark_ready)
        return order

    @classmethod
    async def picked_up(cls, client: Client, activities: FakeActivities, **given: Any) -> Self:
        order = await cls.ready(client, activities, **given)
        await order.courier_moves(DeliveryState.ASSIGNED, COURIER)
        await order.courier_moves(DeliveryState.PICKED_UP, COURIER)
        return await order.until(OrderStatus.PICKED_UP)

    async def until(self, status: OrderStatus) -> Self:
        """Wait until the order's row says so."""
        await eventually(lambda: any(move.status is status for move in self._done("advance_order")))
        return self

    def _done(self, activity: str) -> list[Any]:
        """Its commands of this order: others may share the activities."""
        commands = self._activities.commands(activity)
        return [command for command in commands if command.order_id == self.order.order_id]

    async def until_failing(self, activity: str) -> None:
        """Wait until the step waits for another attempt."""

        async def attempts() -> int:
            pending = (await self.handle.describe()).raw_description.pending_activities
            named = (step for step in pending if step.activity_type.name == activity)
            return max((step.attempt for step in named), default=0)

        await seen(attempts, lambda attempt: attempt > 1)

    async def paid(self) -> Self:
        await eventually(lambda: bool(self._done("record_payment")))
        return self

    @property
    def delivery(self) -> WorkflowHandle[FakeDelivery, DeliveryOutcome]:
        return self._client.get_workflow_handle(
            delivery_workflow_id(self.order.order_id), result_type=DeliveryOutcome
        )

    async def until_offered(self) -> Self:
        """Wait until the delivery has begun."""

        async def has_begun() -> bool:
            try:
                await self.delivery.describe()
            except RPCError:
                return False
            return True

        await seen(has_begun, bool)
        return self

    async def courier_moves(self, state: DeliveryState, courier_id: UUID | None) -> None:
        """And the order's row says so."""
        before = self._moves()
        move = CourierMoved(
            order_id=self.order.order_id, state=state, courier_id=courier_id, at=datetime.now(UTC)
        )
        await self.delivery.signal(FakeDelivery.move, move)
        await eventually(lambda: self._moves() > before)

    def _moves(self) -> int:
        return len(self._done("record_courier")) + len(self._done("advance_order"))

    async def delivery_ends(self, code: DeliveryCode) -> OrderOutcome:
        outcome = DeliveryOutcome(
            order_id=self.order.order_id,
            state=_ENDS.get(code, DeliveryState.FAILED),
            courier_id=COURIER,
            code=code,
        )
        await self.delivery.signal(FakeDelivery.end, outcome)
        return await self.handle.result()

    async def cancel(self, how: str = "update", **given: Any) -> None:
        """As the customer does, or as somebody who presses the button in the Temporal UI."""
        if how == "engine":
            await self.handle.cancel()
            return
        asked: dict[str, Any] = {"by": Actor.CUSTOMER, "mandate": a_mandate()}
        await begin(self.handle, OrderWorkflow.cancel, CancelOrder(**(asked | given)))

    async def refuses(self, update: Any, *command: Any) -> str:
        """The type of the refusal."""
        return str((await self.refusal(update, *command)).type)

    async def refusal(self, update: Any, *command: Any) -> ApplicationError:
        with pytest.raises(WorkflowUpdateFailedError) as refused:
            await insist(self.handle, update, *command)
        assert isinstance(refused.value.cause, ApplicationError)
        return refused.value.cause

    async def page(self) -> str:
        """What the Temporal UI shows of it."""
        return await page_of(self.handle)

    async def attention(self) -> str | None:
        """What the list of workflows asks a person to look at."""
        return (await self.handle.describe()).typed_search_attributes.get(ATTENTION_REASON)
