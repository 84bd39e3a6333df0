import asyncio
from collections.abc import Iterator, Sequence
from uuid import uuid4

import pytest
import stamina
import structlog
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from adapters.kafka.codec import decode
from adapters.kafka.consumer import Received
from adapters.kafka.record import Record
from adapters.kafka.topics import PAYMENTS
from domain.errors import OrderNotFound
from domain.events.payments import PaymentEvent, PaymentEventType
from tests.support.events import a_payment_event, record_of
from workers.dealing import Dealer, Handler, Outcome

AWAY = OperationalError("SELECT 1", {}, ConnectionError("refused"))


class Effect:
    """Fails in these ways, one after another, and then works."""

    def __init__(self, failures: Sequence[Exception] = ()) -> None:
        self._failures = list(failures)
        self.attempts = 0

    async def __call__(self, _event: PaymentEvent) -> Outcome:
        self.attempts += 1
        if self._failures:
            raise self._failures.pop(0)
        return "done"


class Letters:
    """What was sent to the dead letters."""

    def __init__(self) -> None:
        self.sent: list[Record] = []

    async def send(self, record: Record) -> None:
        self.sent.append(record)

    def headers(self) -> dict[str, str]:
        [record] = self.sent
        return {name: value.decode() for name, value in record.headers}


@pytest.fixture
def letters() -> Letters:
    return Letters()


@pytest.fixture(autouse=True)
def _weather_without_pauses() -> Iterator[None]:
    with stamina.set_testing(testing=True, attempts=1_000):
        yield


def a_received(value: bytes | None = None) -> Received:
    record = record_of(a_payment_event(PaymentEventType.AUTHORIZED, uuid4()))
    if value is not None:
        record = Record(topic=record.topic, key=record.key, value=value, headers=record.headers)
    return Received(record=record, partition=3, offset=4_711)


async def deal(effect: Effect, letters: Letters, received: Received | None = None) -> None:
    handler = Handler(topic=PAYMENTS, effect=effect)
    dealer = Dealer("timeline", handlers=[handler], send=letters.send, pauses=(0, 0, 0, 0))
    await dealer.deal_with(received or a_received())


class TestDealer:
    async def test_tries_four_times_more_what_is_no_weather(self, letters: Letters) -> None:
        effect = Effect([OrderNotFound("There is no such order.")] * 4)
        await deal(effect, letters)
        assert (effect.attempts, letters.sent) == (5, [])

    async def test_buries_what_failed_five_times(self, letters: Letters) -> None:
        effect, received = Effect([OrderNotFound("There is no such order.")] * 9), a_received()
        await deal(effect, letters, received)

        headers = letters.headers()
        assert effect.attempts == 5
        assert headers.pop("dlt_first_failed_at") <= headers.pop("dlt_dead_at")
        assert headers == {
            "ce_id": dict(received.record.headers)["ce_id"].decode(),
            "dlt_reason": "OrderNotFound: There is no such order.",
            "dlt_topic": "payments.payments.v1",
            "dlt_partition": "3",
            "dlt_offset": "4711",
            "dlt_attempts": "5",
            "dlt_consumer": "timeline",
        }

    async def test_buries_at_once_what_nobody_can_read(self, letters: Letters) -> None:
        effect, received = Effect(), a_received(b"no event")
        await deal(effect, letters, received)

        [letter] = letters.sent
        assert effect.attempts == 0
        assert (letter.topic, letter.key, letter.value) == (
            "payments.payments.v1.dlt",
            received.record.key,
            b"no event",
        )
        assert letters.headers()["dlt_attempts"] == "1"
        assert "Not an event of payments.payments.v1" in letters.headers()["dlt_reason"]

    async def test_tells_whose_event_fails(self, letters: Letters) -> None:
        received = a_received()
        with capture_logs([structlog.contextvars.merge_contextvars]) as lines:
            await deal(Effect([ValueError("odd")] * 9), letters, received)
        event = decode(PAYMENTS, received.record.value)
        assert [line["event"] for line in lines] == ["event.failed"] * 5 + ["event.dead"]
        assert [line["attempt"] for line in lines[:-1]] == [1, 2, 3, 4, 5]
        for line in lines:
            assert line["key"] == line["aggregate_id"] == str(event.aggregate_id)
            assert (line["event_id"], line["type"]) == (str(event.event_id), event.type)
            assert line["correlation_id"] == event.correlation_id

    async def test_tells_the_key_of_what_nobody_can_read(self, letters: Letters) -> None:
        received = a_received(b"no event")
        with capture_logs() as lines:
            await deal(Effect(), letters, received)
        assert [line["event"] for line in lines] == ["event.failed", "event.dead"]
        assert {line["key"].encode() for line in lines} == {received.record.key}

    @pytest.mark.parametrize("weather", [AWAY, ConnectionResetError(), TimeoutError()])
    async def test_outlives_any_weather(self, weather: Exception, letters: Letters) -> None:
        effect = Effect([weather] * 50)
        await deal(effect, letters)
        assert (effect.attempts, letters.sent) == (51, [])

    async def test_does_not_count_weather_as_a_failure(self, letters: Letters) -> None:
        effect = Effect([*[AWAY] * 20, *[ValueError("odd")] * 4, *[AWAY] * 20])
        await deal(effect, letters)
        assert (effect.attempts, letters.sent) == (45, [])

    async def test_lets_others_go_on_while_it_waits_for_another_attempt(
        self, letters: Letters
    ) -> None:
        """More of them than may be at work at once."""
        failing = [a_received() for _ in range(20)]
        broken = {received.record.key for received in failing}
        fine = a_received()

        async def effect(event: PaymentEvent) -> Outcome:
            if str(event.aggregate_id).encode() in broken:
                raise ValueError
            return "done"

        handler = Handler(topic=PAYMENTS, effect=effect)
        dealer = Dealer("timeline", handlers=[handler], send=letters.send, pauses=(60,))
        waiting = [asyncio.create_task(dealer.deal_with(each)) for each in failing]
        try:
            async with asyncio.timeout(10):
                await dealer.deal_with(fine)
        finally:
            for each in waiting:
                each.cancel()

    async def test_has_no_more_at_work_than_there_are_connections(self, letters: Letters) -> None:
        at_work, most = 0, 0

        async def effect(event: PaymentEvent) -> Outcome:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0)
            at_work -= 1
            return "done"

        dealer = Dealer(
            "timeline", handlers=[Handler(topic=PAYMENTS, effect=effect)], send=letters.send
        )
        await asyncio.gather(*(dealer.deal_with(a_received()) for _ in range(40)))
        assert most == 8
