"""The saga of one delivery: offer it, watch over whoever claims it, and never lose sight of it."""

from contextlib import suppress
from uuid import UUID

from temporalio import workflow

from workflows import links
from workflows.attention import Attentive
from workflows.custody import Custody
from workflows.delivery_desk import DeliveryDesk
from workflows.delivery_page import DeliveryPage
from workflows.policies import DELIVERY, READY_NEWS
from workflows.shield import to_the_end
from workflows.updates import NO_DATA, update
from workflows.watch import Watch

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import (
        CourierRequest,
        DeliverOrder,
        DeliveryCode,
        DeliveryOutcome,
        DeliveryState,
        ExtendDelivery,
        ReassignCourier,
    )
    from domain.desk import Mandate
    from domain.errors import AlreadyClaimed, DeliveryNotFound, DomainError, IllegalTransition

TASK_QUEUE = DELIVERY

_DATA = 'Data: {"courier_id": "…"}'


def workflow_id(order_id: UUID) -> str:
    return f"delivery-{order_id}"


@workflow.defn(failure_exception_types=[DomainError])
class DeliveryWorkflow(Attentive):
    """Bring the food of one order to its customer, or say why not.

    The engine's cancel calls the delivery off, like the order's signal.
    """

    @workflow.init
    def __init__(self, errand: DeliverOrder) -> None:
        page = DeliveryPage(errand, links.of_this_workflow())
        self.attention = page.attention
        self._custody = Custody(errand, page)
        self._watch = Watch(errand, self._custody, page)
        self._desk = DeliveryDesk(errand, self._custody, page)

    @workflow.run
    async def run(self, errand: DeliverOrder) -> DeliveryOutcome:  # noqa: ARG002 - __init__ has it.
        return await to_the_end(self._carry(), cancelled=self._cancel)

    async def _carry(self) -> DeliveryOutcome:
        await self._watch.over_it()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._custody.outcome

    # What the order may tell its delivery.

    @workflow.signal(description="The kitchen is done: the food can be picked up.")
    def food_ready(self) -> None:
        self._custody.food_is_ready()

    @workflow.signal(description="The order is not wanted any more: end the delivery.")
    def call_off(self) -> None:
        self._custody.call_off(DeliveryCode.CALLED_OFF)

    # What support may ask. Who asks in the Temporal UI sends no mandate.

    @update(f"Try what keeps failing again at once. {NO_DATA}")
    async def retry_now(self, mandate: Mandate | None = None) -> list[str]:  # noqa: ARG002
        """The names of the steps. Raises `IllegalTransition` where none fails."""
        return await self._desk.retry()

    @retry_now.validator
    def _may_retry_now(self, mandate: Mandate | None = None) -> None:
        self._desk.may_retry(mandate)

    @update(
        "Take it back and ask others; or give it to one, until the food is picked up. "
        'Data: {} or {"courier_id": "…"}'
    )
    async def reassign(self, command: ReassignCourier) -> DeliveryState:
        """Raises `ClaimRefused` where this courier can't take it."""
        await self._desk.reassign(command)
        return self._state

    @reassign.validator
    def _may_reassign(self, command: ReassignCourier) -> None:
        self._desk.may_reassign(command)

    @update('Wait longer for what it waits for: 1 to 60 minutes. Data: {"minutes": 15}')
    async def extend_deadline(self, command: ExtendDelivery) -> DeliveryState:
        """Each extension adds to the ones before, until the delivery moves on."""
        await self._desk.extend(command)
        return self._state

    @extend_deadline.validator
    def _may_extend_deadline(self, command: ExtendDelivery) -> None:
        self._desk.may_extend(command)

    # What couriers may ask. To repeat what is in effect changes nothing.

    @update(f"A courier takes it; the first one wins. {_DATA}")
    async def claim(self, request: CourierRequest) -> DeliveryState:
        """Raises `AlreadyClaimed`, and `ClaimRefused` where this courier can't take it."""
        async with self._custody.turn:
            self._may_claim(request)
            if not self._is_with(request):
                await self._custody.assign(request.courier_id)
        return self._state

    @claim.validator
    def _may_claim(self, request: CourierRequest) -> None:
        if self._is_with(request):
            return
        if self._custody.courier_id is not None:
            raise AlreadyClaimed("Another courier was quicker.")
        self._may_become(DeliveryState.ASSIGNED)

    @update(f"The courier can't do it after all; others are asked. {_DATA}")
    async def release(self, request: CourierRequest) -> DeliveryState:
        async with self._custody.turn:
            self._may_release(request)
            if self._is_with(request):
                await self._custody.release(lost=False)
        return self._state

    @release.validator
    def _may_release(self, request: CourierRequest) -> None:
        if self._is_with(request):
            self._may_become(DeliveryState.OFFERED)
        elif request.courier_id not in self._custody.gave_back:
            raise _no_such_delivery()

    @update(f"The courier has the food. {_DATA}")
    async def pick_up(self, request: CourierRequest) -> DeliveryState:
        """Raises `IllegalTransition` where the kitchen is not done: its word may be on its way."""
        if self._custody.ready_at is None:
            await self._hear_from_the_kitchen()
        async with self._custody.turn:
            self._may_pick_up(request)
            if self._custody.ready_at is None:
                raise IllegalTransition("The food is not ready yet.")
            if self._state is not DeliveryState.PICKED_UP:
                await self._custody.pick_up()
        return self._state

    @pick_up.validator
    def _may_pick_up(self, request: CourierRequest) -> None:
        self._may_move(request, DeliveryState.PICKED_UP)

    @update(f"The customer has the food. {_DATA}")
    async def deliver(self, request: CourierRequest) -> DeliveryState:
        async with self._custody.turn:
            self._may_deliver(request)
            if not self._state.is_final:
                await self._custody.end(DeliveryState.DELIVERED, DeliveryCode.DELIVERED)
        return self._state

    @deliver.validator
    def _may_deliver(self, request: CourierRequest) -> None:
        self._may_move(request, DeliveryState.DELIVERED)

    @update(f"The food can't reach the customer: the order is cancelled. {_DATA}")
    async def fail(self, request: CourierRequest) -> DeliveryState:
        async with self._custody.turn:
            self._may_fail(request)
            if not self._state.is_final:
                await self._custody.end(
                    DeliveryState.FAILED,
                    DeliveryCode.DELIVERY_FAILED,
                    remark_id=request.remark_id,
                )
        return self._state

    @fail.validator
    def _may_fail(self, request: CourierRequest) -> None:
        self._may_move(request, DeliveryState.FAILED)

    # What the above is made of.

    async def _hear_from_the_kitchen(self) -> None:
        with suppress(TimeoutError):
            await workflow.wait_condition(
                lambda: self._custody.ready_at is not None,
                timeout=READY_NEWS,
                timeout_summary="Until the courier hears that the food is not ready",
            )

    @property
    def _state(self) -> DeliveryState:
        return self._custody.state

    def _cancel(self) -> None:
        self._custody.call_off(DeliveryCode.CANCELLED_IN_ENGINE)

    def _is_with(self, request: CourierRequest) -> bool:
        return self._custody.courier_id == request.courier_id

    def _may_move(self, request: CourierRequest, state: DeliveryState) -> None:
        """Raise unless it is with the courier and may become, or is, what they want."""
        if not self._is_with(request):
            raise _no_such_delivery()
        if self._state is not state:
            self._may_become(state)

    def _may_become(self, state: DeliveryState) -> None:
        if self._custody.called_off is not None:
            raise IllegalTransition("The order was called off.")
        if not self._state.leads_to(state):
            raise IllegalTransition(f"The delivery is {self._state}: it can't be {state}.")


def _no_such_delivery() -> DeliveryNotFound:
    return DeliveryNotFound("You have no such delivery.")
