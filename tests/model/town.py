"""One run's kitchen, customers, couriers and bank: what they do, and what is seen of it."""

import hmac
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from pydantic import SecretStr
from sqlalchemy import select, update
from temporalio.client import WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.tables import CourierRow, ReleaseRow
from adapters.postgres.ordering.tables import OrderRow
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.payments.casework_tables import WebhookEventRow
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.webhook_events import WebhookEventRepository
from adapters.stripe.webhooks import Webhooks
from domain import ledger, pricing
from domain.deliveries import CourierRequest, Delivery
from domain.money import Money
from domain.orders import IfUnavailable, OrderLine, OrderStatus, PlaceOrder, step_key
from domain.refunds import Liable, Owed, OweMoney, RefundPart, RefundReason
from domain.restaurants import MenuItem, Restaurant
from tests.model.laboratory import Laboratory
from tests.model.pace import Answer, Pace
from tests.model.stillness import postures
from tests.support.builders import a_mandate, an_order
from tests.support.delivering import KITCHEN, a_courier
from tests.support.kitchens import a_dish, a_restaurant
from tests.support.ordering import some_particulars
from tests.support.polling import seen
from workflows.delivery import workflow_id as delivery_of
from workflows.order import workflow_id as order_of
from workflows.policies import PAYMENTS
from workflows.refund import RefundWorkflow
from workflows.refund import workflow_id as refund_of
from workflows.start import start_order

_SECRET = "whsec_of_the_model"
_EVENTS = 100


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a customer orders: how many of each dish, and how it is paid."""

    quantities: tuple[int, int]
    tip: int
    payment_method: str
    if_unavailable: IfUnavailable
    auto_accept: bool


@dataclass(kw_only=True)
class Town:
    """A restaurant with one dish that is counted and one that is not, and two couriers."""

    laboratory: Laboratory
    pace: Pace
    restaurant: Restaurant
    dishes: list[MenuItem]
    couriers: list[UUID]
    told: set[str] = field(default_factory=set)

    @classmethod
    async def built(cls, laboratory: Laboratory, *, currency: str, stock: int) -> "Town":
        restaurants = RestaurantRepository(laboratory.databases["catalog"])
        couriers = CourierRepository(laboratory.databases["delivery"])
        restaurant = a_restaurant(currency=currency, kitchen_slots=2)
        prices = [Money(1_237, currency), Money(845, currency)]
        dishes = [
            a_dish(restaurant.restaurant_id, price=price, stock=count)
            for price, count in zip(prices, (stock, None), strict=True)
        ]
        await restaurants.add(restaurant)
        for dish in dishes:
            await restaurants.add_item(dish)
        return cls(
            laboratory=laboratory,
            pace=Pace(laboratory),
            restaurant=restaurant,
            dishes=dishes,
            couriers=[await a_courier(couriers, at=KITCHEN) for _ in range(2)],
        )

    # The customer.

    async def place(self, wish: Wish) -> PlaceOrder:
        order = self._order(wish, await self.pace.now())
        writings = WritingRepository(self.laboratory.databases["ordering"])
        particulars = some_particulars(lines=len(order.lines))
        await writings.keep_particulars(order.order_id, order.request_hash, particulars)
        await start_order(self.laboratory.client, order, customer_key="of the model")
        return order

    def _order(self, wish: Wish, now: datetime) -> PlaceOrder:
        lines = [
            OrderLine(
                menu_item_id=dish.menu_item_id,
                name=dish.name,
                quantity=quantity,
                unit_price=dish.price,
            )
            for dish, quantity in zip(self.dishes, wish.quantities, strict=True)
            if quantity
        ]
        tip = Money(wish.tip, self.restaurant.currency)
        return an_order(
            restaurant_id=self.restaurant.restaurant_id,
            lines=lines,
            quote=pricing.quote(lines, tip=tip, distance_km=2),
            payment_method=wish.payment_method,
            placed_at=now,
            auto_accept=wish.auto_accept,
            if_unavailable=wish.if_unavailable,
            pickup=KITCHEN,
        )

    async def authenticate(self, order_id: UUID, outcome: str) -> bool:
        """Whether the bank was asking, and heard this answer first."""
        payments = PaymentRepository(self.laboratory.databases["payments"])
        secret = await payments.client_secret(order_id)
        if secret is None:
            return False
        intent, _, _ = secret.partition("_secret_")
        answer = await self.laboratory.bank.post(f"/_authenticate/{intent}", outcome=outcome)
        return answer.is_success

    async def raze(self) -> None:
        """End whatever runs, and what begins meanwhile."""
        self.pace.forget()
        while found := await postures(self.laboratory.client):
            for posture in found:
                await _terminate(self.laboratory.client.get_workflow_handle(posture.workflow_id))
        await self.laboratory.bank.recover()

    # Support.

    async def promise(self, order: PlaceOrder, amount: int) -> str | None:
        """A part of the money, out of the platform's earnings. None where it can't be."""
        money = Money(amount, self.restaurant.currency)
        part = RefundPart(
            order_id=order.order_id,
            key=step_key(order.order_id, uuid4().hex),
            amount=money,
            liable=Liable.PLATFORM,
            liable_account=ledger.PLATFORM,
            reason=RefundReason.SUPPORT,
            mandate=a_mandate(limit=money),
        )
        owed = OweMoney(
            order_id=order.order_id,
            customer_id=order.customer_id,
            restaurant_id=order.restaurant_id,
            amount=money,
            owed=Owed.PART,
            authorizations=[],
            part=part,
        )
        refund = await self.laboratory.client.start_workflow(
            RefundWorkflow.run, owed, id=refund_of(owed), task_queue=PAYMENTS
        )
        answer = self.pace.ask(refund.id, "planned", part.request_hash)
        await self.pace.rest()
        return None if answer.refusal else part.key

    # The courier.

    async def ride(self, order_id: UUID, verb: str, courier: int) -> Answer:
        """What a courier does also tells that they are alive."""
        await self.tell_where(courier)
        request = CourierRequest(courier_id=self.couriers[courier])
        return self.pace.ask(delivery_of(order_id), verb, request)

    async def tell_where(self, courier: int) -> None:
        """By the workflows' clock, which is ahead of the database's."""
        seen_now = update(CourierRow).where(CourierRow.account_id == self.couriers[courier])
        async with self.laboratory.databases["delivery"].transaction() as session:
            await session.execute(seen_now.values(seen_at=await self.pace.now()))

    # Stripe's webhooks.

    async def news(self) -> list[dict[str, Any]]:
        """The last events of our account that were never delivered, the oldest first."""
        page = await self.laboratory.bank.get("/v1/events", limit=_EVENTS)
        return [event for event in reversed(page["data"]) if event["id"] not in self.told]

    async def deliver_webhook(self, event: dict[str, Any], times: int) -> None:
        """As the endpoint does, and until somebody has processed it."""
        self.told.add(event["id"])
        database = self.laboratory.databases["payments"]
        body = json.dumps(event).encode()
        for _ in range(times):
            hint = Webhooks(SecretStr(_SECRET)).read(body, _signed(body), now=datetime.now(UTC))
            await WebhookEventRepository(database).receive(hint)

        async def processed() -> datetime | None:
            row = select(WebhookEventRow.processed_at).where(WebhookEventRow.id == event["id"])
            async with database.transaction() as session:
                return await session.scalar(row)

        # Whoever had begun with it and failed leaves it alone for a quarter of a minute.
        await seen(processed, bool, seconds=40, pause=0.005)

    # What is seen.

    def order(self, order_id: UUID) -> WorkflowHandle[Any, Any]:
        return self.laboratory.client.get_workflow_handle(order_of(order_id))

    async def delivery(self, order_id: UUID) -> Delivery | None:
        return await DeliveryRepository(self.laboratory.databases["delivery"]).find(order_id)

    async def lost(self, order_id: UUID, courier_id: UUID) -> bool | None:
        """Whether the delivery was taken from the courier; None where they never gave it back."""
        ends = select(ReleaseRow.lost).where(
            ReleaseRow.order_id == order_id, ReleaseRow.courier_id == courier_id
        )
        async with self.laboratory.databases["delivery"].transaction() as session:
            found = (await session.scalars(ends)).all()
        return any(found) if found else None

    async def ready_by(self, order_id: UUID) -> datetime | None:
        """The kitchen's promise."""
        promised = select(OrderRow.ready_by).where(OrderRow.id == order_id)
        async with self.laboratory.databases["ordering"].transaction() as session:
            return await session.scalar(promised)

    async def statuses(self, order_ids: Sequence[UUID]) -> dict[UUID, OrderStatus]:
        """Of the orders that have a row."""
        rows = select(OrderRow.id, OrderRow.status).where(OrderRow.id.in_(order_ids))
        async with self.laboratory.databases["ordering"].transaction() as session:
            return dict((await session.execute(rows)).all())


async def _terminate(handle: WorkflowHandle[Any, Any]) -> None:
    """Other workflows go on meanwhile: it may have ended since it was seen to run."""
    try:
        await handle.terminate()
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


def _signed(body: bytes) -> str:
    at = int(time.time())
    digest = hmac.new(_SECRET.encode(), f"{at}.{body.decode()}".encode(), sha256).hexdigest()
    return f"t={at},v1={digest}"
