"""Orders as their witnesses have them: in order, for a test to break one thing of one."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from domain.casework import Case, MadeAuthorization, MadeRefund, Resolution
from domain.disputes import Dispute, DisputeState
from domain.ledger import CUSTOMER, PLATFORM, PSP
from domain.money import Money
from domain.orders import OrderStatus, step_key
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.refunds import Liable, RefundReason, RefundState
from domain.stock import ReservationState
from domain.witnesses import ChargeRecord, Facts, OrderRecord, PaymentRecord, Run
from tests.support.builders import a_quote, usd

TOTAL = 2_300
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def standing(
    status: PaymentStatus, *, held: int = 0, taken: int = 0, back: int = 0
) -> OrderPayment:
    shown = RefundStatus.PARTIAL if back else RefundStatus.NONE
    return OrderPayment(
        status=status,
        authorized=usd(held),
        captured=usd(taken),
        refunded=usd(back),
        refund_status=RefundStatus.FULL if back and back == taken else shown,
        version=3,
    )


def an_attempt(order_id: UUID, **given: Any) -> MadeAuthorization:
    defaults: dict[str, Any] = {
        "key": step_key(order_id, "authorize"),
        "payment_intent_id": f"pi_{order_id.hex}",
        "status": PaymentStatus.AUTHORIZED,
        "held": usd(0),
        "captured": usd(0),
        "capture_before": None,
        "created_at": NOW,
    }
    return MadeAuthorization(**(defaults | given))


def a_charge(order_id: UUID | None, **given: Any) -> ChargeRecord:
    defaults: dict[str, Any] = {
        "intent_id": f"pi_{order_id.hex if order_id else uuid4().hex}",
        "order_id": order_id,
        "step": step_key(order_id, "authorize") if order_id else "",
        "currency": "USD",
        "status": PaymentStatus.AUTHORIZED,
        "held": 0,
        "captured": 0,
        "refunded": 0,
    }
    return ChargeRecord(**(defaults | given))


def a_refund(order_id: UUID, state: RefundState, **given: Any) -> MadeRefund:
    defaults: dict[str, Any] = {
        "refund_id": uuid4(),
        "order_id": order_id,
        "part_of": step_key(order_id, "refund"),
        "stripe_refund_id": "re_1",
        "reference": None,
        "amount": usd(TOTAL),
        "state": state,
        "liable": Liable.PLATFORM,
        "reason": RefundReason.ORDER_ENDED,
        "request_hash": None,
        "remark_id": None,
        "created_at": NOW,
    }
    return MadeRefund(**(defaults | given))


def a_dispute(order_id: UUID, state: DisputeState = DisputeState.OPEN) -> Dispute:
    return Dispute(
        dispute_id="dp_1",
        order_id=order_id,
        amount=usd(TOTAL),
        state=state,
        reason="fraudulent",
        opened_at=NOW,
        due_by=None,
    )


def a_case(
    order_id: UUID, key: str, *, resolution: Resolution | None = None, amount: Money | None = None
) -> Case:
    return Case(
        key=key,
        order_id=order_id,
        amount=amount or usd(TOTAL),
        why="It could not be given back.",
        owner=None,
        deadline=NOW,
        reminded_at=None,
        opened_at=NOW,
        resolved_at=NOW if resolution else None,
        resolution=resolution,
        resolved_by=None,
        reference=None,
        remark_id=None,
    )


def an_order_of(
    status: OrderStatus,
    payment: OrderPayment,
    *,
    refunds: tuple[RefundState, ...] = (),
    ledger: dict[str, int] | None = None,
    settled: bool = False,
) -> Facts:
    """Everybody says the same; what is held or taken is at one charge."""
    order_id, customer_id = uuid4(), uuid4()
    held, taken = payment.authorized, payment.captured
    at_stripe = PaymentStatus.CAPTURED if taken.amount else payment.status
    ended = status.is_final
    return Facts(
        order_id=order_id,
        order=OrderRecord(
            order_id=order_id,
            customer_id=customer_id,
            restaurant_id=uuid4(),
            courier_id=uuid4(),
            status=status,
            quote=a_quote(TOTAL),
            payment=payment,
        ),
        payment=PaymentRecord(
            order_id=order_id,
            customer_id=customer_id,
            amount=usd(TOTAL),
            payment=payment,
            is_settled=settled,
            attempts=[an_attempt(order_id, status=at_stripe, held=held, captured=taken)],
            refunds=[a_refund(order_id, state) for state in refunds],
            ledger=ledger or {},
        ),
        charges=[
            a_charge(
                order_id,
                status=at_stripe,
                held=held.amount,
                captured=taken.amount,
                refunded=payment.refunded.amount,
            )
        ],
        reservation=ReservationState.RELEASED if ended else ReservationState.HELD,
        run=Run.CLOSED if ended else Run.RUNNING,
    )


def confirmed() -> Facts:
    return an_order_of(OrderStatus.CONFIRMED, standing(PaymentStatus.AUTHORIZED, held=TOTAL))


def accepted() -> Facts:
    return an_order_of(
        OrderStatus.ACCEPTED,
        standing(PaymentStatus.CAPTURED, taken=TOTAL),
        ledger={PSP: TOTAL, CUSTOMER: -TOTAL},
    )


def asked_to_authenticate() -> Facts:
    return an_order_of(OrderStatus.PAYMENT_ACTION_REQUIRED, standing(PaymentStatus.REQUIRES_ACTION))


def delivered() -> Facts:
    facts = an_order_of(
        OrderStatus.DELIVERED,
        standing(PaymentStatus.CAPTURED, taken=TOTAL),
        ledger={PSP: TOTAL, CUSTOMER: 0, PLATFORM: -TOTAL},
        settled=True,
    )
    return replace(facts, reservation=ReservationState.CONSUMED)


def rejected() -> Facts:
    return an_order_of(OrderStatus.REJECTED, standing(PaymentStatus.VOIDED))


def refunded() -> Facts:
    """Cancelled after its money was taken."""
    return an_order_of(
        OrderStatus.CANCELLED,
        standing(PaymentStatus.REFUNDED, taken=TOTAL, back=TOTAL),
        refunds=(RefundState.SUCCEEDED,),
        ledger={PSP: 0, CUSTOMER: 0},
    )


def cancelled_with_a_fee(fee: int = 500) -> Facts:
    """Of food that was cooked: `fee` was agreed, and divided."""
    facts = an_order_of(
        OrderStatus.CANCELLED,
        standing(PaymentStatus.PARTIALLY_REFUNDED, taken=TOTAL, back=TOTAL - fee),
        ledger={PSP: fee, CUSTOMER: 0, PLATFORM: -fee},
        settled=True,
    )
    back = a_refund(facts.order_id, RefundState.SUCCEEDED, amount=usd(TOTAL - fee))
    facts = replace(facts, reservation=ReservationState.CONSUMED)
    return with_order(with_payment(facts, refunds=[back]), kept=usd(fee))


def with_payment(facts: Facts, **changed: Any) -> Facts:
    """Payments has this instead."""
    assert facts.payment
    return replace(facts, payment=replace(facts.payment, **changed))


def with_order(facts: Facts, **changed: Any) -> Facts:
    assert facts.order
    return replace(facts, order=replace(facts.order, **changed))


def with_charge(facts: Facts, **changed: Any) -> Facts:
    """Stripe has this instead."""
    return replace(facts, charges=[replace(facts.charges[0], **changed)])
