"""Stripe's own books, as reconciliation reads them: what it holds, took and gave back, of whom."""

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Sequence
from datetime import datetime
from typing import TypeVar

import stripe
from stripe import HTTPXClient
from stripe.params import PaymentIntentListParams

from adapters.settings import StripeSettings
from adapters.stripe.amounts import from_stripe
from adapters.stripe.answers import dispute_of, intent_of
from adapters.stripe.gateway import client_of
from domain.disputes import Dispute
from domain.payments import PaymentStatus
from domain.witnesses import ChargeRecord

# What was given back, and whether it is disputed, is told by the charge.
_CHARGE = "latest_charge"
_PAGE = 100
_AT_ONCE = 8

T = TypeVar("T")


def open_books(settings: StripeSettings) -> "StripeBooks":
    """With connections of their own; close them before the loop ends."""
    transport = HTTPXClient(timeout=settings.timeout.total_seconds())
    return StripeBooks(client_of(settings, transport), transport)


class StripeBooks:
    def __init__(self, client: stripe.StripeClient, transport: HTTPXClient) -> None:
        self._transport = transport
        self._intents = client.v1.payment_intents
        self._disputes = client.v1.disputes

    async def close(self) -> None:
        await self._transport.close_async()

    async def page(
        self, since: datetime, *, after: str | None
    ) -> tuple[list[ChargeRecord], str | None]:
        """A page of what was made since, newest first, and after which id the next one begins."""
        params = _listed({"created": {"gte": int(since.timestamp())}})
        if after:
            params["starting_after"] = after
        page = await self._intents.list_async(params)
        records = [await self._record_of(intent) for intent in page.data]
        return records, records[-1].intent_id if page.has_more else None

    async def made(self, since: datetime, until: datetime) -> list[ChargeRecord]:
        params: PaymentIntentListParams = {
            "created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())}
        }
        return [record async for record in self._all(params)]

    async def of_customers(self, customers: Collection[str], since: datetime) -> list[ChargeRecord]:
        made = await _side_by_side([self._of_customer(each, since) for each in customers])
        return [record for records in made for record in records]

    async def _of_customer(self, customer: str, since: datetime) -> list[ChargeRecord]:
        params: PaymentIntentListParams = {
            "customer": customer,
            "created": {"gte": int(since.timestamp())},
        }
        return [record async for record in self._all(params)]

    async def fetch(self, intent_ids: Collection[str]) -> list[ChargeRecord]:
        """Those of them that Stripe has."""
        found = await _side_by_side([self._fetch(intent_id) for intent_id in intent_ids])
        return [record for record in found if record]

    async def _fetch(self, intent_id: str) -> ChargeRecord | None:
        try:
            intent = await self._intents.retrieve_async(intent_id, {"expand": [_CHARGE]})
        except stripe.InvalidRequestError as error:
            if error.code == "resource_missing":
                return None
            raise
        return await self._record_of(intent)

    async def _all(self, params: PaymentIntentListParams) -> AsyncIterator[ChargeRecord]:
        page = await self._intents.list_async(_listed(params))
        async for intent in page.auto_paging_iter():
            yield await self._record_of(intent)

    async def _record_of(self, intent: stripe.PaymentIntent) -> ChargeRecord:
        known = intent_of(intent)
        charge = intent.latest_charge
        refunded, disputes = 0, list[Dispute]()
        if isinstance(charge, stripe.Charge):
            refunded = from_stripe(charge.amount_refunded, intent.currency)
            disputes = await self._disputes_of(intent.id) if charge.disputed else []
        return ChargeRecord(
            intent_id=intent.id,
            order_id=known.order_id,
            step=intent.metadata.to_dict().get("step", ""),
            currency=intent.currency.upper(),
            status=PaymentStatus.FAILED if _is_refused(intent) else known.charge.status,
            held=known.charge.held,
            captured=known.charge.captured,
            refunded=refunded,
            disputes=disputes,
        )

    async def _disputes_of(self, intent_id: str) -> list[Dispute]:
        page = await self._disputes.list_async(
            {"payment_intent": intent_id, "limit": _PAGE, "expand": ["data.payment_intent"]}
        )
        found = [dispute_of(dispute) async for dispute in page.auto_paging_iter()]
        return [dispute for dispute in found if dispute]


async def _side_by_side(asked: Sequence[Coroutine[None, None, T]]) -> list[T]:
    """Not all at once: what else asks Stripe has to get through too."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def in_turn(one: Coroutine[None, None, T]) -> T:
        async with turn:
            return await one

    return await asyncio.gather(*map(in_turn, asked))


def _listed(params: PaymentIntentListParams) -> PaymentIntentListParams:
    return {**params, "limit": _PAGE, "expand": [f"data.{_CHARGE}"]}


def _is_refused(intent: stripe.PaymentIntent) -> bool:
    return intent.status == "requires_payment_method" and intent.last_payment_error is not None
