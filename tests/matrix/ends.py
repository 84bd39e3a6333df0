"""How orders end: with food, or with the undos."""

from tests.matrix import lives
from tests.matrix.cells import NO_FACT, S, moved, step
from tests.matrix.outcomes import (
    CARRIED_IN_VAIN,
    DELIVERED,
    Impossible,
    voided,
)
from tests.support.fakes import USED_UP

_REVERSED = Impossible("The customer has the food: only this workflow writes it, from picked up.")
STEPS = (
    moved(
        "write_delivered",
        S.DELIVERED,
        title="Write down: delivered",
        ends=DELIVERED,
        for_good=_REVERSED,
        cancelled=DELIVERED,
    ),
    step(
        "settle",
        "settle_payment",
        title="Divide the money",
        ends=DELIVERED,
        for_good=NO_FACT,
        cancelled=DELIVERED,
        is_awaited=True,
    ),
    step(
        "release",
        "release_stock",
        title="Undo: put the dishes back",
        life=lives.CANCELS_EARLY,
        ends=voided(),
        for_good=NO_FACT,
        cancelled=voided(),
        is_awaited=True,
    ),
    step(
        "void",
        "void_payment",
        title="Undo: release the hold",
        life=lives.CANCELS_EARLY,
        ends=voided(),
        fact=USED_UP,
        for_good=voided(),
        cancelled=voided(),
        is_awaited=True,
    ),
    moved(
        "write_end",
        S.CANCELLED,
        title="Write down: how it ended",
        life=lives.CANCELS_EARLY,
        ends=voided(),
        for_good=Impossible("Every status but a final one leads to cancelled."),
        cancelled=voided(),
    ),
    step(
        "pay_for_the_work",
        "settle_payment",
        title="Pay for what was cooked and carried in vain",
        life=lives.NOBODY_HOME,
        ends=CARRIED_IN_VAIN,
        for_good=NO_FACT,
        cancelled=CARRIED_IN_VAIN,
        is_awaited=True,
    ),
)
