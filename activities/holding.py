"""Holding an order's money at Stripe, and releasing it: also where an answer of Stripe's was lost.

The PaymentIntent of an attempt whose answer nobody wrote down is found by the step's key, which
it carries. Before that is looked for, the attempt is buried and its idempotency key used up, so
that none comes of it later.
"""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from activities.asking import answered
from adapters.postgres.payments.authorizations import Attempt
from adapters.postgres.payments.payments import Payment, PaymentRepository
from adapters.postgres.payments.steps import Step
from adapters.stripe.gateway import Hold, StripeGateway
from domain.charges import AttachedMethod, Charge
from domain.errors import PaymentDeclined
from domain.payments import AuthorizePayment


class Holding:
    def __init__(self, payments: PaymentRepository, gateway: StripeGateway) -> None:
        self._payments = payments
        self._gateway = gateway

    async def hold(self, command: AuthorizePayment, step: Step) -> Charge:
        """What became of it, with a refusal where it came to nothing.

        `again` releases the earlier attempts first. Where one of them was captured after all,
        nothing more is held.
        """
        if command.again and await self._is_taken_already(command, step):
            return Charge()
        try:
            return await self._hold(command, step)
        except PaymentDeclined as refusal:
            return Charge(refusal=refusal)

    async def outcome(self, intent_id: str, step: Step) -> Charge:
        """What became of an authorization that the customer had to authenticate.

        Where the bank said no it is cancelled, because the customer still knows its secret.
        """
        charge = await self._gateway.authorization(intent_id)
        if charge.refusal is None or charge.settled:
            return charge
        cancelled = await self._gateway.cancel(intent_id, key=f"{step.vendor_key}:cancel")
        return cancelled if cancelled.captured else replace(cancelled, refusal=charge.refusal)

    async def release(self, payment: Payment, attempts: Sequence[Attempt], undo: Step) -> None:
        """Nothing is held of these attempts any more; what was taken is written down."""
        for attempt in attempts:
            if attempt.is_movable:
                asked = self._release(payment, attempt, undo)
                charge = await answered(self._payments, undo, asked)
                await self._payments.record(payment.order_id, attempt, charge)

    async def find(self, payment: Payment, attempt: Attempt, step: Step) -> Charge | None:
        """The charge of an attempt whose answer is not known."""
        hold = await self._as_it_was(payment, attempt, step)
        return await self._gateway.find(hold, since=attempt.begun_at)

    async def _is_taken_already(self, command: AuthorizePayment, step: Step) -> bool:
        payment = await self._payments.find(command.order_id)
        if payment:
            await self.release(payment, payment.before(step.key), step)
            payment = await self._payments.find(command.order_id)
        return payment is not None and payment.taken is not None

    async def _hold(self, command: AuthorizePayment, step: Step) -> Charge:
        method = await self._method(command, step)
        hold = Hold(
            order_id=command.order_id,
            step=step.key,
            customer=method.customer,
            amount=command.amount,
        )
        if step.retried and step.begun_at:
            found = await self._gateway.find(hold, since=step.begun_at)
            if found:
                return found
        return await self._gateway.authorize(
            hold, method=method, key=step.vendor_key, again=command.again
        )

    async def _release(self, payment: Payment, attempt: Attempt, undo: Step) -> Charge:
        if attempt.intent_id:
            charge = await self._gateway.retrieve(attempt.intent_id)
        else:
            charge = await self._unanswered(payment, attempt, undo)
        if charge.settled or charge.id is None:
            return charge
        return await self._gateway.cancel(charge.id, key=f"{undo.vendor_key}:{charge.id}")

    async def _unanswered(self, payment: Payment, attempt: Attempt, undo: Step) -> Charge:
        """The charge of an attempt whose answer is not known; none will come of it later."""
        buried = await self._payments.bury(attempt.key, by=undo.key)
        hold = await self._as_it_was(payment, attempt, undo)
        blocked = await self._gateway.block(hold, key=buried.vendor_key)
        found = blocked or await self._gateway.find(hold, since=attempt.begun_at)
        return replace(found, refusal=None) if found else Charge()

    async def _as_it_was(self, payment: Payment, attempt: Attempt, step: Step) -> Hold:
        return Hold(
            order_id=payment.order_id,
            step=attempt.key,
            customer=await self._customer(payment.customer_id, step),
            amount=payment.amount,
        )

    async def _method(self, command: AuthorizePayment, step: Step) -> AttachedMethod:
        account_id, given = command.customer_id, command.payment_method
        known = await self._payments.customers.method(account_id, given)
        if known:
            return known
        customer = await self._customer(account_id, step)
        key = f"{step.vendor_key}:attach"
        method = await self._gateway.attach(given, customer=customer, key=key)
        await self._payments.customers.keep_method(account_id, given, method)
        return method

    async def _customer(self, account_id: UUID, step: Step) -> str:
        known = await self._payments.customers.find(account_id)
        if known:
            return known
        # Of the account and not of the order: two first orders at once make one customer.
        key = f"customer:{account_id}:{step.n}"
        made = await self._gateway.create_customer(account_id, key=key)
        return await self._payments.customers.keep(account_id, made)
