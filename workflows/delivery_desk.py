"""What support asks of a delivery: another courier, more time, another try."""

from datetime import timedelta
from uuid import UUID

from temporalio import workflow

from workflows.custody import Custody
from workflows.delivery_page import DeliveryPage
from workflows.policies import POSTGRES_FROM_AFAR
from workflows.retrying import retry_steps
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.orders import OrderActivities
    from domain.deliveries import DeliverOrder, ExtendDelivery, ReassignCourier
    from domain.desk import DeskAction, Mandate, check_mandate
    from domain.errors import ClaimRefused, DomainError, IllegalTransition
    from domain.orders import Actor, NoteOnTimeline, step_key
    from domain.permissions import to_extend_delivery, to_reassign


class DeliveryDesk:
    """Each `may_` raises why not; to be told so is what a person in the Temporal UI waits for."""

    def __init__(self, errand: DeliverOrder, custody: Custody, page: DeliveryPage) -> None:
        self._order_id = errand.order_id
        self._custody = custody
        self._page = page
        self._noted = 0

    def may_retry(self, mandate: Mandate | None) -> None:
        """Raises `RightMissing`."""
        check_mandate(mandate, DeskAction.RETRY)

    async def retry(self) -> list[str]:
        """Raises `IllegalTransition` where no step fails."""
        page = self._page
        return await retry_steps("The delivery", waits_for=page.waits_for, tell=page.tell)

    def may_reassign(self, command: ReassignCourier) -> None:
        """Raises `IllegalTransition` and `RightMissing`."""
        check_mandate(command.mandate, DeskAction.REASSIGN_COURIER)
        self._is_wanted()
        to_reassign(
            self._custody.state,
            courier_id=command.courier_id,
            has_courier=self._custody.courier_id is not None,
        )

    async def reassign(self, command: ReassignCourier) -> None:
        """Give it to the courier who has it, and nothing changes.

        Raises `ClaimRefused` where this courier can't have it: who has it keeps it then, unless
        the other took a last one while it was taken back, and others are asked.
        """
        async with self._custody.turn:
            self.may_reassign(command)
            if command.courier_id == self._custody.courier_id:
                return
            was_taken = await self._take_back(command.courier_id)
            refusal = await self._give(command)
        if refusal and not was_taken:
            raise refusal
        is_given = command.courier_id and not refusal
        what = "gave the delivery to" if is_given else "took the delivery back, and asks for"
        await self._note("courier_reassigned", f"Support {what} another courier.")
        if refusal:
            raise ClaimRefused(f"{refusal} It was taken back, and others are asked now.")

    def may_extend(self, command: ExtendDelivery) -> None:
        """Raises `IllegalTransition`, `DelayOutOfRange` and `RightMissing`."""
        check_mandate(command.mandate, DeskAction.EXTEND_DEADLINE)
        self._is_wanted()
        to_extend_delivery(self._custody.state, command.minutes)

    async def extend(self, command: ExtendDelivery) -> None:
        more = timedelta(minutes=command.minutes)
        self._custody.extra += more
        self._page.extend(more)
        await self._note(
            "delivery_extended", f"Support gives the delivery {command.minutes} minutes more."
        )

    def _is_wanted(self) -> None:
        if self._custody.called_off is not None:
            raise IllegalTransition("The order was called off: order again instead.")

    async def _take_back(self, for_: UUID | None) -> bool:
        """False where nobody had it. Raises `ClaimRefused` where the other can't have it."""
        if self._custody.courier_id is None:
            return False
        if for_ is not None:
            await self._custody.check(for_)
        await self._custody.release(lost=True, how="lost it: support took it back")
        return True

    async def _give(self, command: ReassignCourier) -> DomainError | None:
        """Why the courier can't have it."""
        if command.courier_id is None:
            return None
        try:
            await self._custody.assign(command.courier_id, by_support=True)
        except DomainError as refusal:
            return refusal
        return None

    async def _note(self, event: str, detail: str) -> None:
        """On the order's timeline; `detail` is a sentence that nobody typed."""
        self._noted += 1
        await execute(
            OrderActivities.note_on_timeline,
            NoteOnTimeline(
                order_id=self._order_id,
                key=step_key(self._order_id, f"delivery_desk:{self._noted}"),
                event=event,
                actor=Actor.SUPPORT,
                detail=detail,
            ),
            policy=POSTGRES_FROM_AFAR,
            summary=f"Write down: {event.replace('_', ' ')}",
        )
