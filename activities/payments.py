"""The money of an order at Stripe. Every activity may be tried again, and may meet its undo.

A step is begun in one transaction and finished in another; Stripe is asked between them, and no
transaction is open meanwhile. An undo leaves its tombstone first. So a step that is begun later
does nothing, and one that is finished later gives back what it moved, under the undo's own keys:
whoever of the two comes first, the other finds it done.
"""

from collections.abc import Awaitable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from temporalio import activity

from adapters.postgres.payments.payments import Payment, PaymentRepository
from adapters.postgres.payments.steps import Step
from adapters.stripe.answers import KeySpent
from adapters.stripe.gateway import Hold, StripeGateway
from domain.charges import Charge
from domain.errors import AuthorizationLost, PaymentDeclined, StepUndone
from domain.payments import (
    AuthorizePayment,
    CapturePayment,
    OrderPayment,
    PaymentStatus,
    RefundPayment,
    RefundResult,
    RefundState,
    VoidPayment,
)

T = TypeVar("T")


class RefundReturned(Exception):
    """The bank did not take the refund: weather, because another one is tried."""


class PaymentActivities:
    def __init__(self, payments: PaymentRepository, gateway: StripeGateway) -> None:
        self._payments = payments
        self._gateway = gateway

    @activity.defn
    async def authorize_payment(self, command: AuthorizePayment) -> OrderPayment:
        """Raises `PaymentDeclined`, or `StepUndone` where its undo came first."""
        step = await self._payments.begin_authorization(command)
        if step.is_open:
            charge = await self._answer(step, self._authorize(command, step))
            step = await self._payments.finish(step, command.order_id, charge)
        return await self._outcome(step, command.order_id)

    @activity.defn
    async def capture_payment(self, command: CapturePayment) -> OrderPayment:
        """Raises `AuthorizationLost`, `CaptureFailed`, or `StepUndone` as above."""
        step = await self._payments.begin(command.key)
        if step.is_open:
            charge = await self._answer(step, self._capture(command, step))
            step = await self._payments.finish(step, command.order_id, charge)
        return await self._outcome(step, command.order_id)

    @activity.defn
    async def void_payment(self, command: VoidPayment) -> OrderPayment:
        """Nothing is held after it, and what was taken is refunded or on its way."""
        result = await self._undo(command)
        if result.state is RefundState.FAILED:
            raise RefundReturned("The bank returned the refund; another one is made.")
        return result.payment

    @activity.defn
    async def refund_payment(self, command: RefundPayment) -> RefundResult:
        """What is held is released too: the capture that this undoes may never have landed."""
        return await self._undo(command, command.attempt)

    async def _authorize(self, command: AuthorizePayment, step: Step) -> Charge:
        try:
            customer, method = await self._card(command, step)
            hold = Hold(
                order_id=command.order_id, step=step.key, customer=customer, amount=command.amount
            )
            if step.retried and step.begun_at:
                found = await self._gateway.find(hold, since=step.begun_at)
                if found:
                    return found
            return await self._gateway.authorize(hold, method=method, key=step.vendor_key)
        except PaymentDeclined as refusal:
            return Charge(refusal=refusal)

    async def _capture(self, command: CapturePayment, step: Step) -> Charge:
        payment = await self._payments.find(command.order_id)
        if payment is None or payment.intent_id is None:
            # Not written down: an authorization may be on its way, and is none of this step's.
            raise AuthorizationLost("Nothing is held for this order.")
        return await self._gateway.capture(
            payment.intent_id, amount=command.amount, key=step.vendor_key
        )

    async def _outcome(self, step: Step, order_id: UUID) -> OrderPayment:
        """What became of a step: the payment, the refusal, or nothing because it was undone."""
        if step.undone_by:
            if step.begun_at:
                await self._give_back(order_id, step.undone_by)
            raise StepUndone("The order was undone before this could happen.")
        if step.refusal:
            raise step.refusal
        return await self._payments.standing(order_id)

    async def _undo(
        self, command: VoidPayment | RefundPayment, attempt: int | None = None
    ) -> RefundResult:
        await self._payments.bury(command.undoes, by=command.key)
        await self._give_back(command.order_id, command.key, attempt)
        payment = await self._payments.find(command.order_id)
        if payment is None:
            nothing = OrderPayment.pending(command.currency)
            return RefundResult(
                state=RefundState.SUCCEEDED, payment=replace(nothing, status=PaymentStatus.VOIDED)
            )
        return payment.refund

    async def _give_back(self, order_id: UUID, undo: str, attempt: int | None = None) -> None:
        """Release what is held, refund what was taken; `undo` is the key it is done under."""
        payment = await self._payments.find(order_id)
        if payment and payment.is_movable:
            step = await self._payments.begin(undo)
            charge = await self._answer(step, self._release(payment, step))
            await self._payments.finish(step, order_id, charge)
            payment = await self._payments.find(order_id)
        if payment and payment.intent_id and payment.standing.captured.amount:
            await self._refund(order_id, payment.intent_id, undo, attempt)

    async def _release(self, payment: Payment, step: Step) -> Charge:
        if payment.intent_id:
            charge = await self._gateway.retrieve(payment.intent_id)
        else:
            charge = await self._unanswered(payment, step)
        if charge.settled or charge.id is None:
            return charge
        return await self._gateway.cancel(charge.id, key=step.vendor_key)

    async def _unanswered(self, payment: Payment, undo: Step) -> Charge:
        """The charge of an authorization whose answer is not known; none will come of it later."""
        authorization = await self._payments.bury(payment.authorization_key, by=undo.key)
        hold = Hold(
            order_id=payment.order_id,
            step=authorization.key,
            customer=await self._customer(payment.customer_id, undo),
            amount=payment.amount,
        )
        blocked = await self._gateway.block(hold, key=authorization.vendor_key)
        found = blocked or await self._gateway.find(hold, since=payment.begun_at)
        return replace(found, refusal=None) if found else Charge()

    async def _refund(self, order_id: UUID, intent_id: str, undo: str, attempt: int | None) -> None:
        """Make the refunds that are missing, after a look at those that Stripe has."""
        refunds = self._payments.refunds
        await refunds.record(order_id, await self._gateway.refunds(intent_id))
        for refund in await refunds.plan(order_id, undo, attempt):
            step = refund.step
            asked = self._gateway.refund(
                intent_id,
                order_id=order_id,
                step=step.key,
                amount=refund.amount,
                key=step.vendor_key,
            )
            made = await self._answer(step, asked)
            await refunds.record(order_id, [made])

    async def _card(self, command: AuthorizePayment, step: Step) -> tuple[str, str]:
        """Stripe's ids of the customer and of the attached method."""
        account_id, given = command.customer_id, command.payment_method
        card = await self._payments.customers.card(account_id, given)
        if card:
            return card
        customer = await self._customer(account_id, step)
        key = f"{step.vendor_key}:attach"
        method = await self._gateway.attach(given, customer=customer, key=key)
        await self._payments.customers.keep_method(account_id, given, method)
        return customer, method

    async def _customer(self, account_id: UUID, step: Step) -> str:
        known = await self._payments.customers.find(account_id)
        if known:
            return known
        # Of the account and not of the order: two first orders at once make one customer.
        key = f"customer:{account_id}:{step.n}"
        made = await self._gateway.create_customer(account_id, key=key)
        return await self._payments.customers.keep(account_id, made)

    async def _answer(self, step: Step, asked: Awaitable[T]) -> T:
        """Stripe's answer to a step; one that it would only repeat costs the step its key."""
        try:
            return await asked
        except KeySpent:
            await self._payments.take_next_key(step)
            raise
