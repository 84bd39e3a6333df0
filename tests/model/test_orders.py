"""Customers, kitchens, couriers, banks and clocks do anything in any order: the money agrees.

Each run is drawn, played with the real workflows and activities on real servers, and compared
with a model; at its end all clocks jump until nothing runs any more, and every witness of every
order has to say the same. `make soak` plays more of them, and others each time.
"""

import os
import random
import sys
import time

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import run_state_machine_as_test

from tests.model.laboratory import Laboratory
from tests.model.machine import OrdersMachine
from tests.model.planted import BUGS
from tests.model.run import Violation

_RUNS = 200
_STEPS = 12


# Of the seeded runs: any number will do, another one plays other runs.
_SEED = 4
_SEED_OF_BUGS = 1


@pytest.mark.timeout(0)
def test_whatever_happens_the_money_agrees(
    laboratory: Laboratory, capsys: pytest.CaptureFixture[str]
) -> None:
    soak = os.environ.get("RUNS")
    number = random.SystemRandom().randrange(10**9) if soak else _SEED
    number = int(os.environ.get("SEED", number))
    began = time.monotonic()
    machine = _machine(laboratory, number)
    try:
        run_state_machine_as_test(machine, settings=_bounded(int(soak or _RUNS)))
    finally:
        took = time.monotonic() - began
        counts = f"{machine.runs} runs, {machine.placed} orders, {machine.steps} steps"
        counts += f", {machine.discarded} of the runs cut short by the server"
        with capsys.disabled():
            sys.stdout.write(f"\nmodel: {counts}, {took:.0f} s, SEED={number}\n")


@pytest.mark.timeout(300)
@pytest.mark.parametrize("bug", BUGS)
def test_a_planted_bug_is_found(
    laboratory: Laboratory, monkeypatch: pytest.MonkeyPatch, bug: str
) -> None:
    monkeypatch.setattr(*BUGS[bug])
    machine = _machine(laboratory, _SEED_OF_BUGS)
    # Hypothesis plays a violation again. It may come at another step then, or not at all.
    with pytest.raises((Violation, Flaky)):
        run_state_machine_as_test(machine, settings=_bounded(_RUNS, Phase.generate))
    assert machine.violations > 0


def _machine(own: Laboratory, number: int) -> type[OrdersMachine]:
    class Machine(OrdersMachine):
        """With counts of its own."""

        laboratory = own

    return seed(number)(Machine)


def _bounded(runs: int, *phases: Phase) -> settings:
    return settings(
        max_examples=runs,
        stateful_step_count=_STEPS,
        database=None,
        deadline=None,
        phases=phases or (Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
    )
