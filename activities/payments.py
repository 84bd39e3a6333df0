"""The money of an order at Stripe. Every activity may be tried again, and may meet its undo.

A step is begun in one transaction and finished in another; Stripe is asked between them, and no
transaction is open meanwhile. An undo leaves its tombstone first. So a step that is begun later
does nothing, and one that is finished later gives back what it moved, under the undo's own keys:
whoever of the two comes first, the other finds it done.
"""

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from temporalio import activity

from activities.asking import answered
from activities.giving_back import GivingBack
from activities.holding import Holding
from activities.refreshing import Refreshing
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.steps import Step
from adapters.stripe.gateway import StripeGateway
from domain.charges import Charge
from domain.errors import AuthorizationLost, StepUndone
from domain.payments import (
    Authorization,
    AuthorizePayment,
    CapturePayment,
    CheckPayment,
    OrderPayment,
    PaymentStatus,
    RefreshPayment,
    VoidPayment,
)
from domain.refunds import RefundPayment, RefundResult, RefundState


class RefundReturned(Exception):
    """The bank did not take the refund: weather, because another one is tried."""


class PaymentActivities:
    def __init__(self, payments: PaymentRepository, gateway: StripeGateway) -> None:
        self._payments = payments
        self._gateway = gateway
        self._holding = Holding(payments, gateway)
        self._giving_back = GivingBack(payments, gateway)
        self._refreshing = Refreshing(payments, gateway)

    @activity.defn
    async def authorize_payment(self, command: AuthorizePayment) -> Authorization:
        """Raises `PaymentDeclined`, or `StepUndone` where its undo came first."""
        step = await self._payments.begin_authorization(command)
        if step.is_open:
            charge = await answered(self._payments, step, self._holding.hold(command, step))
            step = await self._finish_authorization(step, command.order_id, charge)
        return await self._authorization(step, command.order_id)

    @activity.defn
    async def check_payment(self, command: CheckPayment) -> Authorization:
        """Finish an authorization whose customer had to authenticate, once the bank has answered.

        Raises as `authorize_payment`, which has to have come before.
        """
        step = await self._payments.step(command.key)
        payment = await self._payments.find(command.order_id)
        attempt = payment.attempt(command.key) if payment else None
        if step.is_open and attempt and attempt.intent_id:
            asked = self._holding.outcome(attempt.intent_id, step)
            charge = await answered(self._payments, step, asked)
            step = await self._finish_authorization(step, command.order_id, charge)
        return await self._authorization(step, command.order_id)

    @activity.defn
    async def capture_payment(self, command: CapturePayment) -> OrderPayment:
        """Moves nothing where the money was taken at the authorization.

        Raises `AuthorizationLost`, `CaptureFailed`, or `StepUndone` as above.
        """
        step = await self._payments.begin(command.key)
        if step.is_open:
            attempt, intent_id = await self._to_capture(command.order_id)
            asked = self._gateway.capture(intent_id, amount=command.amount, key=step.vendor_key)
            charge = await answered(self._payments, step, asked)
            step = await self._payments.finish(
                step, order_id=command.order_id, attempt=attempt, charge=charge
            )
        if step.undone_by and step.begun_at:
            await self._giving_back.all_of_it(command.order_id, step.undone_by)
        _raise_unless_done(step)
        return await self._payments.standing(command.order_id)

    @activity.defn
    async def void_payment(self, command: VoidPayment) -> OrderPayment:
        """Nothing is held after it, and what was taken is refunded or on its way."""
        result = await self._undo(command, command.undoes)
        if result.state is RefundState.FAILED:
            raise RefundReturned("The bank returned the refund; another one is made.")
        return result.payment

    @activity.defn
    async def refund_payment(self, command: RefundPayment) -> RefundResult:
        """What is held is released too: the capture that this undoes may never have landed."""
        keep = command.keep.amount if command.keep else 0
        return await self._undo(command, [command.undoes], command.attempt, keep)

    @activity.defn
    async def refresh_payment(self, command: RefreshPayment) -> OrderPayment:
        """Raises `OrderNotFound` for an order whose payment was not begun."""
        return await self._refreshing.refresh(command.order_id)

    async def _finish_authorization(self, step: Step, order_id: UUID, charge: Charge) -> Step:
        return await self._payments.finish(step, order_id=order_id, attempt=step.key, charge=charge)

    async def _authorization(self, step: Step, order_id: UUID) -> Authorization:
        """What became of it. One that landed after its undo is taken back by itself alone."""
        if step.undone_by and step.begun_at:
            await self._giving_back.all_of_it(order_id, step.undone_by, only=step.key)
        _raise_unless_done(step)
        return await self._payments.authorization(order_id, step.key)

    async def _to_capture(self, order_id: UUID) -> tuple[str, str]:
        """The key of the attempt, and Stripe's id of it."""
        payment = await self._payments.find(order_id)
        attempt = payment.to_capture if payment else None
        if attempt is None or attempt.intent_id is None:
            # Not written down: an authorization may be on its way, and is none of this step's.
            raise AuthorizationLost("Nothing is held for this order.")
        return attempt.key, attempt.intent_id

    async def _undo(
        self,
        command: VoidPayment | RefundPayment,
        undoes: Iterable[str],
        attempt: int | None = None,
        keep: int = 0,
    ) -> RefundResult:
        for key in undoes:
            await self._payments.bury(key, by=command.key)
        await self._giving_back.all_of_it(command.order_id, command.key, attempt=attempt, keep=keep)
        payment = await self._payments.find(command.order_id)
        if payment is None:
            nothing = OrderPayment.pending(command.currency)
            return RefundResult(
                state=RefundState.SUCCEEDED, payment=replace(nothing, status=PaymentStatus.VOIDED)
            )
        return payment.given_back(keep=keep)


def _raise_unless_done(step: Step) -> None:
    """A step that waits for the customer is neither undone nor refused."""
    if step.undone_by:
        raise StepUndone("The order was undone before this could happen.")
    if step.refusal:
        raise step.refusal
