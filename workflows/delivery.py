"""The saga of one delivery: offer it, watch over whoever claims it, and never lose sight of it."""

import asyncio
from datetime import datetime
from uuid import UUID

from temporalio import workflow

from workflows.custody import Custody, Stage
from workflows.delivery_page import DeliveryPage
from workflows.policies import (
    COURIER_PATIENCE,
    COURIER_SILENCE,
    DELIVERY,
    DELIVERY_DEADLINE,
    OFFER_ROUND,
    PICK_UP_PATIENCE,
)
from workflows.shield import to_the_end
from workflows.updates import update

with workflow.unsafe.imports_passed_through():
    from domain.deliveries import (
        OFFER_RADII_KM,
        CourierRequest,
        DeliverOrder,
        DeliveryCode,
        DeliveryOutcome,
        DeliveryState,
    )
    from domain.errors import AlreadyClaimed, DeliveryNotFound, DomainError, IllegalTransition

TASK_QUEUE = DELIVERY

_DATA = 'Data: {"courier_id": "…"}'


def workflow_id(order_id: UUID) -> str:
    return f"delivery-{order_id}"


@workflow.defn(failure_exception_types=[DomainError])
class DeliveryWorkflow:
    """Bring the food of one order to its customer, or say why not.

    The engine's cancel calls the delivery off, like the order's signal.
    """

    @workflow.init
    def __init__(self, errand: DeliverOrder) -> None:
        self._errand = errand
        self._page = DeliveryPage(errand)
        self._custody = Custody(errand, self._page)
        # Couriers, deadlines and the order all want to move the delivery: one after another.
        self._turn = asyncio.Lock()
        self._round = 1
        self._ready_at: datetime | None = None
        self._called_off: DeliveryCode | None = None

    @workflow.run
    async def run(self, errand: DeliverOrder) -> DeliveryOutcome:  # noqa: ARG002 - __init__ has it.
        return await to_the_end(self._carry(), cancelled=self._cancel)

    async def _carry(self) -> DeliveryOutcome:
        watches = {
            DeliveryState.OFFERED: self._seek_a_courier,
            DeliveryState.ASSIGNED: self._see_it_picked_up,
            DeliveryState.PICKED_UP: self._see_it_delivered,
        }
        while not self._state.is_final:
            await watches[self._state]()
            await self._end_where_called_off()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._custody.outcome

    # What is watched over in each state.

    async def _seek_a_courier(self) -> None:
        """Round after round, each farther away; after the last a person is asked as well."""
        stage = self._custody.stage
        give_up_at = max(self._errand.ready_by, self._custody.since) + COURIER_PATIENCE
        # Whoever was asked before the last courier let go is asked again at once.
        self._round = min(self._round, len(OFFER_RADII_KM))
        while workflow.now() < give_up_at:
            until = min(workflow.now() + OFFER_ROUND, give_up_at)
            if self._round > len(OFFER_RADII_KM):
                self._page.alarm("No courier", "find somebody to claim it, or cancel the order.")
                until = give_up_at
            await self._offer(stage, until)
            if await self._left(stage, until, "Until couriers farther away are asked"):
                return
            self._round += 1
        await self._fail(stage, DeliveryCode.NO_COURIER)

    async def _see_it_picked_up(self) -> None:
        """A courier who is silent, or lets ready food wait, loses it."""
        stage, claimed_at = self._custody.stage, self._custody.since
        seen_at = claimed_at
        while not await self._left(stage, self._due(seen_at, claimed_at), "Until it is reassigned"):
            seen_at = await self._last_seen(stage)
            if self._due(seen_at, claimed_at) <= workflow.now():
                await self._take_back(stage)

    def _due(self, seen_at: datetime, claimed_at: datetime) -> datetime:
        """When the courier who was last seen then loses the delivery."""
        silent_at = seen_at + COURIER_SILENCE
        if self._ready_at is None:
            return silent_at
        return min(silent_at, max(self._ready_at, claimed_at) + PICK_UP_PATIENCE)

    async def _see_it_delivered(self) -> None:
        """The food can't be given to another: a person is asked to look for the courier."""
        stage = self._custody.stage
        give_up_at = self._custody.since + DELIVERY_DEADLINE
        look_at = self._custody.since + COURIER_SILENCE
        while not await self._left(stage, min(look_at, give_up_at), "Until it is looked after"):
            if workflow.now() >= give_up_at:
                await self._fail(stage, DeliveryCode.COURIER_LOST)
                return
            look_at = await self._last_seen(stage) + COURIER_SILENCE
            if look_at > workflow.now():
                self._page.calm()
            else:
                self._page.alarm("Courier silent with the food", "call the courier.")
                look_at = workflow.now() + COURIER_SILENCE

    # What the watches are made of.

    async def _left(self, stage: Stage, until: datetime, summary: str) -> bool:
        """True as soon as the delivery has left the stage or is called off, False at `until`."""

        def left() -> bool:
            return self._custody.stage != stage or self._calling_off is not None

        try:
            await workflow.wait_condition(
                left, timeout=until - workflow.now(), timeout_summary=summary
            )
        except TimeoutError:
            return left()
        return True

    async def _offer(self, stage: Stage, until: datetime) -> None:
        async with self._turn:
            if self._custody.stage == stage:
                await self._custody.offer(self._round, until)

    async def _last_seen(self, stage: Stage) -> datetime:
        """When the courier was; now, where it is not with that courier any more."""
        async with self._turn:
            if self._custody.stage != stage:
                return workflow.now()
            return await self._custody.last_seen()

    async def _take_back(self, stage: Stage) -> None:
        async with self._turn:
            if self._custody.stage == stage:
                await self._custody.release(lost=True)

    async def _fail(self, stage: Stage, code: DeliveryCode) -> None:
        async with self._turn:
            if self._custody.stage == stage:
                await self._custody.end(DeliveryState.FAILED, code)

    async def _end_where_called_off(self) -> None:
        code = self._calling_off
        async with self._turn:
            if code is not None and not self._state.is_final:
                await self._custody.end(DeliveryState.CANCELLED, code)

    # What the order may tell its delivery.

    @workflow.signal(description="The kitchen is done: the food can be picked up.")
    def food_ready(self) -> None:
        if self._ready_at is None:
            self._ready_at = workflow.now()
            self._page.ready(self._ready_at)

    @workflow.signal(description="The order is not wanted any more: end the delivery.")
    def call_off(self) -> None:
        self._called_off = self._called_off or DeliveryCode.CALLED_OFF

    # What couriers may ask. To repeat what is in effect changes nothing.

    @update(f"A courier takes it; the first one wins. {_DATA}")
    async def claim(self, request: CourierRequest) -> DeliveryState:
        """Raises `AlreadyClaimed`, and `ClaimRefused` where this courier can't take it."""
        async with self._turn:
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
        async with self._turn:
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
        async with self._turn:
            self._may_pick_up(request)
            if self._state is not DeliveryState.PICKED_UP:
                await self._custody.pick_up()
        return self._state

    @pick_up.validator
    def _may_pick_up(self, request: CourierRequest) -> None:
        self._may_move(request, DeliveryState.PICKED_UP)
        if self._ready_at is None:
            raise IllegalTransition("The food is not ready yet.")

    @update(f"The customer has the food. {_DATA}")
    async def deliver(self, request: CourierRequest) -> DeliveryState:
        async with self._turn:
            self._may_deliver(request)
            if not self._state.is_final:
                await self._custody.end(DeliveryState.DELIVERED, DeliveryCode.DELIVERED)
        return self._state

    @deliver.validator
    def _may_deliver(self, request: CourierRequest) -> None:
        self._may_move(request, DeliveryState.DELIVERED)

    @update(f"The food can't reach the customer: the order is cancelled. {_DATA}")
    async def fail(self, request: CourierRequest) -> DeliveryState:
        async with self._turn:
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

    @property
    def _state(self) -> DeliveryState:
        return self._custody.state

    @property
    def _calling_off(self) -> DeliveryCode | None:
        """Why it has to end. The engine may set its reason without raising anything."""
        if self._called_off is None and workflow.cancellation_reason() is not None:
            return DeliveryCode.CANCELLED_IN_ENGINE
        return self._called_off

    def _cancel(self) -> None:
        self._called_off = self._called_off or DeliveryCode.CANCELLED_IN_ENGINE

    def _is_with(self, request: CourierRequest) -> bool:
        return self._custody.courier_id == request.courier_id

    def _may_move(self, request: CourierRequest, state: DeliveryState) -> None:
        """Raise unless it is with the courier and may become, or is, what they want."""
        if not self._is_with(request):
            raise _no_such_delivery()
        if self._state is not state:
            self._may_become(state)

    def _may_become(self, state: DeliveryState) -> None:
        if self._calling_off is not None:
            raise IllegalTransition("The order was called off.")
        if not self._state.leads_to(state):
            raise IllegalTransition(f"The delivery is {self._state}: it can't be {state}.")


def _no_such_delivery() -> DeliveryNotFound:
    return DeliveryNotFound("You have no such delivery.")
