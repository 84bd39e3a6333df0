"""The failure matrix: every step and every effect of an order's life, and every fault of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from tests.matrix import ends, kitchen, placing, refunding, riding
from tests.matrix.effects import OTHERS, STRIPE
from tests.matrix.hand_overs import HAND_OVERS, WAITS
from tests.matrix.long_waits import LAST_SEEN, REMIND
from tests.matrix.outcomes import Row, Step

STEPS: tuple[Step, ...] = (
    *placing.STEPS,
    *kitchen.STEPS,
    *ends.STEPS,
    *refunding.STEPS,
    *riding.STEPS,
)


@dataclass(frozen=True)
class Section:
    title: str
    rows: Sequence[Row]


SECTIONS = (
    Section("The order: record, reserve, pay, confirm, notify", placing.STEPS),
    Section("The order: the kitchen, the money, the courier", kitchen.STEPS),
    Section("The order: its end, and its undos", ends.STEPS),
    Section("The refund", (*refunding.STEPS, REMIND)),
    Section("The delivery", (*riding.STEPS, LAST_SEEN)),
    Section("Waits for people", WAITS),
    Section("From one workflow to another", HAND_OVERS),
    Section("External effects: requests to Stripe", STRIPE),
    Section("External effects: commits, notifications, events", OTHERS),
)
