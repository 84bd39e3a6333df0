"""Looking at everything of an order's money at Stripe, for whatever we were not told."""

from dataclasses import replace
from uuid import UUID

from activities.asking import answered
from activities.giving_back import GivingBack
from activities.holding import Holding
from adapters.postgres.payments.authorizations import Attempt
from adapters.postgres.payments.payments import Payment, PaymentRepository
from adapters.stripe.gateway import StripeGateway
from domain.charges import Charge
from domain.errors import AuthorizationLost, OrderNotFound
from domain.payments import OrderPayment, PaymentStatus

_NOTHING = (PaymentStatus.VOIDED, PaymentStatus.FAILED)


class Refreshing:
    def __init__(self, payments: PaymentRepository, gateway: StripeGateway) -> None:
        self._payments = payments
        self._gateway = gateway
        self._holding = Holding(payments, gateway)
        self._giving_back = GivingBack(payments, gateway)

    async def refresh(self, order_id: UUID) -> OrderPayment:
        """Write what differs. It ends no step and undoes nothing: their own activities do."""
        payment = await self._payments.find(order_id)
        if payment is None:
            raise OrderNotFound("This order has no payment.")
        for attempt in payment.attempts:
            charge = await self._charge(payment, attempt)
            news = _news(attempt, charge) if charge else None
            if news:
                await self._payments.record(order_id, attempt, news)
        payment = await self._payments.find(order_id)
        if payment and payment.taken and payment.taken.intent_id:
            await self._giving_back.look(order_id, payment.taken.intent_id)
        return await self._payments.standing(order_id)

    async def _charge(self, payment: Payment, attempt: Attempt) -> Charge | None:
        if attempt.intent_id:
            return await self._gateway.retrieve(attempt.intent_id)
        if attempt.is_movable:
            step = await self._payments.step(attempt.key)
            return await answered(self._payments, step, self._holding.find(payment, attempt, step))
        return None


def _news(attempt: Attempt, charge: Charge) -> Charge | None:
    """What the row should say instead, if anything.

    That nothing is held any more has two names, and a bank that said no to the customer's
    authentication is for the authorization's own step to finish.
    """
    if charge.status is attempt.status or {charge.status, attempt.status} <= set(_NOTHING):
        return None
    if charge.status is not PaymentStatus.PENDING:
        return charge
    if attempt.status is PaymentStatus.AUTHORIZED:
        return replace(charge, refusal=AuthorizationLost("The bank released the payment."))
    return None
