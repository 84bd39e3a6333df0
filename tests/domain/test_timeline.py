from datetime import UTC, datetime
from uuid import uuid4

import pytest

from domain.deliveries import DeliveryCode, DeliveryState
from domain.events.deliveries import DeliveryEventType
from domain.events.payments import DisputeTold, PaymentEventType
from domain.orders import Actor, Cancellation, OrderStatus, Revision
from domain.timeline import (
    delayed,
    delivery_happening,
    lines_dropped,
    order_moved,
    payment_happening,
)
from tests.support.builders import a_line, a_quote, usd
from tests.support.events import a_delivery_event, a_payment_event

NOBODYS_NEWS = (PaymentEventType.STARTED, PaymentEventType.SETTLED)


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

    def test_says_where_support_gives_the_kitchen_more_time(self) -> None:
        said = delayed(5, None, by=Actor.SUPPORT)
        assert said.actor is Actor.SUPPORT
        assert said.detail == "Support gives the restaurant 5 minutes more to answer."


class TestPaymentHappening:
    @pytest.mark.parametrize(
        "type_", [each for each in PaymentEventType if each not in NOBODYS_NEWS]
    )
    def test_has_a_sentence_for_everything_that_became_of_the_money(
        self, type_: PaymentEventType
    ) -> None:
        dispute = DisputeTold(dispute_id="dp_1", amount=usd(900), reason="fraudulent", due_by=None)
        happening = payment_happening(a_payment_event(type_, uuid4(), dispute=dispute))
        assert happening is not None
        assert (happening.event, happening.actor) == (type_, Actor.SYSTEM)
        assert happening.detail.endswith(".")

    @pytest.mark.parametrize("type_", NOBODYS_NEWS)
    def test_leaves_out_what_is_nobodys_news(self, type_: PaymentEventType) -> None:
        assert payment_happening(a_payment_event(type_, uuid4())) is None

    @pytest.mark.parametrize(
        ("type_", "sum_"),
        [
            (PaymentEventType.AUTHORIZED, "23.00 USD"),
            (PaymentEventType.CAPTURED, "23.00 USD"),
            (PaymentEventType.DISPUTE_LOST, "9.00 USD"),
        ],
    )
    def test_names_the_sum(self, type_: PaymentEventType, sum_: str) -> None:
        dispute = DisputeTold(dispute_id="dp_1", amount=usd(900), reason="fraudulent", due_by=None)
        happening = payment_happening(a_payment_event(type_, uuid4(), dispute=dispute))
        assert happening is not None
        assert sum_ in happening.detail


class TestDeliveryHappening:
    @pytest.mark.parametrize(
        ("type_", "lost", "said"),
        [
            (DeliveryEventType.ASSIGNED, False, ("courier_assigned", Actor.COURIER)),
            (DeliveryEventType.RELEASED, False, ("courier_released", Actor.COURIER)),
            (DeliveryEventType.RELEASED, True, ("courier_released", Actor.SYSTEM)),
        ],
    )
    def test_says_who_comes_and_who_does_not(
        self, type_: DeliveryEventType, *, lost: bool, said: tuple[str, Actor]
    ) -> None:
        happening = delivery_happening(a_delivery_event(type_, uuid4(), lost=lost))
        assert happening is not None
        assert (happening.event, happening.actor) == said

    @pytest.mark.parametrize(
        "code",
        [DeliveryCode.NO_COURIER, DeliveryCode.COURIER_LOST, DeliveryCode.DELIVERY_FAILED],
    )
    def test_says_why_the_food_does_not_arrive(self, code: DeliveryCode) -> None:
        event = a_delivery_event(
            DeliveryEventType.FAILED, uuid4(), state=DeliveryState.FAILED, code=code
        )
        happening = delivery_happening(event)
        assert happening is not None
        assert happening.event == "delivery_failed"

    @pytest.mark.parametrize(
        "type_",
        [
            DeliveryEventType.OFFERED,
            DeliveryEventType.PICKED_UP,
            DeliveryEventType.DELIVERED,
            DeliveryEventType.CANCELLED,
        ],
    )
    def test_leaves_to_the_order_what_it_says_itself(self, type_: DeliveryEventType) -> None:
        assert delivery_happening(a_delivery_event(type_, uuid4())) is None
