import json
from uuid import uuid4

import pytest

from adapters.kafka.codec import Undecodable, encode
from adapters.kafka.readable import as_hex, as_json
from adapters.kafka.topics import ORDERS, PAYMENTS
from domain.events.payments import PaymentEventType
from protos.ordering.v1 import events_pb2
from tests.support.events import a_payment_event


class TestAsJson:
    def test_says_what_the_event_says(self) -> None:
        event = a_payment_event(PaymentEventType.AUTHORIZED, uuid4())
        told = json.loads(as_json(PAYMENTS, encode(event)))
        assert told["event_type"] == "payment_authorized"
        assert told["payment"]["authorized"] == {"amount": "2300", "currency": "USD"}

    def test_knows_also_what_is_newer_than_we_are(self) -> None:
        newer = events_pb2.OrderEvent(event_id="1", event_type="order_reheated")
        told = json.loads(as_json(ORDERS, newer.SerializeToString()))
        assert told == {"event_id": "1", "event_type": "order_reheated"}

    @pytest.mark.parametrize("value", [b"", b"no event", b"\xff" * 40])
    def test_refuses_what_is_no_event(self, value: bytes) -> None:
        with pytest.raises(Undecodable):
            as_json(ORDERS, value)


class TestAsHex:
    def test_shows_bytes_and_the_text_in_them(self) -> None:
        assert as_hex(b"no event\x00\xff, really") == (
            "00000000  6e 6f 20 65 76 65 6e 74 00 ff 2c 20 72 65 61 6c  no event.., real\n"
            "00000010  6c 79                                            ly"
        )

    def test_ends_after_a_kilobyte(self) -> None:
        lines = as_hex(b"x" * 2_000).splitlines()
        assert (len(lines), lines[-1]) == (65, "… and 976 bytes more")
