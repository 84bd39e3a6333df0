"""A customer's orders, and one order as it goes its way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from api.dependencies import Caller, Using
from api.order_answers import EntryAnswer, order_answer
from api.order_lookup import Visible, roles_in
from api.order_payment import read_payment
from api.orders import list_my_orders, read_timeline
from api.pages import Paged
from api.services import Services
from api.web.rendering import page
from domain.accounts import Account
from domain.orders import CANCELLABLE, Actor, Order, OrderStatus

router = APIRouter(prefix="/orders")

_STEPS = {
    OrderStatus.PLACED: "Ordered",
    OrderStatus.CONFIRMED: "Paid for, and sent to the kitchen",
    OrderStatus.ACCEPTED: "Accepted by the kitchen",
    OrderStatus.PREPARING: "Being cooked",
    OrderStatus.READY: "Ready for the courier",
    OrderStatus.PICKED_UP: "On its way",
    OrderStatus.DELIVERED: "Delivered",
}

# Where the status is not a word for a person: "Your order is …".
_NOW = {
    OrderStatus.PAYMENT_ACTION_REQUIRED: "waiting for your bank",
    OrderStatus.PAYMENT_FAILED: "not paid",
    OrderStatus.PREPARING: "being cooked",
    OrderStatus.PICKED_UP: "on its way",
}


@dataclass(frozen=True, slots=True)
class Step:
    """Of an order that goes well; `at` is None for what has not happened."""

    label: str
    at: datetime | None
    is_current: bool


@router.get("")
async def show_orders(request: Request, services: Using, caller: Caller, paging: Paged) -> Response:
    orders = await list_my_orders(services, caller, paging)
    names = await services.restaurants.named({order.restaurant_id for order in orders.items})
    facts = {"orders": orders, "names": {id_: each.name for id_, each in names.items()}}
    return page(request, "orders.html", caller=caller, facts=facts)


@router.get("/{order_id}")
async def show_order(request: Request, services: Using, caller: Caller, order: Visible) -> Response:
    timeline = (await read_timeline(order, services)).items
    restaurants = await services.restaurants.named({order.restaurant_id})
    is_customer = Actor.CUSTOMER in roles_in(caller, order)
    facts = {
        "order": await order_answer(services, order, caller),
        "restaurant": restaurants.get(order.restaurant_id),
        "steps": _steps(order, timeline),
        "timeline": timeline,
        "now": _NOW.get(order.status, order.status),
        "is_final": order.status.is_final,
        "is_customer": is_customer,
        "can_cancel": is_customer and order.status in CANCELLABLE,
        "bank": await _bank(request, services, order, caller) if is_customer else None,
    }
    return page(request, "order.html", caller=caller, facts=facts)


def _steps(order: Order, timeline: Sequence[EntryAnswer]) -> list[Step]:
    happened = {entry.event: entry.at for entry in timeline}
    return [
        Step(label, happened.get(f"order_{status}"), order.status is status)
        for status, label in _STEPS.items()
    ]


async def _bank(request: Request, services: Services, order: Order, caller: Account) -> str | None:
    """The page where the customer's test bank asks; None where no such page is to be shown."""
    bank = services.settings.test_bank_url
    if order.status is not OrderStatus.PAYMENT_ACTION_REQUIRED or not bank:
        return None
    payment = await read_payment(order, services, caller)
    if payment.client_secret is None:
        return None
    intent = payment.client_secret.partition("_secret_")[0]
    back = urlencode({"return_url": f"{request.url.replace(query='from=bank')}"})
    return f"{bank}/_authenticate/{intent}?{back}"
