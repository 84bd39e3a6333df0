"""Orders of which one thing is wrong, each with the kinds of difference that have to be found."""

from collections.abc import Callable
from dataclasses import replace

from domain.differences import Kind
from domain.disputes import DisputeState
from domain.ledger import CUSTOMER, PSP, REFUNDS_DUE
from domain.orders import OrderStatus, step_key
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import RefundReason, RefundState
from domain.stock import ReservationState
from domain.witnesses import Facts, Run
from tests.support.builders import usd
from tests.support.reconciling import (
    TOTAL,
    a_case,
    a_charge,
    a_dispute,
    a_refund,
    accepted,
    an_attempt,
    an_order_of,
    asked_to_authenticate,
    cancelled_with_a_fee,
    confirmed,
    delivered,
    refunded,
    rejected,
    standing,
    with_charge,
    with_order,
    with_payment,
)


def missed_news() -> Facts:
    return with_charge(asked_to_authenticate(), status=PaymentStatus.AUTHORIZED, held=TOTAL)


def captured_by_hand() -> Facts:
    return with_charge(confirmed(), status=PaymentStatus.CAPTURED, held=0, captured=TOTAL)


def hold_lapsed() -> Facts:
    return with_charge(confirmed(), status=PaymentStatus.VOIDED, held=0)


def refunded_by_hand() -> Facts:
    return with_charge(delivered(), refunded=500)


def refund_returned() -> Facts:
    return with_charge(refunded(), refunded=0)


def disputed() -> Facts:
    facts = delivered()
    return with_charge(facts, disputes=[a_dispute(facts.order_id)])


def dispute_decided() -> Facts:
    facts = accepted()
    facts = with_payment(facts, disputes=[a_dispute(facts.order_id)], ledger={PSP: 0})
    return with_charge(facts, disputes=[a_dispute(facts.order_id, DisputeState.WON)])


def terminated() -> Facts:
    return replace(accepted(), run=Run.CLOSED)


def forgotten() -> Facts:
    return replace(confirmed(), run=Run.MISSING)


def old_sums() -> Facts:
    return with_order(delivered(), payment=standing(PaymentStatus.AUTHORIZED, held=TOTAL))


def old_refund_status() -> Facts:
    facts = refunded()
    assert facts.order
    shown = replace(facts.order.payment, refund_status=RefundStatus.PENDING)
    return with_order(facts, payment=shown)


def dishes_held() -> Facts:
    return replace(rejected(), reservation=ReservationState.HELD)


def held_after_the_end() -> Facts:
    return an_order_of(OrderStatus.CANCELLED, standing(PaymentStatus.AUTHORIZED, held=TOTAL))


def held_under_a_lost_answer() -> Facts:
    facts = with_charge(rejected(), status=PaymentStatus.AUTHORIZED, held=TOTAL)
    unanswered = an_attempt(facts.order_id, payment_intent_id=None, status=PaymentStatus.VOIDED)
    return with_payment(facts, attempts=[unanswered])


def kept_after_the_end() -> Facts:
    return an_order_of(
        OrderStatus.CANCELLED,
        standing(PaymentStatus.CAPTURED, taken=TOTAL),
        ledger={PSP: TOTAL},
    )


def pending_refund() -> Facts:
    """On its way, and its workflow looks after it."""
    facts = an_order_of(
        OrderStatus.CANCELLED,
        standing(PaymentStatus.CAPTURED, taken=TOTAL),
        refunds=(RefundState.PENDING,),
        ledger={PSP: TOTAL},
    )
    facts = with_charge(facts, refunded=TOTAL)
    return replace(facts, refunding=frozenset({step_key(facts.order_id, "refund")}))


def refund_without_a_keeper() -> Facts:
    return replace(pending_refund(), refunding=frozenset())


def failed_part() -> Facts:
    facts = delivered()
    part = a_refund(
        facts.order_id,
        RefundState.FAILED,
        part_of=step_key(facts.order_id, "part-1"),
        stripe_refund_id=None,
        amount=usd(300),
        reason=RefundReason.SUPPORT,
    )
    assert facts.payment
    ledger = {**facts.payment.ledger, REFUNDS_DUE: -300}
    payment = with_payment(facts, refunds=[part], ledger=ledger)
    return replace(payment, cases=[])


def case_without_a_keeper() -> Facts:
    facts = kept_after_the_end()
    return replace(facts, cases=[a_case(facts.order_id, step_key(facts.order_id, "refund"))])


def ledger_short() -> Facts:
    return with_payment(accepted(), ledger={})


def ledger_open_at_rest() -> Facts:
    return with_payment(refunded(), ledger={PSP: 0, REFUNDS_DUE: -TOTAL})


def row_gone() -> Facts:
    return replace(accepted(), order=None, run=Run.MISSING)


def of_nobody() -> Facts:
    charge = a_charge(None, status=PaymentStatus.CAPTURED, captured=TOTAL)
    return Facts(order_id=charge.belongs_to, charges=[charge])


def charged_twice() -> Facts:
    facts = delivered()
    second = a_charge(
        facts.order_id,
        intent_id="pi_2",
        step="by hand",
        status=PaymentStatus.CAPTURED,
        captured=TOTAL,
    )
    return replace(facts, charges=[*facts.charges, second])


def eaten_and_unpaid() -> Facts:
    return an_order_of(OrderStatus.DELIVERED, standing(PaymentStatus.VOIDED))


def undivided() -> Facts:
    return with_payment(delivered(), is_settled=False)


def more_kept_than_agreed() -> Facts:
    return with_order(cancelled_with_a_fee(), kept=usd(300))


def less_kept_than_agreed() -> Facts:
    return with_order(cancelled_with_a_fee(), kept=usd(800))


def fee_undivided() -> Facts:
    ledger = {PSP: 500, CUSTOMER: -500}
    return with_payment(cancelled_with_a_fee(500), is_settled=False, ledger=ledger)


DAMAGE: dict[Callable[[], Facts], set[Kind]] = {
    missed_news: {Kind.MISSED_WEBHOOK},
    captured_by_hand: {Kind.CAPTURE_UNKNOWN},
    hold_lapsed: {Kind.HOLD_DIFFERS},
    refunded_by_hand: {Kind.REFUND_UNKNOWN},
    refund_returned: {Kind.REFUND_RETURNED},
    disputed: {Kind.DISPUTE_UNKNOWN},
    dispute_decided: {Kind.DISPUTE_UNKNOWN},
    terminated: {Kind.WORKFLOW_LOST},
    forgotten: {Kind.WORKFLOW_LOST},
    old_sums: {Kind.ROW_BEHIND},
    old_refund_status: {Kind.ROW_BEHIND},
    dishes_held: {Kind.STOCK_HELD},
    held_after_the_end: {Kind.HELD_WITHOUT_FOOD},
    held_under_a_lost_answer: {Kind.HELD_WITHOUT_FOOD},
    kept_after_the_end: {Kind.KEPT_WITHOUT_FOOD},
    refund_without_a_keeper: {Kind.REFUND_ABANDONED},
    failed_part: {Kind.REFUND_ABANDONED},
    case_without_a_keeper: {Kind.CASE_ABANDONED},
    ledger_short: {Kind.LEDGER_DIFFERS},
    ledger_open_at_rest: {Kind.LEDGER_DIFFERS},
    row_gone: {Kind.ROW_MISSING},
    of_nobody: {Kind.STRANGERS_MONEY},
    charged_twice: {Kind.UNKNOWN_CHARGE},
    eaten_and_unpaid: {Kind.DELIVERED_UNPAID},
    undivided: {Kind.UNSETTLED},
    more_kept_than_agreed: {Kind.KEPT_WITHOUT_FOOD},
    less_kept_than_agreed: {Kind.KEPT_TOO_LITTLE},
    fee_undivided: {Kind.UNSETTLED},
}
