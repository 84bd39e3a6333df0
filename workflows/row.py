"""The order's row: what its workflow writes down, one thing after another."""

from datetime import datetime
from uuid import UUID

from temporalio import workflow

from workflows.page import OrderPage
from workflows.policies import POSTGRES, POSTGRES_FROM_AFAR
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.orders import OrderActivities
    from domain.orders import (
        Actor,
        AdvanceOrder,
        Cancellation,
        NoteOnTimeline,
        OrderStatus,
        RecordPayment,
        Revision,
        step_key,
    )
    from domain.progress import DelayOrder, RecordCourier, RecordDelay, RecordOrder


class OrderRow:
    """Every write ends on the page too: what a person reads there is what the row says."""

    def __init__(self, page: OrderPage) -> None:
        self.page = page
        self._order = page.order
        self.is_written = False
        self._delays = self._moves = 0

    @property
    def status(self) -> OrderStatus:
        return self.page.status

    async def record(self) -> None:
        await execute(
            OrderActivities.record_order,
            RecordOrder(order=self._order, run_id=workflow.info().run_id),
            policy=POSTGRES,
            summary="Write the order down",
        )
        self.is_written = True
        self.page.tell("The order was placed.")

    async def advance(
        self,
        status: OrderStatus,
        actor: Actor,
        *,
        cancellation: Cancellation | None = None,
        revision: Revision | None = None,
        ready_by: datetime | None = None,
    ) -> None:
        """With where the money stands, unless a refund's workflow now knows that better."""
        handed_on = self.page.refund_handed_on
        is_their_word = actor is Actor.RESTAURANT
        await execute(
            OrderActivities.advance_order,
            AdvanceOrder(
                order_id=self._order.order_id,
                key=self._key(status),
                status=status,
                actor=actor,
                payment=None if handed_on else self.page.payment,
                refund_handed_on=handed_on,
                cancellation=cancellation,
                revision=revision,
                ready_by=ready_by,
            ),
            # A task that is lost before it is done forgets a local try, and may then decide
            # otherwise; with it goes the word of the kitchen, which an update brought. So an end
            # and what the kitchen said stand in the history before they are written.
            policy=POSTGRES_FROM_AFAR if status.is_final or is_their_word else POSTGRES,
            summary=f"Write down: {status.value.replace('_', ' ')}",
        )
        self.page.show(status)

    async def record_payment(self, step: str) -> None:
        await execute(
            OrderActivities.record_payment,
            RecordPayment(
                order_id=self._order.order_id, key=self._key(step), payment=self.page.payment
            ),
            policy=POSTGRES,
            summary=f"Write down: money {step}",
        )

    async def record_delay(self, delay: DelayOrder, ready_by: datetime | None) -> None:
        self._delays += 1
        minutes = delay.minutes
        await execute(
            OrderActivities.record_delay,
            RecordDelay(
                order_id=self._order.order_id,
                key=self._key(f"delay:{self._delays}"),
                minutes=minutes,
                ready_by=ready_by,
                by=delay.by,
            ),
            policy=POSTGRES,
            summary=f"Write down: {minutes} minutes later",
        )
        whose = "Support gives the kitchen" if delay.by is Actor.SUPPORT else "The kitchen needs"
        self.page.tell(f"{whose} {minutes} minutes more.")

    async def record_courier(self, courier_id: UUID | None) -> None:
        self._moves += 1
        await execute(
            OrderActivities.record_courier,
            RecordCourier(
                order_id=self._order.order_id,
                key=self._key(f"courier:{self._moves}"),
                courier_id=courier_id,
            ),
            policy=POSTGRES,
            summary="Write down: who carries it",
        )
        self.page.tell("A courier comes." if courier_id else "The courier gave it back.")

    async def note(self, event: str, *, key: str, detail: str) -> None:
        """What support did, for the timeline. `detail` is a sentence that nobody typed.

        Never local: an update that asks for it comes at any moment, and would wait for others.
        """
        await execute(
            OrderActivities.note_on_timeline,
            NoteOnTimeline(
                order_id=self._order.order_id,
                key=self._key(key),
                event=event,
                actor=Actor.SUPPORT,
                detail=detail,
            ),
            policy=POSTGRES_FROM_AFAR,
            summary=f"Write down: {event.replace('_', ' ')}",
        )

    def _key(self, step: str) -> str:
        return step_key(self._order.order_id, step)
