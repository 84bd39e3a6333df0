"""The steps that come after hours of waiting."""

from uuid import uuid4

from tests.matrix.cells import NO_FACT, WEATHER, as_before
from tests.matrix.faults import Fault
from tests.matrix.lives import EATS, Life, nobody
from tests.matrix.outcomes import Cell, Proved, Step

COURIER = uuid4()
_FILE = "tests/matrix/test_long_waits.py"
_DELIVERY = "tests/workflows/test_delivery.py"
_REFUND = "tests/workflows/test_refund.py"

# The tries of more than a day, at first every minute and at last every hour.
_A_DAY = Life(people=nobody, purse={"refusals": 45})


def _cells(test: str, outcome: str, cancelled: Cell) -> dict[Fault, Cell]:
    weather: dict[Fault, Cell] = {
        fault: Proved(outcome, f"{_FILE}::{test}[{fault}]") for fault in WEATHER
    }
    return {
        Fault.FAILS_FOR_GOOD: NO_FACT,
        **weather,
        Fault.KILLED_BEFORE: as_before(weather[Fault.TIMES_OUT_WITHOUT_EFFECT]),
        Fault.KILLED_AFTER: as_before(weather[Fault.TIMES_OUT_WITH_EFFECT]),
        Fault.CANCELLED_MEANWHILE: cancelled,
    }


LAST_SEEN = Step(
    name="last_seen",
    title="When was the courier last seen?",
    activity="courier_last_seen",
    life=EATS,
    cells=_cells(
        "test_takes_it_back_from_who_is_silent",
        "taken back",
        Proved(
            "called off",
            f"{_DELIVERY}::TestTheEnd::test_comes_after_the_step_that_was_under_way",
        ),
    ),
)
REMIND = Step(
    name="remind",
    title="Remind somebody of a case",
    activity="remind_case",
    life=_A_DAY,
    cells=_cells(
        "test_reminds_somebody_and_goes_on",
        "goes on",
        Proved(
            "goes on", f"{_REFUND}::TestRefundWorkflow::test_is_not_ended_by_the_engines_cancel"
        ),
    ),
)
