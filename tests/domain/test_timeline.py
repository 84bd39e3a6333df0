import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders import Actor, Cancellation, OrderStatus
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.timeline import Balance, balance_moved, order_moved, payment_moved, refund_told
from tests.support.builders import a_payment

PENDING = a_payment(PaymentStatus.PENDING)
HELD = a_payment(PaymentStatus.AUTHORIZED, authorized=500)
TAKEN = a_payment(PaymentStatus.CAPTURED, captured=500)
PART = a_payment(PaymentStatus.PARTIALLY_REFUNDED, captured=500, refunded=200)
BACK = a_payment(PaymentStatus.REFUNDED, captured=500, refunded=500)
VOIDED = a_payment(PaymentStatus.VOIDED)

BALANCES = st.builds(
    Balance,
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


class TestRefundTold:
    @pytest.mark.parametrize(
        ("before", "after", "events"),
        [
            (Balance(TAKEN, RefundStatus.NONE), Balance(TAKEN, RefundStatus.NONE), []),
            (
                Balance(TAKEN, RefundStatus.NONE),
                Balance(TAKEN, RefundStatus.PENDING),
                ["refund_pending"],
            ),
            (
                Balance(TAKEN, RefundStatus.PENDING),
                Balance(TAKEN, RefundStatus.DUE),
                ["refund_failed", "refund_due"],
            ),
            (
                Balance(BACK, RefundStatus.FULL),
                Balance(TAKEN, RefundStatus.DUE),
                ["refund_failed", "refund_due"],
            ),
            (Balance(TAKEN, RefundStatus.DUE), Balance(TAKEN, RefundStatus.DUE), ["refund_due"]),
            (
                Balance(TAKEN, RefundStatus.DUE),
                Balance(BACK, RefundStatus.FULL),
                ["refund_succeeded"],
            ),
            (
                Balance(HELD, RefundStatus.DUE),
                Balance(VOIDED, RefundStatus.NONE),
                ["refund_settled"],
            ),
        ],
    )
    def test_names_what_became_of_it(
        self, before: Balance, after: Balance, events: list[str]
    ) -> None:
        assert [happening.event for happening in refund_told(before, after)] == events

    def test_says_how_much_of_the_money_is_back(self) -> None:
        [said] = refund_told(
            Balance(TAKEN, RefundStatus.PENDING), Balance(PART, RefundStatus.PARTIAL)
        )
        assert said.detail == "2.00 USD of 5.00 USD has been given back."


class TestBalanceMoved:
    @given(balance=BALANCES)
    def test_says_nothing_where_nothing_moved(self, balance: Balance) -> None:
        assert balance_moved(balance, balance) == []

    @given(before=BALANCES, after=BALANCES)
    def test_says_something_where_the_refund_status_moved(
        self, before: Balance, after: Balance
    ) -> None:
        if before.refund_status is not after.refund_status:
            assert balance_moved(before, after)

    def test_says_the_capture_before_the_refund(self) -> None:
        said = balance_moved(Balance(HELD, RefundStatus.NONE), Balance(BACK, RefundStatus.FULL))
        assert [happening.event for happening in said] == ["payment_captured", "refund_succeeded"]
