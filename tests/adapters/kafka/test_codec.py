from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.kafka.codec import Undecodable, decode, encode
from adapters.kafka.topics import ORDERS, TOPICS, EventTopic
from domain.events.envelope import Event
from domain.events.orders import OrderEventType
from domain.money import EXPONENTS, Money
from protos.ordering.v1 import events_pb2
from tests.support.builders import an_order_event

# What protobuf can hold, and nothing that it can't tell from nothing.
NUMBERS = st.integers(min_value=0, max_value=2**63 - 1)
PLAIN: dict[object, st.SearchStrategy[object]] = {
    int: NUMBERS,
    float: st.floats(allow_nan=False),
    str: st.text(min_size=1),
    datetime: st.datetimes(timezones=st.just(UTC)),
    Money: st.builds(Money, NUMBERS, st.sampled_from(sorted(EXPONENTS))),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    if hint in PLAIN:
        return PLAIN[hint]
    if get_origin(hint) is tuple:
        return st.lists(values_of(get_args(hint)[0]), max_size=3).map(tuple)
    if NoneType in get_args(hint):
        return st.none() | values_of(get_args(hint)[0])
    if isinstance(hint, type) and is_dataclass(hint):
        hints = get_type_hints(hint)
        return st.builds(hint, **{name: values_of(each) for name, each in hints.items()})
    return st.from_type(hint)


@st.composite
def events_of(draw: st.DrawFn, topic: EventTopic[Event]) -> Event:
    """Of any type, with what that type has to say besides the state."""
    hints = get_type_hints(topic.event)
    type_ = draw(st.sampled_from(list(hints["type"])))
    said: Any = topic.message.DESCRIPTOR.fields_by_name
    change = said[type_].message_type.fields_by_name
    values = {
        name: draw(values_of(hint))
        for name, hint in hints.items()
        if name != "type" and (name in said or name in change)
    }
    return topic.event(type=type_, **values)


class TestCodec:
    @given(
        st.sampled_from(TOPICS).flatmap(lambda topic: st.tuples(st.just(topic), events_of(topic)))
    )
    def test_gives_back_the_event_it_was_given(
        self, drawn: tuple[EventTopic[Event], Event]
    ) -> None:
        topic, event = drawn

        assert decode(topic, encode(event)) == event

    def test_names_the_type_in_the_envelope(self) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_order_event(OrderEventType.PLACED)))

        assert message.event_type == message.WhichOneof("change") == "order_placed"


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
class TestContract:
    def test_begins_with_the_same_envelope_everywhere(self, topic: EventTopic[Event]) -> None:
        envelope = {each.name: each.number for each in topic.message.DESCRIPTOR.fields[:6]}

        assert envelope == {
            "event_id": 1,
            "event_type": 2,
            "occurred_at": 3,
            "aggregate_id": 4,
            "aggregate_version": 5,
            "correlation_id": 6,
        }

    def test_has_a_message_for_every_type_and_no_other(self, topic: EventTopic[Event]) -> None:
        [change] = topic.message.DESCRIPTOR.oneofs

        types = get_type_hints(topic.event)["type"]
        assert [each.name for each in change.fields] == [*types]

    def test_says_all_that_the_event_says_and_nothing_else(self, topic: EventTopic[Event]) -> None:
        descriptor: Any = topic.message.DESCRIPTOR
        [change] = descriptor.oneofs
        changes = [each.message_type.fields for each in change.fields]
        said = {each.name for each in descriptor.fields if each.containing_oneof is None}
        said |= {each.name for of_change in changes for each in of_change}

        assert said - {"event_type"} == {each.name for each in fields(topic.event)} - {"type"}


class TestDecode:
    @pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)
    @given(value=st.binary())
    def test_refuses_any_bytes_that_are_no_event(
        self, topic: EventTopic[Event], value: bytes
    ) -> None:
        with pytest.raises(Undecodable, match=topic.name):
            decode(topic, value)

    def test_names_a_type_it_does_not_know(self) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_order_event(OrderEventType.PLACED)))
        message.ClearField("change")
        message.event_type = "order_teleported"

        with pytest.raises(Undecodable, match="order_teleported"):
            decode(ORDERS, message.SerializeToString())

    @pytest.mark.parametrize(
        ("missing", "named"),
        [
            ("aggregate_id", "UUID"),
            ("order", "order is missing"),
            ("occurred_at", "occurred_at is missing"),
        ],
    )
    def test_refuses_an_event_that_lacks_something(self, missing: str, named: str) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_order_event(OrderEventType.PLACED)))
        message.ClearField(missing)

        with pytest.raises(Undecodable, match=named):
            decode(ORDERS, message.SerializeToString())

    def test_refuses_money_of_no_currency(self) -> None:
        message = events_pb2.OrderEvent.FromString(encode(an_order_event(OrderEventType.PLACED)))
        message.order.total.currency = "XXX"

        with pytest.raises(Undecodable, match="XXX"):
            decode(ORDERS, message.SerializeToString())
