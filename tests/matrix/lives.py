"""What people do with an order: each life leads through some of the steps, and to one end."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from temporalio.client import (
    Client,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateStage,
)

from domain.deliveries import CourierRequest, DeliveryState
from domain.orders import Actor, IfUnavailable, OrderStatus, Quote
from domain.progress import AcceptOrder, CancelOrder, DelayOrder, OrderOutcome, RejectOrder
from tests.matrix.books import PATIENCE, Books
from tests.support.builders import a_line, a_mandate, usd
from tests.support.polling import eventually
from workflows.delivery import DeliveryWorkflow
from workflows.delivery import workflow_id as delivery_workflow_id
from workflows.order import OrderWorkflow
from workflows.refund import RefundWorkflow

_PAUSE = 0.1
_COURIERS = (uuid4(), uuid4())


@dataclass(frozen=True, kw_only=True)
class Scene:
    """An order that runs, and whoever may do something about it. All wait for what comes first."""

    client: Client
    order: WorkflowHandle[OrderWorkflow, OrderOutcome]
    books: Books

    async def status(self, status: OrderStatus) -> None:
        await self.books.until(lambda: status in self.books.statuses)

    async def paid(self) -> None:
        await self.books.until(lambda: any(name == "record_payment" for name, _ in self.books.done))

    async def accept(self, *unavailable: UUID) -> None:
        await self.status(OrderStatus.CONFIRMED)
        command = AcceptOrder(unavailable_item_ids=[*unavailable])
        await self._ask(self.order, OrderWorkflow.accept, command)

    async def cook(self) -> None:
        await self.paid()
        await self._ask(self.order, OrderWorkflow.start_preparing)

    async def ready(self) -> None:
        await self._ask(self.order, OrderWorkflow.mark_ready)

    async def delay(self) -> None:
        await self.status(OrderStatus.CONFIRMED)
        await self._ask(self.order, OrderWorkflow.delay, DelayOrder(minutes=15))

    async def reject(self) -> None:
        await self.status(OrderStatus.CONFIRMED)
        missing = [self.books.order.lines[0].menu_item_id]
        command = RejectOrder(unavailable_item_ids=missing)
        await self._ask(self.order, OrderWorkflow.reject, command)

    async def cancel(self) -> None:
        """As the customer may; support may where they can't any more. Answers when it is taken."""
        late = {OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.PICKED_UP}
        by = Actor.SUPPORT if late & {*self.books.statuses} else Actor.CUSTOMER
        # Support's right covers the moment in which the kitchen begins, and the row lags behind.
        command = CancelOrder(by=by, late=True, mandate=a_mandate())
        self.books.was_cancelled = True
        await self.order.start_update(
            OrderWorkflow.cancel, command, wait_for_stage=WorkflowUpdateStage.ACCEPTED
        )

    async def claim(self, courier: UUID = _COURIERS[0]) -> None:
        await self.books.until(lambda: self.books.delivery is DeliveryState.OFFERED)
        await self._courier(DeliveryWorkflow.claim, courier)

    async def give_back(self, courier: UUID) -> None:
        await self._courier(DeliveryWorkflow.release, courier)

    async def pick_up(self, courier: UUID = _COURIERS[0]) -> None:
        await self.status(OrderStatus.READY)
        await self._courier(DeliveryWorkflow.pick_up, courier)

    async def hand_over(self, courier: UUID = _COURIERS[0]) -> None:
        await self._courier(DeliveryWorkflow.deliver, courier)

    async def find_nobody(self) -> None:
        await self._courier(DeliveryWorkflow.fail, _COURIERS[0])

    async def insist_on_the_refund(self) -> None:
        """As soon as it is a case."""
        await eventually(lambda: self.books.purse.cases, seconds=PATIENCE)
        owed = f"refund-{self.books.order.order_id}-captured"
        refund = self.client.get_workflow_handle(owed)
        await refund.execute_update(RefundWorkflow.retry_refund_now)

    async def _courier(self, update: Any, courier: UUID) -> None:
        delivery = self.client.get_workflow_handle(delivery_workflow_id(self.books.order.order_id))
        await self._ask(delivery, update, CourierRequest(courier_id=courier))

    async def _ask(self, whom: WorkflowHandle[Any, Any], update: Any, *command: Any) -> None:
        """Who is refused asks again: what they saw in the books the workflow may not know yet."""
        while True:
            await self.books.until(lambda: True)
            try:
                await whom.execute_update(update, *command)
            except WorkflowUpdateFailedError:
                await asyncio.sleep(_PAUSE)
            else:
                return


@dataclass(frozen=True, kw_only=True)
class Life:
    """`order` and `purse` are what is special about them."""

    people: Callable[[Scene], Coroutine[Any, Any, None]]
    order: Mapping[str, Any] = field(default_factory=dict)
    purse: Mapping[str, Any] = field(default_factory=dict)


async def nobody(_: Scene) -> None:
    """For a part of an order's life, without the order."""


async def _eat(scene: Scene) -> None:
    await scene.accept()
    await _cook_and_bring(scene)


async def _cook_and_bring(scene: Scene) -> None:
    await scene.cook()
    await scene.claim()
    await scene.books.until(lambda: scene.books.couriers)
    await scene.ready()
    await scene.pick_up()
    await scene.status(OrderStatus.PICKED_UP)
    await scene.hand_over()


async def _confirm_the_payment(scene: Scene) -> None:
    await scene.status(OrderStatus.PAYMENT_ACTION_REQUIRED)
    await scene.order.signal(OrderWorkflow.payment_changed)
    await _eat(scene)


async def _go_without_one(scene: Scene) -> None:
    await scene.accept(scene.books.order.lines[0].menu_item_id)
    await _cook_and_bring(scene)


async def _be_paid_back_for_one(scene: Scene) -> None:
    await scene.accept(scene.books.order.lines[0].menu_item_id)
    await scene.books.until(lambda: scene.books.purse.refunded)
    await _cook_and_bring(scene)


async def _think_for_long(scene: Scene) -> None:
    """Until the hold was renewed."""
    await scene.status(OrderStatus.CONFIRMED)
    await scene.books.until(lambda: len(scene.books.purse.moves) > 1)
    await _eat(scene)


async def _need_longer(scene: Scene) -> None:
    await scene.delay()
    await _eat(scene)


async def _cancel_early(scene: Scene) -> None:
    await scene.status(OrderStatus.CONFIRMED)
    await scene.cancel()


async def _cancel_when_paid(scene: Scene) -> None:
    await scene.accept()
    await scene.paid()
    await scene.cancel()


async def _cancel_and_insist(scene: Scene) -> None:
    await _cancel_when_paid(scene)
    await scene.insist_on_the_refund()


async def _find_nobody_home(scene: Scene) -> None:
    await scene.accept()
    await scene.cook()
    await scene.claim()
    await scene.ready()
    await scene.pick_up()
    await scene.status(OrderStatus.PICKED_UP)
    await scene.find_nobody()


async def _change_the_courier(scene: Scene) -> None:
    await scene.accept()
    await scene.cook()
    first, second = _COURIERS
    await scene.claim(first)
    await scene.give_back(first)
    await scene.claim(second)
    await scene.ready()
    await scene.pick_up(second)
    await scene.status(OrderStatus.PICKED_UP)
    await scene.hand_over(second)


async def _cancel_the_cooking(scene: Scene) -> None:
    await scene.accept()
    await scene.cook()
    await scene.claim()
    await scene.books.until(lambda: scene.books.couriers)
    await scene.cancel()


_TWO_DISHES = {
    "lines": [a_line(), a_line(name="Tiramisu")],
    "quote": Quote(
        subtotal=usd(4_000),
        delivery_fee=usd(200),
        service_fee=usd(200),
        tip=usd(0),
        total=usd(4_400),
    ),
    "if_unavailable": IfUnavailable.DROP,
}

EATS = Life(people=_eat)
CONFIRMS = Life(people=_confirm_the_payment, purse={"asks": True})
GOES_WITHOUT = Life(people=_go_without_one, order=_TWO_DISHES)
PAID_AT_ONCE = Life(people=_be_paid_back_for_one, order=_TWO_DISHES, purse={"at_once": True})
WAITS_FOR_LONG = Life(people=_think_for_long, purse={"first_hold": timedelta(seconds=8)})
LAPSES = Life(people=_eat, purse={"lapses": True})
IS_DELAYED = Life(people=_need_longer)
IS_REJECTED = Life(people=Scene.reject)
CANCELS_EARLY = Life(people=_cancel_early)
CANCELS_WHEN_PAID = Life(people=_cancel_when_paid)
IS_OWED = Life(people=_cancel_and_insist, purse={"refusals": 1})
NOBODY_HOME = Life(people=_find_nobody_home)
CHANGES_COURIER = Life(people=_change_the_courier)
IS_CALLED_OFF = Life(people=_cancel_the_cooking)
