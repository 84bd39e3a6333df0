"""Who has a delivery, and the steps that hand it on."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.delivery_page import DeliveryPage
from workflows.policies import DELIVERY_STEP
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.deliveries import DeliveryActivities
    from domain.deliveries import (
        OFFER_RADII_KM,
        AdvanceDelivery,
        AssignCourier,
        CourierMoved,
        DeliverOrder,
        DeliveryCode,
        DeliveryOutcome,
        DeliveryState,
        LookForCourier,
        OfferDelivery,
        ReleaseDelivery,
    )

COURIER_MOVED = "courier_moved"
"""The signal that the order's workflow gets: `CourierMoved`."""


Stage = tuple[DeliveryState, int]
"""The state and the assignment it is in: another courier's is another stage."""


class Custody:
    """`courier_id` is who has it, `assignment` how many claims there were.

    Each step writes the row first and then says so, here and to the order. Couriers, deadlines
    and the order all want to take one: whoever does holds `turn`, so they come one after another.
    """

    def __init__(self, errand: DeliverOrder, page: DeliveryPage) -> None:
        self._errand = errand
        self._page = page
        self._code = DeliveryCode.DELIVERED
        self.state = DeliveryState.OFFERED
        self.courier_id: UUID | None = None
        self.assignment = 0
        # Since when it is as `state` says.
        self.since = workflow.now()
        # What support gave to what it waits for now, beyond the usual time.
        self.extra = timedelta(0)
        self.gave_back: set[UUID] = set()
        self.ready_at: datetime | None = None
        self.turn = asyncio.Lock()
        self._called_off: DeliveryCode | None = None

    @property
    def outcome(self) -> DeliveryOutcome:
        return DeliveryOutcome(
            order_id=self._errand.order_id,
            state=self.state,
            courier_id=self.courier_id,
            code=self._code,
        )

    @property
    def stage(self) -> Stage:
        return self.state, self.assignment

    @property
    def called_off(self) -> DeliveryCode | None:
        """Why it has to end. The engine may set its reason without raising anything."""
        if self._called_off is None and workflow.cancellation_reason() is not None:
            return DeliveryCode.CANCELLED_IN_ENGINE
        return self._called_off

    def call_off(self, code: DeliveryCode) -> None:
        """Whoever asks first has the word."""
        self._called_off = self._called_off or code

    def food_is_ready(self) -> None:
        if self.ready_at is None:
            self.ready_at = workflow.now()
            self._page.ready(self.ready_at)

    async def offer(self, round_: int, until: datetime) -> None:
        """To the couriers of the round (from 1 on; after the last one the radius stays)."""
        radius_km = OFFER_RADII_KM[min(round_, len(OFFER_RADII_KM)) - 1]
        await execute(
            DeliveryActivities.offer_delivery,
            OfferDelivery(
                order_id=self._errand.order_id,
                restaurant_id=self._errand.restaurant_id,
                pickup=self._errand.pickup,
                fee=self._errand.fee,
                round=round_,
                radius_km=radius_km,
                expires_at=until,
            ),
            policy=DELIVERY_STEP,
            summary=f"Offer it within {radius_km:g} km",
        )
        self._page.tell(f"It is offered to couriers within {radius_km:g} km.")

    async def assign(self, courier_id: UUID, *, by_support: bool = False) -> None:
        """Raises `ClaimRefused` where this courier can't have it."""
        how = "got it from support" if by_support else "claimed it"
        await execute(
            DeliveryActivities.assign_courier,
            self._claim_of(courier_id, by_support=by_support),
            policy=DELIVERY_STEP,
            summary="Give it to the courier",
        )
        self.assignment += 1
        self.courier_id = courier_id
        self._become(DeliveryState.ASSIGNED, f"Courier `{courier_id}` {how}.")
        await self._tell_the_order()

    async def check(self, courier_id: UUID) -> None:
        """Raises `ClaimRefused` where support can't give it to this courier."""
        await execute(
            DeliveryActivities.check_courier,
            self._claim_of(courier_id, by_support=True),
            policy=DELIVERY_STEP,
            summary="Can the courier have it?",
        )

    async def release(self, *, lost: bool, how: str = "") -> None:
        """`lost` is of one from whom it is taken, who then is not asked again."""
        courier_id = self._holder
        await execute(
            DeliveryActivities.release_delivery,
            ReleaseDelivery(
                order_id=self._errand.order_id,
                assignment=self.assignment,
                courier_id=courier_id,
                lost=lost,
            ),
            policy=DELIVERY_STEP,
            summary="Take it back from the courier" if lost else "Take back what is released",
        )
        self.gave_back.add(courier_id)
        self.courier_id = None
        how = how or ("lost it" if lost else "released it")
        self._become(DeliveryState.OFFERED, f"Courier `{courier_id}` {how}.")
        await self._tell_the_order()

    async def pick_up(self) -> None:
        await self._advance(DeliveryState.PICKED_UP)
        self._become(DeliveryState.PICKED_UP, "The courier has the food.")
        await self._tell_the_order()

    async def end(
        self, state: DeliveryState, code: DeliveryCode, *, remark_id: UUID | None = None
    ) -> None:
        """The order hears of it as the workflow's result."""
        await self._advance(state, code=code, remark_id=remark_id)
        self._code = code
        self._become(state, f"The delivery is over: {code.value.replace('_', ' ')}.")

    async def last_seen(self) -> datetime:
        """When the courier who has it was."""
        return await execute(
            DeliveryActivities.courier_last_seen,
            LookForCourier(order_id=self._errand.order_id, courier_id=self._holder),
            policy=DELIVERY_STEP,
            summary="When was the courier last seen?",
        )

    def _claim_of(self, courier_id: UUID, *, by_support: bool) -> AssignCourier:
        return AssignCourier(
            order_id=self._errand.order_id,
            assignment=self.assignment + 1,
            courier_id=courier_id,
            by_support=by_support,
        )

    @property
    def _holder(self) -> UUID:
        if self.courier_id is None:
            message = "Nobody has it."
            raise LookupError(message)
        return self.courier_id

    async def _advance(
        self,
        state: DeliveryState,
        *,
        code: DeliveryCode | None = None,
        remark_id: UUID | None = None,
    ) -> None:
        await execute(
            DeliveryActivities.advance_delivery,
            AdvanceDelivery(
                order_id=self._errand.order_id,
                assignment=self.assignment,
                state=state,
                code=code,
                remark_id=remark_id,
            ),
            policy=DELIVERY_STEP,
            summary=f"Write down: {state.value.replace('_', ' ')}",
        )

    def _become(self, state: DeliveryState, sentence: str) -> None:
        self.state = state
        self.since = workflow.now()
        self.extra = timedelta(0)
        self._page.show(state, self.courier_id, sentence)

    async def _tell_the_order(self) -> None:
        order = workflow.info().parent
        if order is None:
            return
        handle = workflow.get_external_workflow_handle(order.workflow_id, run_id=order.run_id)
        moved = CourierMoved(
            order_id=self._errand.order_id,
            state=self.state,
            courier_id=self.courier_id,
            at=self.since,
        )
        try:
            await handle.signal(COURIER_MOVED, moved)
        except FailureError:
            # The order has ended without us. Its food is under way all the same.
            workflow.logger.warning("delivery.order_not_told")
