"""Stripe, in our words: facts become charges, refunds and `DomainError`s, weather passes through.

Weather is a connection that broke or timed out, a 429, a 5xx, and a 409 for a key in use. It is
not retried here: who calls again calls with the same idempotency key.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import stripe
from stripe import HTTPXClient, StripeClient
from stripe.params import PaymentIntentCreateParams

from adapters.settings import StripeSettings
from adapters.stripe.amounts import to_stripe
from adapters.stripe.answers import (
    KeySpent,
    authorized,
    charge_of,
    dispute_of,
    keyed,
    refund_of,
    uncaptured,
)
from adapters.stripe.declines import UNUSABLE, declining
from adapters.stripe.methods import CAPTURES, CARD
from domain.charges import AttachedMethod, Charge, Refund
from domain.disputes import Dispute
from domain.errors import PaymentDeclined
from domain.money import Money
from domain.refunds import RefundState

# Between our clock and Stripe's.
_CLOCK_SKEW = timedelta(minutes=5)
# Until when a hold lasts is told by the charge.
_CHARGE = "latest_charge"
_PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """What to hold, of which of Stripe's Customers. `step` finds the PaymentIntent again."""

    order_id: UUID
    step: str
    customer: str
    amount: Money


def connect(settings: StripeSettings) -> "StripeGateway":
    """A gateway with connections of its own; close it before the loop ends."""
    transport = HTTPXClient(timeout=settings.timeout.total_seconds())
    return StripeGateway(client_of(settings, transport), transport)


def client_of(settings: StripeSettings, transport: HTTPXClient) -> StripeClient:
    own = settings.base_url
    return StripeClient(
        settings.secret_key.get_secret_value(),
        # All four: a host that is left out would be Stripe's.
        base_addresses={"api": own, "connect": own, "files": own, "meter_events": own}
        if own
        else None,
        http_client=transport,
        # Temporal retries, and says so where it can be seen.
        max_network_retries=0,
    )


class StripeGateway:
    """Every `key` is the idempotency key of a request, every `step` the key of ours behind it."""

    def __init__(self, client: StripeClient, transport: HTTPXClient) -> None:
        self._transport = transport
        self._customers = client.v1.customers
        self._methods = client.v1.payment_methods
        self._intents = client.v1.payment_intents
        self._refunds = client.v1.refunds
        self._disputes = client.v1.disputes

    async def close(self) -> None:
        await self._transport.close_async()

    async def create_customer(self, account_id: UUID, *, key: str) -> str:
        """Stripe's id of a Customer for the account."""
        with keyed():
            customer = await self._customers.create_async(
                {"metadata": {"account_id": str(account_id)}}, {"idempotency_key": key}
            )
        return customer.id

    async def attach(self, method: str, *, customer: str, key: str) -> AttachedMethod:
        """The attached method, of an id of its own: a test name stands for a new one every time.

        Raises `PaymentDeclined`, also for a kind of method that is not accepted.
        """
        with keyed(), declining():
            attached = await self._methods.attach_async(
                method, {"customer": customer}, {"idempotency_key": key}
            )
        if attached.type not in CAPTURES:
            raise PaymentDeclined(UNUSABLE)
        return AttachedMethod(id=attached.id, customer=customer, type=attached.type)

    async def authorize(
        self, hold: Hold, *, method: AttachedMethod, key: str, again: bool = False
    ) -> Charge:
        """Hold the money, or take it where the method can't be held, or let the customer be asked.

        `again` is without the customer: a bank that wants to ask declines. Raises
        `PaymentDeclined`.
        """
        params = _params(hold) | {
            "payment_method": method.id,
            "allowed_payment_method_types": [method.type],
            "capture_method": CAPTURES[method.type],
            "confirm": True,
            "expand": [_CHARGE],
        }
        if again:
            params["off_session"] = True
        elif method.type == CARD:
            # The bank learns now that the card may be charged without the customer later.
            params["setup_future_usage"] = "off_session"
        with keyed(), declining():
            intent = await self._intents.create_async(params, {"idempotency_key": key})
        return authorized(intent)

    async def block(self, hold: Hold, *, key: str) -> Charge | None:
        """Use up the key of an authorization, so that its request comes to nothing if it is late.

        Under the same key Stripe refuses a request with other parameters. Ours makes an empty
        PaymentIntent, to be cancelled; None where the key was used before: then the
        authorization did whatever it does, and can be found.
        """
        try:
            with keyed():
                intent = await self._intents.create_async(_params(hold), {"idempotency_key": key})
        except (stripe.IdempotencyError, KeySpent):
            return None
        return charge_of(intent)

    async def find(self, hold: Hold, *, since: datetime) -> Charge | None:
        """The charge of a step whose answer was lost, begun at `since`."""
        oldest = (since - _CLOCK_SKEW).timestamp()
        # Newest first.
        page = await self._intents.list_async(
            {"customer": hold.customer, "limit": _PAGE, "expand": [f"data.{_CHARGE}"]}
        )
        async for intent in page.auto_paging_iter():
            if intent.created < oldest:
                return None
            if intent.metadata.to_dict().get("step") == hold.step:
                return authorized(intent)
        return None

    async def retrieve(self, intent_id: str) -> Charge:
        return charge_of(await self._retrieve(intent_id))

    async def authorization(self, intent_id: str) -> Charge:
        """What became of an authorization: as `retrieve`, with a refusal where it came to none."""
        return authorized(await self._retrieve(intent_id))

    async def capture(self, intent_id: str, *, amount: Money, key: str) -> Charge:
        """Take `amount`, release the rest; with a refusal where the money was not taken."""
        try:
            with keyed():
                intent = await self._intents.capture_async(
                    intent_id, {"amount_to_capture": to_stripe(amount)}, {"idempotency_key": key}
                )
        except (stripe.CardError, stripe.InvalidRequestError) as refusal:
            return uncaptured(await self._retrieve(intent_id), refusal)
        return charge_of(intent)

    async def cancel(self, intent_id: str, *, key: str) -> Charge:
        """Release what is held; where it can't be released any more, the charge as it is."""
        try:
            with keyed():
                intent = await self._intents.cancel_async(
                    intent_id, options={"idempotency_key": key}
                )
        except stripe.InvalidRequestError:
            charge = await self.retrieve(intent_id)
            if charge.settled:
                return charge
            raise
        return charge_of(intent)

    async def refund(
        self, intent_id: str, *, order_id: UUID, step: str, amount: Money, key: str
    ) -> Refund:
        """Give `amount` back. A refund that Stripe refuses to make is one that failed."""
        try:
            with keyed():
                refund = await self._refunds.create_async(
                    {
                        "payment_intent": intent_id,
                        "amount": to_stripe(amount),
                        "metadata": {"order_id": str(order_id), "step": step},
                    },
                    {"idempotency_key": key},
                )
        except (stripe.CardError, stripe.InvalidRequestError):
            return Refund(key=step, id=None, amount=amount.amount, state=RefundState.FAILED)
        return refund_of(refund)

    async def refunds(self, intent_id: str) -> list[Refund]:
        """Every refund of the charge, as a `Refund` without a key where it was made by hand."""
        page = await self._refunds.list_async({"payment_intent": intent_id, "limit": _PAGE})
        return [refund_of(refund) async for refund in page.auto_paging_iter()]

    async def dispute(self, dispute_id: str) -> Dispute | None:
        """None where it took no money of an order's: an inquiry, or a charge of nobody's."""
        dispute = await self._disputes.retrieve_async(dispute_id, {"expand": ["payment_intent"]})
        return dispute_of(dispute)

    async def _retrieve(self, intent_id: str) -> stripe.PaymentIntent:
        return await self._intents.retrieve_async(intent_id, {"expand": [_CHARGE]})


def _params(hold: Hold) -> PaymentIntentCreateParams:
    return {
        "amount": to_stripe(hold.amount),
        "currency": hold.amount.currency.lower(),
        "customer": hold.customer,
        "metadata": {"order_id": str(hold.order_id), "step": hold.step},
    }
