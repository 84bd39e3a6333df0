"""What a delivery waits for in each state, how long, and what happens then."""

from contextlib import suppress
from datetime import datetime

from temporalio import workflow

from workflows.custody import Custody, Stage
from workflows.delivery_page import DeliveryPage
from workflows.policies import (
    COURIER_PATIENCE,
    COURIER_SILENCE,
    DELIVERY_DEADLINE,
    OFFER_ROUND,
    PICK_UP_PATIENCE,
)

with workflow.unsafe.imports_passed_through():
    from domain.clocks import USUAL
    from domain.deliveries import OFFER_RADII_KM, DeliverOrder, DeliveryCode, DeliveryState
    from domain.orders import OrderStatus


class Watch:
    """Over one delivery, until it has ended."""

    def __init__(self, errand: DeliverOrder, custody: Custody, page: DeliveryPage) -> None:
        self._errand = errand
        self._custody = custody
        self._page = page
        self._round = 1

    async def over_it(self) -> None:
        watches = {
            DeliveryState.OFFERED: self._seek_a_courier,
            DeliveryState.ASSIGNED: self._see_it_picked_up,
            DeliveryState.PICKED_UP: self._see_it_delivered,
        }
        while not self._custody.state.is_final:
            await watches[self._custody.state]()
            await self._end_where_called_off()

    async def _seek_a_courier(self) -> None:
        """Round after round, each farther away; after the last a person is asked as well."""
        stage = self._custody.stage
        self._mind_food_that_waits()
        # Whoever was asked before the last courier let go is asked again at once.
        self._round = min(self._round, len(OFFER_RADII_KM))
        while workflow.now() < (give_up_at := self._gives_up_seeking_at()):
            self._page.wait("a courier to claim it", give_up_at, then="the order is cancelled")
            until = min(workflow.now() + OFFER_ROUND, give_up_at)
            if self._round > len(OFFER_RADII_KM):
                self._page.alarm("No courier", "find somebody to claim it, or cancel the order.")
                until = give_up_at
            await self._offer(stage, until)
            if await self._left(stage, until, "Until couriers farther away are asked"):
                return
            self._round += 1
        await self._fail(stage, DeliveryCode.NO_COURIER)

    def _gives_up_seeking_at(self) -> datetime:
        since = max(self._errand.ready_by, self._custody.since)
        return since + COURIER_PATIENCE + self._custody.extra

    async def _see_it_picked_up(self) -> None:
        """A courier who is silent, or lets ready food wait, loses it."""
        stage, claimed_at = self._custody.stage, self._custody.since
        seen_at = claimed_at
        while not await self._is_fetched(stage, self._due(seen_at, claimed_at)):
            seen_at = await self._last_seen(stage)
            if self._due(seen_at, claimed_at) <= workflow.now():
                await self._take_back(stage)

    async def _is_fetched(self, stage: Stage, until: datetime) -> bool:
        what = "a sign of the courier, who has to pick the food up,"
        self._page.wait(what, until, then="others are asked")
        return await self._left(stage, until, "Until it is reassigned")

    def _due(self, seen_at: datetime, claimed_at: datetime) -> datetime:
        """When the courier who was last seen then loses the delivery."""
        due = seen_at + COURIER_SILENCE
        if self._custody.ready_at is not None:
            due = min(due, max(self._custody.ready_at, claimed_at) + PICK_UP_PATIENCE)
        return due + self._custody.extra

    async def _see_it_delivered(self) -> None:
        """The food can't be given to another: a person is asked to look for the courier."""
        stage = self._custody.stage
        look_at = self._custody.since + COURIER_SILENCE
        while not await self._is_brought(stage, look_at):
            if workflow.now() >= self._gives_up_at():
                await self._fail(stage, DeliveryCode.COURIER_LOST)
                return
            look_at = await self._last_seen(stage) + COURIER_SILENCE
            if look_at > workflow.now():
                self._mind_a_long_way()
            else:
                self._page.alarm("Courier silent with the food", "call the courier.")
                look_at = workflow.now() + COURIER_SILENCE

    def _mind_a_long_way(self) -> None:
        """A courier who is heard of may be under way for too long all the same."""
        usual_end = self._custody.since + USUAL[OrderStatus.PICKED_UP]
        if workflow.now() >= usual_end and workflow.patched("a_long_way_is_told"):
            self._page.alarm("Long on the way", "call the courier, and tell the customer.")
        else:
            self._page.calm()

    def _mind_food_that_waits(self) -> None:
        """Where it was claimed in vain, so that it has been ready for too long."""
        ready_at = self._custody.ready_at
        if ready_at is None or workflow.now() < ready_at + USUAL[OrderStatus.READY]:
            return
        if workflow.patched("waiting_food_is_told"):
            self._page.alarm("Ready, and nobody fetches it", "find a courier who does.")

    async def _is_brought(self, stage: Stage, look_at: datetime) -> bool:
        give_up_at = self._gives_up_at()
        self._page.wait("the courier to arrive", give_up_at, then="the order is cancelled")
        return await self._left(stage, min(look_at, give_up_at), "Until it is looked after")

    def _gives_up_at(self) -> datetime:
        return self._custody.since + DELIVERY_DEADLINE + self._custody.extra

    async def _left(self, stage: Stage, until: datetime, summary: str) -> bool:
        """True as soon as the delivery has left the stage or is called off, False at `until`."""

        def left() -> bool:
            return self._custody.stage != stage or self._custody.called_off is not None

        with suppress(TimeoutError):
            await workflow.wait_condition(
                left, timeout=until - workflow.now(), timeout_summary=summary
            )
        return left()

    async def _offer(self, stage: Stage, until: datetime) -> None:
        async with self._custody.turn:
            if self._custody.stage == stage:
                await self._custody.offer(self._round, until)

    async def _last_seen(self, stage: Stage) -> datetime:
        """When the courier was; now, where it is not with that courier any more."""
        async with self._custody.turn:
            if self._custody.stage != stage:
                return workflow.now()
            return await self._custody.last_seen()

    async def _take_back(self, stage: Stage) -> None:
        async with self._custody.turn:
            if self._custody.stage == stage:
                await self._custody.release(lost=True)

    async def _fail(self, stage: Stage, code: DeliveryCode) -> None:
        async with self._custody.turn:
            if self._custody.stage == stage:
                await self._custody.end(DeliveryState.FAILED, code)

    async def _end_where_called_off(self) -> None:
        code = self._custody.called_off
        async with self._custody.turn:
            if code is not None and not self._custody.state.is_final:
                await self._custody.end(DeliveryState.CANCELLED, code)
