from datetime import UTC, datetime

import pytest

from domain.orders import Actor, Cancellation, OrderStatus, Revision
from domain.timeline import delayed, lines_dropped, order_moved
from tests.support.builders import a_line, a_quote


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
