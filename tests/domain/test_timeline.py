from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders import Actor, Cancellation, OrderStatus, Revision
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.timeline import (
    balance_moved,
    courier_moved,
    delayed,
    lines_dropped,
    order_moved,
    payment_moved,
)
from tests.support.builders import a_line, a_payment, a_quote

PENDING = a_payment(PaymentStatus.PENDING)
HELD = a_payment(PaymentStatus.AUTHORIZED, authorized=500)
TAKEN = a_payment(PaymentStatus.CAPTURED, captured=500)
PART = a_payment(PaymentStatus.PARTIALLY_REFUNDED, captured=500, refunded=200)
BACK = a_payment(PaymentStatus.REFUNDED, captured=500, refunded=500)
VOIDED = a_payment(PaymentStatus.VOIDED)


def owed(payment: OrderPayment, refund_status: RefundStatus) -> OrderPayment:
    return replace(payment, refund_status=refund_status)


BALANCES = st.builds(
    owed,
    st.sampled_from([PENDING, HELD, TAKEN, PART, BACK, VOIDED]),
    st.sampled_from(RefundStatus),
)


class TestOrderMoved:
    @pytest.mark.parametrize("status", OrderStatus)
    def test_has_a_sentence_for_every_status(self, status: OrderStatus) -> None:
        happening = order_moved(status, actor=Actor.SYSTEM)
        assert happening.event == f"order_{status}"
        assert happening.detail.endswith(".")

    def test_gives_the_reason_of_an_end(self) -> None:
        why = Cancellation(by=Actor.RESTAURANT, code="oven", reason="The oven broke.")
        happening = order_moved(OrderStatus.REJECTED, actor=Actor.RESTAURANT, cancellation=why)
        assert happening.detail == "The oven broke."


class TestPaymentMoved:
    @pytest.mark.parametrize(
        ("before", "after", "events"),
        [
            (PENDING, PENDING, []),
            (PENDING, a_payment(PaymentStatus.REQUIRES_ACTION), ["payment_requires_action"]),
            (PENDING, HELD, ["payment_authorized"]),
            (PENDING, a_payment(PaymentStatus.FAILED), ["payment_failed"]),
            (HELD, TAKEN, ["payment_captured"]),
            (HELD, VOIDED, ["payment_voided"]),
            # Captured and given back between two looks: both happened.
            (HELD, BACK, ["payment_captured"]),
            (TAKEN, BACK, []),
        ],
    )
    def test_names_what_happened(
        self, before: OrderPayment, after: OrderPayment, events: list[str]
    ) -> None:
        assert [happening.event for happening in payment_moved(before, after)] == events


class TestRefundMoved:
    @pytest.mark.parametrize(
        ("before", "after", "events"),
        [
            (owed(TAKEN, RefundStatus.NONE), owed(TAKEN, RefundStatus.NONE), []),
            (
                owed(TAKEN, RefundStatus.NONE),
                owed(TAKEN, RefundStatus.PENDING),
                ["refund_pending"],
            ),
            (
                owed(TAKEN, RefundStatus.PENDING),
                owed(TAKEN, RefundStatus.DUE),
                ["refund_failed", "refund_due"],
            ),
            (
                owed(BACK, RefundStatus.FULL),
                owed(TAKEN, RefundStatus.DUE),
                ["refund_failed", "refund_due"],
            ),
            (owed(BACK, RefundStatus.FULL), owed(TAKEN, RefundStatus.NONE), ["refund_failed"]),
            (
                owed(BACK, RefundStatus.FULL),
                owed(PART, RefundStatus.PARTIAL),
                ["refund_failed", "refund_succeeded"],
            ),
            (owed(TAKEN, RefundStatus.DUE), owed(TAKEN, RefundStatus.DUE), []),
            (
                owed(TAKEN, RefundStatus.DUE),
                owed(BACK, RefundStatus.FULL),
                ["refund_succeeded"],
            ),
            (
                owed(HELD, RefundStatus.DUE),
                owed(VOIDED, RefundStatus.NONE),
                ["payment_voided", "refund_settled"],
            ),
        ],
    )
    def test_names_what_became_of_it(
        self, before: OrderPayment, after: OrderPayment, events: list[str]
    ) -> None:
        assert [happening.event for happening in balance_moved(before, after)] == events

    def test_says_how_much_of_the_money_is_back(self) -> None:
        [said] = balance_moved(owed(TAKEN, RefundStatus.PENDING), owed(PART, RefundStatus.PARTIAL))
        assert said.detail == "2.00 USD of 5.00 USD has been given back."


class TestBalanceMoved:
    @given(balance=BALANCES)
    def test_says_nothing_where_nothing_moved(self, balance: OrderPayment) -> None:
        assert balance_moved(balance, balance) == []

    @given(before=BALANCES, after=BALANCES)
    def test_says_something_where_the_refund_status_moved(
        self, before: OrderPayment, after: OrderPayment
    ) -> None:
        if before.refund_status is not after.refund_status:
            assert balance_moved(before, after)

    def test_says_the_capture_before_the_refund(self) -> None:
        said = balance_moved(owed(HELD, RefundStatus.NONE), owed(BACK, RefundStatus.FULL))
        assert [happening.event for happening in said] == ["payment_captured", "refund_succeeded"]


class TestWhatHappensOnTheWay:
    def test_names_what_was_dropped_and_what_is_left_to_pay(self) -> None:
        lines = [a_line(name="Burrata", unavailable=True), a_line(name="Margherita")]
        said = lines_dropped(Revision(lines=lines, quote=a_quote(1_300)))
        assert said.detail == "Not available any more: Burrata. The order now costs 13.00 USD."

    @pytest.mark.parametrize(
        ("ready_by", "what"), [(None, "answer"), (datetime(2026, 1, 1, tzinfo=UTC), "cook")]
    )
    def test_says_what_the_kitchen_needs_longer_for(
        self, ready_by: datetime | None, what: str
    ) -> None:
        assert delayed(5, ready_by).detail == f"The restaurant needs 5 minutes more to {what}."

    def test_says_that_a_courier_comes_or_gave_it_back(self) -> None:
        events = [courier_moved(courier_id).event for courier_id in (uuid4(), None)]
        assert events == ["courier_assigned", "courier_released"]
