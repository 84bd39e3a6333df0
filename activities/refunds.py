"""Giving parts of an order's money back, by decision: promised first, and then made."""

from temporalio import activity

from activities.giving_back import GivingBack
from adapters.postgres.payments.payments import PaymentRepository
from adapters.stripe.gateway import StripeGateway
from domain.money import Money
from domain.payments import OrderPayment
from domain.refunds import FindDue, RefundPart, RefundResult


class RefundActivities:
    def __init__(self, payments: PaymentRepository, gateway: StripeGateway) -> None:
        self._payments = payments
        self._giving_back = GivingBack(payments, gateway)

    @activity.defn
    async def plan_refund(self, part: RefundPart) -> OrderPayment:
        """Once per key. Raises `RefundExceedsCaptured`, `IdempotencyKeyReused`."""
        return await self._payments.refunds.plan_part(part)

    @activity.defn
    async def find_due(self, command: FindDue) -> Money:
        return await self._payments.refunds.due(command)

    @activity.defn
    async def refund_part(self, part: RefundPart) -> RefundResult:
        """Make the attempt at it, planned before or now.

        One that failed stays so until the next attempt; one that is on its way is followed.
        """
        await self._payments.refunds.plan_part(part)
        await self._giving_back.part(part)
        return await self._payments.refunds.result(part)
