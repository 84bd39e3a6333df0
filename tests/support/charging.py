"""Charges that nobody but a test asks Stripe for."""

from uuid import UUID

from stripe import StripeClient

from tests.support.payments import AMOUNT


async def charge(stripe: StripeClient, *, metadata: dict[str, str]) -> str:
    """Somebody's card, charged past us; the PaymentIntent."""
    intent = await stripe.v1.payment_intents.create_async(
        {
            "amount": 1_700,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "confirm": True,
            "metadata": metadata,
        }
    )
    return intent.id


async def hold(stripe: StripeClient, order_id: UUID, step: str) -> str:
    """As payments would, for a step of its own; the PaymentIntent."""
    intent = await stripe.v1.payment_intents.create_async(
        {
            "amount": AMOUNT.amount,
            "currency": "usd",
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
            "capture_method": "manual",
            "confirm": True,
            "metadata": {"order_id": str(order_id), "step": step},
        }
    )
    return intent.id
