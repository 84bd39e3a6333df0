"""The order's page in the Temporal UI, in words. What people typed is escaped."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from temporalio import workflow

from workflows import page_parts
from workflows.page_parts import outside

with workflow.unsafe.imports_passed_through():
    from domain.desk import DeskAction
    from domain.orders import COOKED, DELAYABLE, IN_CHECKOUT, OrderStatus
    from domain.status_words import sentence

if TYPE_CHECKING:
    from workflows.page import OrderPage

_ITEMS_SHOWN = 4
_LONGEST_NAME = 60
_LONGEST_DISH = 30

# Where nobody but a step of ours is waited for.
_STEPS = {
    OrderStatus.PLACED: "the dishes to be set aside",
    OrderStatus.RESERVED: "the payment service",
    OrderStatus.ACCEPTED: "the payment service to take the money",
}
_MORE_TIME = DELAYABLE | COOKED
_WITH_A_COURIER = {OrderStatus.PREPARING, OrderStatus.READY}
_WORDS = {
    DeskAction.RETRY: "retry a failing step",
    DeskAction.EXTEND_DEADLINE: "give more time",
    DeskAction.REASSIGN_COURIER: "change the courier",
    DeskAction.RESEND_CONFIRMATION: "send the customer's message again",
    DeskAction.REFUND: "give money back",
    DeskAction.CANCEL: "cancel",
    DeskAction.ORDER_AGAIN: "order again",
    DeskAction.ADD_NOTE: "add a note",
}


def render(page: "OrderPage") -> str:
    return page_parts.page(
        page_parts.heading(page.status),
        _sentence(page),
        page.attention.render(),
        page_parts.waits_for(waits_for(page)),
        page_parts.table(_facts(page)),
        page_parts.possible(
            " · ".join(_WORDS[action] for action in possible(page)),
            page.links.to_order(page.order.order_id),
        ),
        _links(page),
        story=page.story,
    )


def waits_for(page: "OrderPage") -> str:
    """What for, and until when; empty where it waits for nothing."""
    return page.waits or _STEPS.get(page.status, "")


def _sentence(page: "OrderPage") -> str:
    said = sentence(page.status, is_paid=page.payment.captured.amount > 0)
    if not page.status.is_final or page.status is OrderStatus.DELIVERED:
        return said
    if page.due.amount > 0:
        return f"{said} {page.due} go back to the customer."
    kept = page.standing.captured - page.standing.refunded
    return f"{said} The customer pays {kept if kept.amount > 0 else 'nothing'}."


def _facts(page: "OrderPage") -> dict[str, str]:
    payment = page.standing
    return {
        "Restaurant": outside(page.order.restaurant_name, at_most=_LONGEST_NAME),
        "Items": _items(page),
        "Total": f"**{page.quote.total}**",
        "Authorized": str(payment.authorized),
        "Captured": str(payment.captured),
        "Refunded": str(payment.refunded),
        "Due": f"**{page.due}**" if page.due.amount > 0 else str(page.due),
        "Notes": f"{page.notes}, on the support page" if page.notes else "none",
    }


def _items(page: "OrderPage") -> str:
    cooked = [line for line in page.lines if not line.unavailable]
    shown = [
        f"{line.quantity} × {outside(line.name, at_most=_LONGEST_DISH)}"
        for line in cooked[:_ITEMS_SHOWN]
    ]
    more = len(cooked) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def possible(page: "OrderPage") -> Iterator[DeskAction]:
    """What support may do with the order as it stands."""
    status = page.status
    if page.attention.has_failing_step:
        yield DeskAction.RETRY
    if status in _MORE_TIME:
        yield DeskAction.EXTEND_DEADLINE
    if status in _WITH_A_COURIER:
        yield DeskAction.REASSIGN_COURIER
    if not status.is_final and status not in IN_CHECKOUT:
        yield DeskAction.RESEND_CONFIRMATION
    if (page.standing.captured - page.standing.refunded - page.due).amount > 0:
        yield DeskAction.REFUND
    yield DeskAction.ORDER_AGAIN if status.is_final else DeskAction.CANCEL
    yield DeskAction.ADD_NOTE


def _links(page: "OrderPage") -> str:
    return page_parts.links(
        {
            "Support page": page.links.to_order(page.order.order_id),
            "Payment in Stripe": page.links.to_payment(page.payment_intent_id),
            "Restaurant's orders": page.links.to_restaurant(page.order.restaurant_id),
        }
    )
