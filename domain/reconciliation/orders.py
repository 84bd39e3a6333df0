"""The order's row, its workflow and its dishes."""

from collections.abc import Iterator
from dataclasses import replace

from domain.differences import Difference, Kind
from domain.payments import OrderPayment, RefundStatus
from domain.status_words import plain
from domain.stock import ReservationState
from domain.witnesses import Facts, Run


def _workflow(facts: Facts) -> Iterator[Difference]:
    if facts.order and not facts.order.status.is_final and facts.run is not Run.RUNNING:
        words = (
            f"The order is {plain(facts.order.status)}, and its workflow is {facts.run}: nobody "
            "brings it to its end."
        )
        yield facts.difference(Kind.WORKFLOW_LOST, words)


def _row(facts: Facts) -> Iterator[Difference]:
    if facts.order is None or facts.payment is None:
        return
    row, payment = facts.order.payment, facts.payment.payment
    if row.refund_status is RefundStatus.PENDING and facts.has_keeper(*facts.undos):
        # The order said so when it handed the refund on, which has not begun to pay.
        payment = replace(payment, refund_status=row.refund_status)
    shown, here = _standing(row), _standing(payment)
    if shown != here:
        words = f"The order shows its money as {shown}; it is {here}."
        yield facts.difference(Kind.ROW_BEHIND, words)


def _row_missing(facts: Facts) -> Iterator[Difference]:
    if facts.order is None and facts.payment:
        money = facts.kept + facts.payment.payment.authorized.amount
        if money > 0:
            words = f"An order that is not there has {facts.money(money)} of a customer."
            yield facts.difference(Kind.ROW_MISSING, words, amount=money)


def _stock(facts: Facts) -> Iterator[Difference]:
    if facts.is_over and facts.reservation is ReservationState.HELD:
        words = "The order has ended, and holds dishes and a place in the kitchen."
        yield facts.difference(Kind.STOCK_HELD, words)


def _standing(payment: OrderPayment) -> str:
    """All that a row shows of a payment."""
    sums = f"{payment.authorized} held, {payment.captured} taken, {payment.refunded} given back"
    return f"{payment.status.plain} ({sums}; refund {payment.refund_status})"


RULES = (_workflow, _row, _row_missing, _stock)
