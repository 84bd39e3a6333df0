"""Asking Stripe for the sake of a step."""

from collections.abc import Awaitable
from typing import TypeVar

from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.steps import Step
from adapters.stripe.answers import KeySpent

T = TypeVar("T")


async def answered(payments: PaymentRepository, step: Step, asked: Awaitable[T]) -> T:
    """Stripe's answer to a step; one that it would only repeat costs the step its key."""
    try:
        return await asked
    except KeySpent:
        await payments.take_next_key(step)
        raise
