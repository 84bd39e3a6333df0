"""The cells that most steps have, so that a row says only what is special about it."""

from collections.abc import Callable
from typing import Any

from domain import errors
from domain.deliveries import DeliveryState
from domain.notifications import NotificationType
from domain.orders import OrderStatus
from tests.matrix import lives
from tests.matrix.faults import Fault
from tests.matrix.outcomes import (
    Cell,
    Ends,
    Impossible,
    Proved,
    Step,
)

S = OrderStatus

# No step of ours is refused by its row; one that were would be a bug, and be undone all the same.
BROKEN = errors.IllegalTransition("It can't.")
NO_FACT = Impossible("It raises no fact, and is tried again until it works.")


_STEPS = "tests/matrix/test_steps.py::TestOrder::test_ends_as_the_table_says"
_CRASHES = "tests/e2e/test_crash_points.py::TestCrashPoint::test_ends_as_if_nothing_had_happened"


WEATHER = (
    Fault.FAILS_TWICE,
    Fault.TIMES_OUT_WITHOUT_EFFECT,
    Fault.TIMES_OUT_WITH_EFFECT,
    Fault.ANSWERS_LATE,
)


def here(name: str, fault: Fault) -> str:
    """The test of a cell of a step."""
    return f"{_STEPS}[{name}-{fault}]"


def crash_points(name: str) -> dict[Fault, Cell]:
    """By the real workers and the real stack."""
    return {
        fault: Proved("goes on", f"{_CRASHES}[{name}-{when}]")
        for fault, when in ((Fault.KILLED_BEFORE, "before"), (Fault.KILLED_AFTER, "after"))
    }


def as_before(timed_out: Cell) -> Cell:
    """To the engine a worker that was killed is a try without an answer."""
    assert isinstance(timed_out, Proved)
    return Proved("as a try that times out", timed_out.test)


def _as_timed_out(name: str) -> dict[Fault, Cell]:
    without = here(name, Fault.TIMES_OUT_WITHOUT_EFFECT)
    with_ = here(name, Fault.TIMES_OUT_WITH_EFFECT)
    return {
        Fault.KILLED_BEFORE: as_before(Proved("", without)),
        Fault.KILLED_AFTER: as_before(Proved("", with_)),
    }


def step(
    name: str, activity: str, *, ends: Ends, for_good: Cell, cancelled: Cell, **given: Any
) -> Step:
    """Weather changes nothing: the order `ends` as it would have."""
    point = given.pop("crash_point", activity)
    killed = crash_points(point) if point else _as_timed_out(name)
    cells: dict[Fault, Cell] = {
        Fault.FAILS_FOR_GOOD: for_good,
        **dict.fromkeys(WEATHER, ends),
        **killed,
        Fault.CANCELLED_MEANWHILE: cancelled,
    }
    defaults: dict[str, Any] = {"life": lives.EATS}
    return Step(name=name, activity=activity, cells=cells, **(defaults | given))


def reaching(status: OrderStatus) -> Callable[[Any], bool]:
    return lambda command: command.status is status


def becoming(state: DeliveryState) -> Callable[[Any], bool]:
    return lambda command: command.state is state


def keyed(end: str) -> Callable[[Any], bool]:
    return lambda command: command.key.endswith(f":{end}")


def telling(type_: NotificationType) -> Callable[[Any], bool]:
    return lambda command: any(each.type is type_ for each in command.notifications)


def again(command: Any) -> bool:
    return bool(command.again)


def moved(name: str, status: OrderStatus, **given: Any) -> Step:
    """A write of the order's status: awaited, because a row is not undone."""
    return step(
        name,
        "advance_order",
        concerns=reaching(status),
        crash_point=f"advance_order-{status}",
        fact=BROKEN,
        is_awaited=True,
        **given,
    )
