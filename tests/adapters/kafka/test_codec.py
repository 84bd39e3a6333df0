from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kafka.codec import Undecodable, decode, encode
from domain.events import OrderEvent, OrderEventType
from domain.money import EXPONENTS, Money
from protos.ordering.v1 import events_pb2

PROMISES = {OrderEventType.ACCEPTED, OrderEventType.DELAYED}
CARRIED = {
    OrderEventType.COURIER_RELEASED,
    OrderEventType.PICKED_UP,
    OrderEventType.DELIVERED,
    OrderEventType.CANCELLED,
}
ENDS = {OrderEventType.REJECTED, OrderEventType.CANCELLED, OrderEventType.PAYMENT_FAILED}

moments = st.datetimes(timezones=st.just(UTC))
monies = st.builds(
    Money, st.integers(min_value=0, max_value=2**63 - 1), st.sampled_from(sorted(EXPONENTS))
)


def events_of(type_: OrderEventType) -> st.SearchStrategy[OrderEvent]:
    return st.builds(
        OrderEvent,
        event_id=st.uuids(),
        type=st.just(type_),
        occurred_at=moments,
        order_id=st.uuids(),
        aggregate_version=st.integers(min_value=1, max_value=2**63 - 1),
        correlation_id=st.text(),
        customer_id=st.uuids(),
        restaurant_id=st.uuids(),
        total=monies,
        refunded=monies,
        code=st.text(min_size=1) if type_ in ENDS else st.none(),
        ready_by=st.none() | moments if type_ in PROMISES else st.none(),
        courier_id=st.none() | st.uuids() if type_ in CARRIED else st.none(),
    )


def an_event() -> OrderEvent:
    return OrderEvent(
        event_id=uuid4(),
        type=OrderEventType.PLACED,
        occurred_at=datetime(2026, 11, 5, 18, 30, tzinfo=UTC),
        order_id=UUID(int=7),
        aggregate_version=1,
        correlation_id="req-1",
        customer_id=uuid4(),
        restaurant_id=uuid4(),
        total=Money(4120, "EUR"),
        refunded=Money(0, "EUR"),
    )


class TestCodec:
    @given(st.sampled_from(OrderEventType).flatmap(events_of))
    def test_gives_back_the_event_it_was_given(self, event: OrderEvent) -> None:
        assert decode(encode(event)) == event

    def test_names_the_type_in_the_envelope(self) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_event()))

        assert message.event_type == message.WhichOneof("change") == "order_placed"


class TestDecode:
    @given(st.binary())
    def test_refuses_any_bytes_that_are_no_event(self, value: bytes) -> None:
        with pytest.raises(Undecodable):
            decode(value)

    def test_names_a_type_it_does_not_know(self) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_event()))
        message.ClearField("change")
        message.event_type = "order_teleported"

        with pytest.raises(Undecodable, match="order_teleported"):
            decode(message.SerializeToString())

    def test_refuses_an_event_without_its_order(self) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_event()))
        message.aggregate_id = ""

        with pytest.raises(Undecodable):
            decode(message.SerializeToString())

    def test_refuses_money_of_no_currency(self) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_event()))
        message.total.currency = "XXX"

        with pytest.raises(Undecodable, match="XXX"):
            decode(message.SerializeToString())
