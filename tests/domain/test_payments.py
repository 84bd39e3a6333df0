from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from tests.support.builders import a_payment


class TestOrderPayment:
    def test_begins_with_nothing_in_a_version_that_every_other_replaces(self) -> None:
        pending = OrderPayment.pending("USD")
        assert pending == a_payment(PaymentStatus.PENDING, version=0)
        assert pending.refund_status is RefundStatus.NONE
