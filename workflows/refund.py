"""Money that belongs to a customer and is not back yet: one workflow until it is."""

import asyncio
from dataclasses import replace
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.attention import Attentive
from workflows.markdown import escape
from workflows.refund_attempts import (
    UNDO_OF_CAPTURE,
    UNDO_OF_HOLD,
    give_back,
    key_of,
    plan,
)
from workflows.refund_case import RefundCase
from workflows.refund_page import RefundPage
from workflows.refund_row import RefundRow
from workflows.refund_timer import RetryTimer
from workflows.shield import to_the_end
from workflows.updates import NO_DATA, update

with workflow.unsafe.imports_passed_through():
    from domain.casework import Case, MoveCase, Resolution, ResolveRefund
    from domain.desk import DeskAction, check_mandate
    from domain.errors import DomainError, IdempotencyKeyReused, RefundNotDue
    from domain.payments import OrderPayment
    from domain.permissions import BANK_AT_WORK, to_move_case, to_resolve
    from domain.refunds import Owed, OweMoney, RefundPart, RefundReason, RefundResult, RefundState

_RETURNED = "The bank returned the refund."


def workflow_id(owed: OweMoney) -> str:
    """One for each thing that can be owed of an order; a part is told apart by its key's end."""
    return workflow_id_of(owed.order_id, key_of(owed))


def workflow_id_of(order_id: UUID, key: str) -> str:
    """Of the undo or the decision `key`."""
    step = key.rpartition(":")[2]
    undone = {UNDO_OF_HOLD: Owed.HELD, UNDO_OF_CAPTURE: Owed.CAPTURED}
    return f"{ids_begin_with(order_id)}{undone.get(step, step)}"


def ids_begin_with(order_id: UUID) -> str:
    """Those of all that is given back of an order."""
    return f"refund-{order_id}-"


@workflow.defn(failure_exception_types=[DomainError])
class RefundWorkflow(Attentive):
    """Give the money back, however long that takes, and say so while it takes.

    The engine's cancel does not end it: the money would still be owed. A part that can't be
    promised ends it as `FAILED`: nothing is owed then, and its key may be used again.
    """

    @workflow.init
    def __init__(self, owed: OweMoney) -> None:
        self._owed = owed
        self._page = RefundPage(owed)
        self.attention = self._page.attention
        self._case = RefundCase(owed, self._page)
        # A person's decision and an attempt must not both pay: one after the other.
        self._turn = asyncio.Lock()
        self._row = RefundRow(owed, self._page)
        self._attempt = owed.attempt
        self._planned: OrderPayment | None = None
        self._refusal: DomainError | None = None
        self._result: RefundResult | None = None
        self._timer = RetryTimer()
        self._is_tried = False

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

    @update(f"Try the refund again now. {NO_DATA}")
    async def retry_refund_now(self) -> None:
        self._timer.ask()

    @retry_refund_now.validator
    def _may_retry(self) -> None:
        if self._result:
            raise RefundNotDue("The refund has ended: nothing is owed any more.")
        if not (self._timer.is_pending or self._case.is_open):
            raise RefundNotDue("The refund is just being tried: wait for what becomes of it.")

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
        "The customer was paid by hand, or is not to be paid. Refused here, where nobody knows who "
        "asks: do it on the support page."
    )
    async def resolve_refund(self, decision: ResolveRefund) -> OrderPayment:
        """Raises `RefundNotDue` where the money went through meanwhile, or nobody can say."""
        async with self._turn:
            self._check_that_it_is_due()
            payment = await self._decided(decision)
            await self._row.write(payment)
            waived = decision.resolution is Resolution.WAIVED
            state = RefundState.WAIVED if waived else RefundState.SUCCEEDED
            self._page.end("Support waived it." if waived else "Support paid it by hand.")
            self._result = RefundResult(state=state, payment=payment)
        return payment

    async def _decided(self, decision: ResolveRefund) -> OrderPayment:
        """Raises `RefundNotDue`; the next try then finds out at once what is true instead."""
        looks = workflow.patched("looks_before_it_is_paid_by_hand")
        if looks and decision.resolution is Resolution.PAID_BY_HAND:
            await self._case.look()
        try:
            return await self._case.close(decision)
        except RefundNotDue:
            if looks:
                self._timer.ask()
            raise

    @resolve_refund.validator
    def _may_resolve(self, decision: ResolveRefund) -> None:
        paid = decision.resolution is Resolution.PAID_BY_HAND
        amount = decision.amount or self._owed.amount if paid else None
        check_mandate(decision.mandate, DeskAction.RESOLVE_REFUND, amount)
        # Here alone: what was once decided under another rule is carried out again in a replay.
        to_resolve(decision.resolution, decision.reference)
        self._check_that_it_is_due()
        if self._is_tried:
            # It may go through yet: whoever pays by hand meanwhile would pay twice.
            raise RefundNotDue("The refund is just being tried: look again in a moment.")

    def _check_that_it_is_due(self) -> None:
        if self._timer.is_pending:
            raise RefundNotDue(BANK_AT_WORK)
        if self._result or not self._case.is_open:
            raise RefundNotDue("No refund is due that could be decided about.")

    @update(
        "Somebody else looks after the case, or until another time. "
        'Data: {"owner": "…", "deadline": "2027-01-07T18:00:00Z"}'
    )
    async def move_case(self, command: MoveCase) -> Case:
        """Raises `RefundNotDue` where it ended meanwhile."""
        return await self._case.move(command)

    @move_case.validator
    def _may_move_case(self, command: MoveCase) -> None:
        check_mandate(command.mandate, DeskAction.MOVE_CASE)
        is_open = self._case.is_open and self._result is None
        to_move_case(command.deadline, is_open=is_open, now=workflow.now())

    @workflow.signal(description="Something changed at the payment service: look now.")
    def payment_changed(self) -> None:
        self._timer.hear()

    # The steps.

    async def _plan(self) -> None:
        """Promise a part, so that two never promise the same money; all of it needs no promise."""
        if self._owed.part is None:
            return
        try:
            self._check_mandate(self._owed.part)
            self._planned = await plan(self._owed.part)
        except DomainError as refusal:
            self._refusal = refusal
            self._page.end(f"Refused: {escape(str(refusal))}")
            nothing = OrderPayment.pending(self._owed.amount.currency)
            self._result = RefundResult(state=RefundState.FAILED, payment=nothing)
            return
        await self._row.write(self._planned)

    def _check_mandate(self, part: RefundPart) -> None:
        """What the system decides needs none, and what was promised before had one."""
        is_new = self._owed.written == 0
        if part.reason is RefundReason.SUPPORT and is_new and workflow.patched("has_a_mandate"):
            check_mandate(part.mandate, DeskAction.REFUND, part.amount)

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
            self._timer.came_back_before(returned)
            await self._wait_for_the_next_try()

    async def _try(self) -> None:
        async with self._turn:
            if self._result:
                return
            self._timer.begin()
            self._is_tried = True
            try:
                result = await give_back(self._owed, self._attempt)
            except (DomainError, FailureError):
                self._is_tried = False
                await self._is_due("The payment service did not take the refund.")
                return
            self._is_tried = False
            match result.state:
                case RefundState.PENDING:
                    await self._is_under_way(result)
                case RefundState.FAILED:
                    self._attempt += 1
                    await self._is_due(_RETURNED)
                case _:
                    await self._is_done(result)

    async def _is_due(self, why: str) -> None:
        self._timer.back_from_bank()
        payment = await self._case.open(why)
        if payment:
            await self._row.write(payment)

    async def _is_under_way(self, result: RefundResult) -> None:
        if not self._timer.is_pending:
            self._timer.handed_to_bank()
            self._page.tell("The bank works on it.")
        await self._row.write(result.payment)

    async def _is_done(self, result: RefundResult) -> None:
        payment = await self._case.close() if self._case.is_open else result.payment
        await self._row.write(payment)
        self._page.end("Done.")
        self._result = replace(result, payment=payment)

    async def _wait_for_the_next_try(self) -> None:
        """Until the next try's time, somebody asks for it now, or somebody has to be reminded."""
        next_try = self._timer.next_try
        what = "the customer's bank" if self._timer.is_pending else "the next try"
        try:
            while True:
                self._case.was_moved = False
                wait, reminder = next_try - workflow.now(), self._case.next_reminder
                wait = wait if reminder is None else min(wait, reminder)
                self._page.wait(what, workflow.now() + wait)
                await workflow.wait_condition(
                    lambda: self._is_awake() or self._case.was_moved,
                    timeout=wait,
                    timeout_summary="Until the refund is tried again",
                )
                if self._is_awake():
                    return
        except TimeoutError:
            self._timer.waited()

    def _is_awake(self) -> bool:
        return bool(self._result or self._timer.is_due)

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
                written=self._row.written,
                due_since=self._case.since,
                case_owner=self._case.owner,
                case_deadline=self._case.deadline,
            )
        )
