import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from tests.support.builders import a_payment, usd


class TestOrderPayment:
    def test_begins_with_nothing(self) -> None:
        assert OrderPayment.pending("USD") == a_payment(PaymentStatus.PENDING)

    @pytest.mark.parametrize(
        ("captured", "refunded", "status"),
        [
            (0, 0, RefundStatus.NONE),
            (500, 0, RefundStatus.NONE),
            (500, 1, RefundStatus.PARTIAL),
            (500, 499, RefundStatus.PARTIAL),
            (500, 500, RefundStatus.FULL),
        ],
    )
    def test_tells_how_much_is_back(
        self, captured: int, refunded: int, status: RefundStatus
    ) -> None:
        payment = a_payment(PaymentStatus.CAPTURED, captured=captured, refunded=refunded)
        assert payment.refund_status is status

    @given(captured=st.integers(1, 10**9), share=st.floats(0, 1))
    def test_is_fully_back_only_when_nothing_is_kept(self, captured: int, share: float) -> None:
        payment = a_payment(
            PaymentStatus.CAPTURED, captured=captured, refunded=int(captured * share)
        )
        full = payment.refund_status is RefundStatus.FULL
        assert full == (payment.captured - payment.refunded == usd(0))
