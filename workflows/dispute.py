"""A customer's bank took the money back: one workflow until the bank has decided."""

from temporalio import workflow

from workflows import dispute_page
from workflows.attention import Attention, Attentive
from workflows.links import of_this_workflow
from workflows.policies import DISPUTE_LOOK, LOOK, POSTGRES_FROM_AFAR
from workflows.search_attributes import AMOUNT
from workflows.shield import to_the_end
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.disputes import DisputeActivities
    from activities.orders import OrderActivities
    from domain.disputes import Dispute, DisputeState, LookAtDispute
    from domain.errors import DomainError
    from domain.orders import Actor, NoteOnTimeline

_EVENTS = {
    DisputeState.OPEN: "dispute_opened",
    DisputeState.WON: "dispute_won",
    DisputeState.LOST: "dispute_lost",
}


def workflow_id(dispute_id: str) -> str:
    return f"dispute-{dispute_id}"


@workflow.defn(failure_exception_types=[DomainError])
class DisputeWorkflow(Attentive):
    """Write down what becomes of the dispute, and ask for an answer while there is time.

    It ends with the bank's decision, and at once where the dispute took no money of an order's:
    the result is None then. The engine's cancel does not end it.
    """

    def __init__(self) -> None:
        self.attention = Attention(self._show_again)
        self._links = of_this_workflow()
        self._dispute: Dispute | None = None
        self._changed = False
        self._written: set[DisputeState] = set()

    @workflow.run
    async def run(self, command: LookAtDispute) -> Dispute | None:
        return await to_the_end(self._follow(command))

    async def _follow(self, command: LookAtDispute) -> Dispute | None:
        while True:
            self._changed = False
            dispute = await self._look(command)
            if dispute is None:
                return None
            await self._show(dispute)
            if dispute.state is not DisputeState.OPEN:
                return dispute
            await self._wait()

    @workflow.signal(description="Something changed at the payment service: look now.")
    def dispute_changed(self) -> None:
        self._changed = True

    async def _look(self, command: LookAtDispute) -> Dispute | None:
        return await execute(
            DisputeActivities.record_dispute,
            command,
            policy=LOOK,
            summary="See how the dispute stands",
        )

    async def _wait(self) -> None:
        """Until a webhook says that something changed; it may be lost, so not for ever."""
        try:
            await workflow.wait_condition(
                lambda: self._changed,
                timeout=DISPUTE_LOOK,
                timeout_summary="Until the next look at the dispute",
            )
        except TimeoutError:
            return

    async def _show(self, dispute: Dispute) -> None:
        self._dispute = dispute
        if dispute.state not in self._written:
            self._ask_for_an_answer(dispute)
        self._show_again()
        if dispute.state in self._written:
            return
        # It may have been decided before the first look; it was opened all the same.
        for state in dict.fromkeys((DisputeState.OPEN, dispute.state)):
            await self._write(dispute, state)

    def _ask_for_an_answer(self, dispute: Dispute) -> None:
        amount = AMOUNT.value_set(str(dispute.amount))
        if dispute.state is DisputeState.OPEN:
            until = dispute_page.until(dispute)
            to_do = f"answer it in Stripe's dashboard {until}."
            self.attention.alarm(f"Dispute: answer {until}", to_do, also=amount)
        else:
            self.attention.calm(also=amount)

    def _show_again(self, _: str = "") -> None:
        """The page has no story: a step that fails is shown while it does."""
        if self._dispute:
            asks = self.attention.render()
            workflow.set_current_details(
                dispute_page.render(self._dispute, asks=asks, links=self._links)
            )

    async def _write(self, dispute: Dispute, state: DisputeState) -> None:
        """Tell it on the order's timeline, where neither we nor payments' own event has."""
        if state in self._written:
            return
        self._written.add(state)
        event = _EVENTS[state]
        # A dispute may be older than payments' events: what was told of it then has none.
        if workflow.patched(f"{event}_is_told_by_payments"):
            return
        note = NoteOnTimeline(
            order_id=dispute.order_id,
            key=f"{dispute.dispute_id}:{event}",
            event=event,
            actor=Actor.SYSTEM,
            detail=dispute_page.SENTENCES[state].format(dispute.amount),
        )
        try:
            await execute(
                OrderActivities.note_on_timeline,
                note,
                policy=POSTGRES_FROM_AFAR,
                summary=f"Write down: {event.replace('_', ' ')}",
            )
        except DomainError:
            # It has to be answered also where there is no order to write it on.
            workflow.logger.warning("dispute.order_not_written")
