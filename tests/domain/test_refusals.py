"""A refusal says why, and what is possible instead."""

import pytest

from domain.errors import TooLateToCancel
from domain.orders import OrderStatus
from domain.permissions import refusal, to_cancel


class TestRefusal:
    @pytest.mark.parametrize(
        ("status", "participle", "sentence"),
        [
            ("placed", "delayed", "The order is placed: it can't be delayed, but it can be "),
            ("ready", "delayed", "The order is ready: it can't be delayed, but support can cancel"),
            ("picked_up", "ready", "The order is picked up: it can't be ready, but support can "),
            ("delivered", "cancelled", "it can't be cancelled, but support can give money back."),
            ("payment_failed", "accepted", "The order is not paid: it can't be accepted, "),
        ],
    )
    def test_says_what_is_possible_instead(
        self, status: str, participle: str, sentence: str
    ) -> None:
        assert sentence in refusal(OrderStatus(status), participle)

    def test_says_what_the_order_is_about_to_end_as(self) -> None:
        assert (
            refusal(OrderStatus.CONFIRMED, "accepted", ending=OrderStatus.CANCELLED)
            == "The order ends as cancelled: it can't be accepted, but ordered again."
        )

    def test_never_offers_what_it_refuses(self) -> None:
        with pytest.raises(TooLateToCancel) as refused:
            to_cancel(OrderStatus.ACCEPTED, late=False, has_begun=True)
        assert str(refused.value) == (
            "The order is accepted: it can't be cancelled, but support can cancel it."
        )
