from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.postgres.outbox_reader import OutboxRecord
from workers.held_up import HeldUp

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def a_record(aggregate: str, *, age: timedelta) -> OutboxRecord:
    return OutboxRecord(
        id=uuid4(),
        aggregatetype="order",
        aggregateid=aggregate,
        type="order_placed",
        payload=b"",
        headers={},
        created_at=NOW - age,
    )


class TestHeldUp:
    @pytest.mark.parametrize(
        ("age", "seconds"),
        [(-5, 1), (0, 1), (20, 20), (3_600, 60)],
    )
    def test_holds_for_as_long_as_the_event_has_waited_within_bounds(
        self, age: int, seconds: int
    ) -> None:
        held = HeldUp()

        waits = held.hold(a_record("a", age=timedelta(seconds=age)), now=NOW)

        assert waits == seconds
        assert held.ids() == ["a"]

    def test_lets_each_go_when_its_time_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        clock = 100.0
        monkeypatch.setattr("workers.held_up.monotonic", lambda: clock)
        held = HeldUp()
        held.hold(a_record("short", age=timedelta()), now=NOW)
        held.hold(a_record("long", age=timedelta(hours=1)), now=NOW)

        clock += 2

        assert held.ids() == ["long"]
        clock += 60
        assert held.ids() == []
