from datetime import UTC, datetime, timedelta

import pytest
from aiokafka import ConsumerRecord

from adapters.kafka.consumer import Received
from adapters.kafka.dead_letters import (
    DeadLetter,
    Decision,
    Failure,
    LetterId,
    Resolution,
    bury,
    read,
    resolve,
)
from adapters.kafka.record import Record

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
RECEIVED = Received(
    record=Record(
        topic="ordering.orders.v1", key=b"key", value=b"\x00\xff", headers=(("ce_id", b"\xff1"),)
    ),
    partition=3,
    offset=4_711,
)
FAILURE = Failure(
    consumer="notifications",
    reason="ValueError: odd",
    attempts=5,
    first_failed_at=NOON,
    dead_at=NOON + timedelta(seconds=7),
)
ID = LetterId("ordering.orders.v1.dlt", 7)


def in_kafka(record: Record, offset: int = 7) -> ConsumerRecord[bytes, bytes]:
    return ConsumerRecord(
        topic=record.topic,
        partition=0,
        offset=offset,
        timestamp=0,
        timestamp_type=0,
        key=record.key,
        value=record.value,
        checksum=None,
        serialized_key_size=0,
        serialized_value_size=0,
        headers=record.headers,
    )


class TestDeadLetter:
    def test_is_the_record_as_it_came_with_what_happened_to_it(self) -> None:
        assert read(in_kafka(bury(RECEIVED, FAILURE))) == DeadLetter(
            id=ID, record=RECEIVED.record, partition=3, offset=4_711, failure=FAILURE
        )

    def test_keeps_nothing_of_an_earlier_death(self) -> None:
        """Somebody may have sent it on without taking our headers off."""
        dead = bury(RECEIVED, FAILURE)
        again = Received(
            record=Record(
                topic="ordering.orders.v1", key=dead.key, value=dead.value, headers=dead.headers
            ),
            partition=3,
            offset=4_712,
        )
        letter = read(in_kafka(bury(again, FAILURE)))
        assert isinstance(letter, DeadLetter)
        assert (letter.record, letter.offset) == (RECEIVED.record, 4_712)

    def test_has_no_reason_that_the_broker_would_refuse(self) -> None:
        long = Failure(
            consumer="notifications",
            reason="x" * 2_000_000,
            attempts=5,
            first_failed_at=NOON,
            dead_at=NOON,
        )
        assert sum(len(value) for _, value in bury(RECEIVED, long).headers) < 2_000


class TestResolution:
    @pytest.mark.parametrize(
        ("decision", "reason"), [(Decision.REPLAYED, ""), (Decision.DROPPED, "A test of ours.")]
    )
    def test_is_read_as_it_was_made(self, decision: Decision, reason: str) -> None:
        made = Resolution(letter=ID, decision=decision, reason=reason, by="ada", at=NOON)
        record = resolve(made)
        assert (record.topic, record.value) == ("ordering.orders.v1.dlt", b"")
        assert read(in_kafka(record)) == made

    @pytest.mark.parametrize(
        "headers",
        [(), (("resolves", b"nonsense"),), (("dlt_topic", b"ordering.orders.v1"),)],
    )
    def test_is_nothing_that_somebody_else_put_there(
        self, headers: tuple[tuple[str, bytes], ...]
    ) -> None:
        stray = Record(topic="ordering.orders.v1.dlt", key=None, value=b"", headers=headers)
        assert read(in_kafka(stray)) is None


class TestLetterId:
    def test_is_read_as_it_was_written(self) -> None:
        assert LetterId.parse(str(ID)) == ID

    @pytest.mark.parametrize("text", ["", "7", "ordering.orders.v1.dlt", "ordering@x", "@"])
    def test_refuses_anything_else(self, text: str) -> None:
        with pytest.raises(ValueError, match="no id of a letter"):
            LetterId.parse(text)
