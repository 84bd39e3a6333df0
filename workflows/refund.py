"""Money that belongs to a customer and is not back yet: one workflow until it is."""

import asyncio
from dataclasses import replace
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.policies import (
    OWED_FIRST_WAIT,
    OWED_LONGEST_WAIT,
    PENDING_FIRST_WAIT,
    POSTGRES_FROM_AFAR,
)
from workflows.refund_attempts import (
    UNDO_OF_CAPTURE,
    UNDO_OF_HOLD,
    give_back,
    key_of,
    plan,
)
from workflows.refund_case import RefundCase
from workflows.refund_page import RefundPage
from workflows.shield import to_the_end
from workflows.steps import execute
from workflows.updates import update

with workflow.unsafe.imports_passed_through():
    from activities.orders import OrderActivities
    from domain.casework import ResolveRefund
    from domain.errors import (
        DomainError,
        IdempotencyKeyReused,
        ReferenceMissing,
        RefundNotDue,
    )
    from domain.orders import RecordPayment
    from domain.payments import (
        OrderPayment,
        Owed,
        OweMoney,
        RefundResult,
        RefundState,
        Resolution,
    )

_RETURNED = "The bank returned the refund."
# Enough for the longest wait, and few enough for any number of returns.
_MOST_DOUBLINGS = (OWED_LONGEST_WAIT // OWED_FIRST_WAIT).bit_length()


def workflow_id(owed: OweMoney) -> str:
    """One for each thing that can be owed of an order; a part is told apart by its key's end."""
    return workflow_id_of(owed.order_id, key_of(owed))


def workflow_id_of(order_id: UUID, key: str) -> str:
    """Of the undo or the decision `key`."""
    step = key.rpartition(":")[2]
    undone = {UNDO_OF_HOLD: Owed.HELD, UNDO_OF_CAPTURE: Owed.CAPTURED}
    return f"refund-{order_id}-{undone.get(step, step)}"


@workflow.defn(failure_exception_types=[DomainError])
class RefundWorkflow:
    """Give the money back, however long that takes, and say so while it takes.

    The engine's cancel does not end it: the money would still be owed. A part that can't be
    promised ends it as `FAILED`: nothing is owed then, and its key may be used again.
    """

    @workflow.init
    def __init__(self, owed: OweMoney) -> None:
        self._owed = owed
        self._page = RefundPage(owed)
        self._case = RefundCase(owed, self._page)
        # A person's decision and an attempt must not both pay: one after the other.
        self._turn = asyncio.Lock()
        self._attempt = owed.attempt
        self._written = owed.written
        self._payment: OrderPayment | None = None
        self._planned: OrderPayment | None = None
        self._refusal: DomainError | None = None
        self._result: RefundResult | None = None
        self._pending = False
        self._wait = OWED_FIRST_WAIT
        self._try_now = False
        self._changed = False

    @workflow.run
    async def run(self, owed: OweMoney) -> RefundResult:  # noqa: ARG002 - __init__ has it.
        return await to_the_end(self._see_it_through())

    async def _see_it_through(self) -> RefundResult:
        await self._plan()
        await self._own_up_to_what_came_back()
        while self._result is None:
            await self._try()
            if self._result is None:
                await self._wait_for_the_next_try()
                await self._case.remind()
                self._go_on_elsewhere_where_that_is_due()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._result

    # What people and webhooks may ask.

    @update("Try the refund again now. Leave Data empty.")
    async def retry_refund_now(self) -> None:
        self._try_now = True

    @update("Answers once the part is promised. Data: the request's hash.")
    async def planned(self, request_hash: str) -> OrderPayment:  # noqa: ARG002 - validated.
        """Raises `RefundExceedsCaptured`, and `IdempotencyKeyReused`."""
        await workflow.wait_condition(lambda: bool(self._planned or self._refusal))
        if self._planned is None:
            raise self._refusal or RefundNotDue("Nothing was promised.")
        return self._planned

    @planned.validator
    def _is_this_part(self, request_hash: str) -> None:
        part = self._owed.part
        if part is None or part.request_hash != request_hash:
            raise IdempotencyKeyReused("This Idempotency-Key stands for another refund.")

    @update(
        "The customer was paid by hand, or is not to be paid. "
        'Data: {"resolution": "paid_by_hand" or "waived", "by": "…", "reference": "…", '
        '"remark_id": "…"}'
    )
    async def resolve_refund(self, decision: ResolveRefund) -> OrderPayment:
        """Raises `RefundNotDue` where the money went through meanwhile."""
        async with self._turn:
            self._may_resolve(decision)
            payment = await self._case.close(decision)
            await self._write(payment)
            waived = decision.resolution is Resolution.WAIVED
            state = RefundState.WAIVED if waived else RefundState.SUCCEEDED
            self._page.tell("Support waived it." if waived else "Support paid it by hand.")
            self._result = RefundResult(state=state, payment=payment)
        return payment

    @resolve_refund.validator
    def _may_resolve(self, decision: ResolveRefund) -> None:
        if decision.resolution is Resolution.REFUNDED:
            raise RefundNotDue("A refund ends by itself when the money goes through.")
        if decision.resolution is Resolution.PAID_BY_HAND and not decision.reference.strip():
            raise ReferenceMissing("Say how it was paid: the number of the transfer, say.")
        if self._pending:
            raise RefundNotDue("The bank works on a refund: wait until it has an end.")
        if self._result or not self._case.is_open:
            raise RefundNotDue("No refund is due that could be decided about.")

    @workflow.signal(description="Something changed at the payment service: look now.")
    def payment_changed(self) -> None:
        # Only a refund under way is looked at again: news of one that failed must not make the
        # next one at once, which would fail and be news again.
        self._changed = True

    # The steps.

    async def _plan(self) -> None:
        """Promise a part, so that two never promise the same money; all of it needs no promise."""
        if self._owed.part is None:
            return
        try:
            self._planned = await plan(self._owed.part)
        except DomainError as refusal:
            self._refusal = refusal
            self._page.tell("Refused: so much is not left of what was taken.")
            nothing = OrderPayment.pending(self._owed.amount.currency)
            self._result = RefundResult(state=RefundState.FAILED, payment=nothing)
            return
        await self._write(self._planned)

    async def _own_up_to_what_came_back(self) -> None:
        """A refund that the bank returned after it had ended is due from the start.

        The first such is made anew at once. One that comes back every time seems to go through
        every time: it waits longer after each, and somebody may decide about it meanwhile.
        """
        returned = self._owed.attempt - 1
        if self._result or self._case.is_open or not returned:
            return
        await self._is_due(_RETURNED)
        if returned > 1:
            doublings = min(returned - 2, _MOST_DOUBLINGS)
            self._wait = min(OWED_FIRST_WAIT * 2**doublings, OWED_LONGEST_WAIT)
            await self._wait_for_the_next_try()

    async def _try(self) -> None:
        async with self._turn:
            if self._result:
                return
            self._try_now = self._changed = False
            try:
                result = await give_back(self._owed, self._attempt)
            except (DomainError, FailureError):
                await self._is_due("The payment service did not take the refund.")
                return
            match result.state:
                case RefundState.PENDING:
                    await self._is_under_way(result)
                case RefundState.FAILED:
                    self._attempt += 1
                    await self._is_due(_RETURNED)
                case _:
                    await self._is_done(result)

    async def _is_due(self, why: str) -> None:
        if self._pending:
            self._pending, self._wait = False, OWED_FIRST_WAIT
        payment = await self._case.open(why)
        if payment:
            await self._write(payment)

    async def _is_under_way(self, result: RefundResult) -> None:
        if not self._pending:
            self._pending, self._wait = True, PENDING_FIRST_WAIT
            self._page.tell("The bank works on it.")
        await self._write(result.payment)

    async def _is_done(self, result: RefundResult) -> None:
        payment = await self._case.close() if self._case.is_open else result.payment
        await self._write(payment)
        self._page.tell("Done.")
        self._result = replace(result, payment=payment)

    async def _wait_for_the_next_try(self) -> None:
        """Until the next try's time, somebody asks for it now, or somebody has to be reminded."""
        reminder = self._case.next_reminder
        wait = self._wait if reminder is None else min(self._wait, reminder)
        self._page.waits_until(workflow.now() + wait)
        try:
            await workflow.wait_condition(
                self._is_awake, timeout=wait, timeout_summary="Until the refund is tried again"
            )
        except TimeoutError:
            self._wait = min(self._wait * 2, OWED_LONGEST_WAIT)

    def _is_awake(self) -> bool:
        return bool(self._result or self._try_now or (self._changed and self._pending))

    def _go_on_elsewhere_where_that_is_due(self) -> None:
        """The engine bounds how much one run may remember; the next one takes over."""
        suggested = workflow.info().is_continue_as_new_suggested()
        if self._result or not suggested or not workflow.all_handlers_finished():
            return
        workflow.continue_as_new(
            replace(
                self._owed,
                attempt=self._attempt,
                told=self._case.told,
                written=self._written,
                due_since=self._case.since,
            )
        )

    async def _write(self, payment: OrderPayment) -> None:
        """Write where the money stands on the order's row, where it changed."""
        self._page.show(f"REFUND {payment.refund_status}".upper(), payment)
        if payment == self._payment:
            return
        self._payment = payment
        self._written += 1
        command = RecordPayment(
            order_id=self._owed.order_id,
            # Numbered, because the same status may come again: due, on its way, and due again.
            key=f"{key_of(self._owed)}:{self._written}",
            payment=payment,
        )
        try:
            await execute(
                OrderActivities.record_payment,
                command,
                policy=POSTGRES_FROM_AFAR,
                summary=f"Write down: refund {payment.refund_status}",
            )
        except DomainError:
            # The money goes back also where there is no row to write it on.
            workflow.logger.warning("refund.order_not_written")
