"""Placing an order: one workflow per account and key, however many requests race.

No table of keys and no second write: the id of the order follows from account and key, and the
engine starts one workflow of that id. Whoever comes later finds the order, by its row or by its
workflow, and is answered the same.
"""

import hmac
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel
from temporalio.client import Client
from temporalio.exceptions import WorkflowAlreadyStartedError
from temporalio.service import RPCError, RPCStatusCode

from adapters.telemetry import correlation_id_for
from api import checkout
from api.checkout import NewOrder, check_out
from api.dependencies import Caller, Using
from api.idempotency import Idempotency, Required
from api.money import Money
from api.openapi import located, refusals
from api.order_answers import Links
from api.order_lookup import name_in_logs
from api.services import Services
from domain import money
from domain.accounts import Account
from domain.errors import DomainError, IdempotencyKeyMissing, IdempotencyKeyReused
from domain.orders import OrderStatus, PlaceOrder, order_id
from workflows.order import workflow_id
from workflows.start import MEMO_CURRENCY, MEMO_REQUEST_HASH, MEMO_TOTAL, start_order

router = APIRouter(tags=["orders"])


class Acknowledgement(BaseModel):
    """The order is durable, and goes on by itself: follow it at `links.events`."""

    id: UUID
    status: OrderStatus
    total: Money
    links: Links


@dataclass(frozen=True, slots=True)
class Placed:
    """What was promised to the first request with the key."""

    order_id: UUID
    request_hash: str
    total: money.Money

    def answer(self) -> Acknowledgement:
        return Acknowledgement(
            id=self.order_id,
            status=OrderStatus.PLACED,
            total=Money.of(self.total),
            links=Links.of(self.order_id),
        )


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to place the order of this account and key.

    `again_of` is the order that support places anew for the customer by it.
    """

    caller: Account
    order_id: UUID
    request_hash: str
    again_of: UUID | None = None

    @classmethod
    def of(cls, caller: Account, idempotency: Idempotency) -> Self:
        id_ = order_id(caller.account_id, idempotency.key)
        return cls(caller, id_, idempotency.request_hash)


@router.post(
    "/orders",
    status_code=HTTPStatus.ACCEPTED,
    responses=refusals(*checkout.REFUSALS, IdempotencyKeyMissing, IdempotencyKeyReused)
    | located(HTTPStatus.ACCEPTED),
)
async def place_order(
    body: NewOrder, services: Using, caller: Caller, idempotency: Required, response: Response
) -> Acknowledgement:
    """Answers at once; what only changes later ends the order, and `cancellation` says why."""
    attempt = Attempt.of(caller, idempotency)
    name_in_logs(attempt.order_id)
    placed = await place(services, attempt, body)
    answer = placed.answer()
    response.headers["Location"] = answer.links.self
    return answer


async def place(services: Services, attempt: Attempt, wanted: NewOrder) -> Placed:
    """Raises one of `checkout.REFUSALS`, and `IdempotencyKeyReused`."""
    placed = await _place(services, attempt, wanted)
    if placed.request_hash != attempt.request_hash:
        message = "This Idempotency-Key stands for another order: take a new one."
        raise IdempotencyKeyReused(message)
    return placed


async def _place(services: Services, attempt: Attempt, wanted: NewOrder) -> Placed:
    if placed := await _recorded(services, attempt.order_id):
        return placed
    try:
        return await _begin(services, attempt, wanted)
    except DomainError:
        # A request with the same key may have been quicker, and have taken the last dish: then
        # the order that it placed is the answer to this one too.
        if placed := await _known(services, attempt.order_id):
            return placed
        raise


async def _begin(services: Services, attempt: Attempt, wanted: NewOrder) -> Placed:
    checked = await check_out(services, attempt.caller, wanted)
    await services.writings.keep_particulars(
        attempt.order_id, attempt.request_hash, checked.particulars
    )
    order = PlaceOrder(
        order_id=attempt.order_id,
        customer_id=attempt.caller.account_id,
        restaurant_id=checked.restaurant.restaurant_id,
        restaurant_name=checked.restaurant.name,
        lines=checked.lines,
        quote=checked.quote,
        payment_method=wanted.payment_method,
        request_hash=attempt.request_hash,
        placed_at=datetime.now(UTC),
        auto_accept=checked.restaurant.auto_accept,
        acceptance_minutes=checked.restaurant.acceptance_minutes,
        preparation_minutes=checked.restaurant.preparation_minutes,
        if_unavailable=wanted.if_unavailable,
        pickup=checked.restaurant.address.point,
        ride_minutes=checked.ride_minutes,
        correlation_id=correlation_id_for(attempt.order_id),
        express=services.settings.express,
        again_of=attempt.again_of,
    )
    try:
        await start_order(
            services.temporal,
            order,
            customer_key=customer_key(services, attempt.caller.account_id),
            links=services.links,
        )
    except WorkflowAlreadyStartedError:
        placed = await _started(services.temporal, attempt.order_id)
        if placed is None:
            raise
        return placed
    return Placed(order.order_id, order.request_hash, order.quote.total)


async def _known(services: Services, id_: UUID) -> Placed | None:
    return await _recorded(services, id_) or await _started(services.temporal, id_)


async def _recorded(services: Services, id_: UUID) -> Placed | None:
    order = await services.orders.find(id_)
    return Placed(id_, order.request_hash, order.placed_total) if order else None


async def _started(client: Client, id_: UUID) -> Placed | None:
    try:
        described = await client.get_workflow_handle(workflow_id(id_)).describe()
    except RPCError as error:
        if error.status is RPCStatusCode.NOT_FOUND:
            return None
        raise
    memo = await described.memo()
    total = money.Money(memo[MEMO_TOTAL], memo[MEMO_CURRENCY])
    return Placed(id_, memo[MEMO_REQUEST_HASH], total)


def customer_key(services: Services, account_id: UUID) -> str:
    """Finds a customer's orders in Temporal without naming the customer there."""
    secret = services.customer_key_secret.get_secret_value().encode()
    return hmac.digest(secret, account_id.bytes, "sha256").hex()[:32]
