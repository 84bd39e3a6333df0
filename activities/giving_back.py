"""Giving an order's money back: what is held is released, what was taken is refunded."""

from collections.abc import Iterable
from uuid import UUID

from activities.asking import answered
from activities.holding import Holding
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.refunds import PlannedRefund
from adapters.postgres.payments.steps import Step
from adapters.stripe.gateway import StripeGateway
from domain.charges import Refund
from domain.refunds import RefundPart


class GivingBack:
    def __init__(self, payments: PaymentRepository, gateway: StripeGateway) -> None:
        self._payments = payments
        self._gateway = gateway
        self._holding = Holding(payments, gateway)

    async def all_of_it(
        self,
        order_id: UUID,
        undo: str,
        *,
        attempt: int | None = None,
        only: str | None = None,
        keep: int = 0,
    ) -> None:
        """Under the key `undo`, whose steps never end: something may still land after it.

        `only` releases a single authorization: one that landed after it had been undone. `keep`
        of what was taken the customer still pays.
        """
        payment = await self._payments.find(order_id)
        if payment is None:
            return
        attempts = [each for each in payment.attempts if only in (None, each.key)]
        if any(each.is_movable for each in attempts):
            step = await self._payments.begin(undo)
            await self._holding.release(payment, attempts, step)
            payment = await self._payments.find(order_id) or payment
        taken = payment.taken
        if taken and taken.intent_id and only in (None, taken.key):
            await self.look(order_id, taken.intent_id)
            planned = await self._payments.refunds.plan_undo(order_id, undo, attempt, keep=keep)
            await self._make(order_id, taken.intent_id, planned)

    async def part(self, part: RefundPart) -> None:
        """Make the attempt at a part that was planned, after a look at Stripe's refunds."""
        payment = await self._payments.find(part.order_id)
        taken = payment.taken if payment else None
        if taken and taken.intent_id:
            await self.look(part.order_id, taken.intent_id)
            planned = await self._payments.refunds.plan_attempt(part)
            await self._make(part.order_id, taken.intent_id, planned)

    async def look(self, order_id: UUID, intent_id: str) -> None:
        """Write how the refunds that Stripe has of a charge stand."""
        await self._payments.refunds.record(order_id, await self._gateway.refunds(intent_id))

    async def _make(self, order_id: UUID, intent_id: str, planned: Iterable[PlannedRefund]) -> None:
        for refund in planned:
            if not await self._is_made_under_an_earlier_key(order_id, intent_id, refund.step):
                made = await self._ask(order_id, intent_id, refund)
                await self._payments.refunds.record(order_id, [made])

    async def _is_made_under_an_earlier_key(
        self, order_id: UUID, intent_id: str, step: Step
    ) -> bool:
        """Whether Stripe has the refund of a step that left an idempotency key behind.

        The look before the plan may have been too early to see it.
        """
        if step.n == 1:
            return False
        found = await self._gateway.refunds(intent_id)
        await self._payments.refunds.record(order_id, found)
        return any(refund.key == step.key for refund in found)

    async def _ask(self, order_id: UUID, intent_id: str, refund: PlannedRefund) -> Refund:
        step = refund.step
        asked = self._gateway.refund(
            intent_id,
            order_id=order_id,
            step=step.key,
            amount=refund.amount,
            key=step.vendor_key,
        )
        return await answered(self._payments, step, asked)
