from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from adapters.postgres.outbox_reader import OutboxRecord
from workers.held_up import HeldUp


def a_record(aggregate: str, *, age: timedelta) -> OutboxRecord:
    return OutboxRecord(
        id=uuid4(),
        aggregatetype="order",
        aggregateid=aggregate,
        type="order_placed",
        payload=b"",
        headers={},
        created_at=datetime.now(UTC) - age,
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

        waits = held.hold(a_record("a", age=timedelta(seconds=age)))

        assert waits == pytest.approx(seconds, abs=10 if age == 20 else 0)
        assert held.ids() == ["a"]

    def test_lets_each_go_when_its_time_is_over(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = 100.0
        monkeypatch.setattr("workers.held_up.monotonic", lambda: now)
        held = HeldUp()
        held.hold(a_record("short", age=timedelta()))
        held.hold(a_record("long", age=timedelta(hours=1)))

        now += 2

        assert held.ids() == ["long"]
        now += 60
        assert held.ids() == []
