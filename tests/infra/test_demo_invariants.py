"""Every invariant of the demo holds for good facts, and fails for those that break it."""

from dataclasses import replace

import pytest

from domain.money import Money
from domain.orders import OrderStatus
from infra.demo.invariants import INVARIANTS, Facts, OrderFacts, Portions, check
from infra.demo.orders import OrderView
from infra.demo.sandbox import Balance, Entry, balance
from infra.stripe_sandbox.ledger import Movement

PLACED, RESERVED, CONFIRMED = OrderStatus.PLACED, OrderStatus.RESERVED, OrderStatus.CONFIRMED
ACCEPTED, CANCELLED, REJECTED = OrderStatus.ACCEPTED, OrderStatus.CANCELLED, OrderStatus.REJECTED
AUTHORIZED, CAPTURED, VOIDED = Movement.AUTHORIZED, Movement.CAPTURED, Movement.VOIDED
REFUNDED, REFUND_FAILED = Movement.REFUNDED, Movement.REFUND_FAILED


def ledger(*movements: tuple[Movement, int]) -> list[Entry]:
    return [Entry(sequence, kind, amount) for sequence, (kind, amount) in enumerate(movements)]


def an_order(*statuses: OrderStatus, entries: list[Entry]) -> OrderFacts:
    """An order of 1000 that REST and the ledger agree about."""
    money = balance(entries)
    view = OrderView(
        id="an order",
        status=statuses[-1],
        total=Money(1000, "ETB"),
        held=money.held,
        taken=money.taken,
        given_back=money.given_back,
        why=None,
    )
    return OrderFacts(view=view, entries=entries, statuses=statuses)


HELD_AND_TAKEN = ledger((AUTHORIZED, 1000), (CAPTURED, 1000))
SERVED = an_order(PLACED, RESERVED, CONFIRMED, ACCEPTED, entries=HELD_AND_TAKEN)
WAITING = an_order(PLACED, RESERVED, CONFIRMED, entries=ledger((AUTHORIZED, 1000)))
VOID = an_order(
    *(PLACED, RESERVED, CONFIRMED, REJECTED), entries=ledger((AUTHORIZED, 1000), (VOIDED, 1000))
)
REPAID = an_order(
    *(PLACED, RESERVED, CONFIRMED, ACCEPTED, CANCELLED),
    entries=[*HELD_AND_TAKEN, Entry(2, REFUNDED, 1000)],
)
WITH_A_FEE = an_order(*REPAID.statuses, entries=[*HELD_AND_TAKEN, Entry(2, REFUNDED, 700)])
WITH_A_FEE = replace(WITH_A_FEE, view=replace(WITH_A_FEE.view, kept=300))
MENU = {"a dish": Portions(dish="Kitfo", left=40, held=2)}
GOOD = Facts(
    orders=[SERVED, WAITING, VOID, REPAID, WITH_A_FEE],
    lost=[],
    before=MENU,
    after={"a dish": Portions(dish="Kitfo", left=37, held=5)},
)


def only(order: OrderFacts) -> Facts:
    return replace(GOOD, orders=[order])


def stepping(*statuses: OrderStatus) -> Facts:
    """A served order with another timeline."""
    return only(replace(SERVED, statuses=statuses))


BROKEN = {
    "acknowledged, and not there": (
        "No order is lost that was acknowledged",
        replace(GOOD, lost=["an order"]),
    ),
    "held twice": (
        "No order is charged twice",
        only(
            an_order(
                *SERVED.statuses,
                entries=ledger((AUTHORIZED, 1000), (VOIDED, 1000)) + HELD_AND_TAKEN,
            )
        ),
    ),
    "captured twice": (
        "No order is charged twice",
        only(
            an_order(
                *SERVED.statuses,
                entries=ledger((AUTHORIZED, 1000), (CAPTURED, 400), (CAPTURED, 600)),
            )
        ),
    ),
    "served for nothing": (
        "Paid is what was agreed: the price of food that comes, else nothing or a fee",
        only(an_order(*SERVED.statuses, entries=[])),
    ),
    "cancelled and kept half": (
        "Paid is what was agreed: the price of food that comes, else nothing or a fee",
        only(an_order(*REPAID.statuses, entries=[*HELD_AND_TAKEN, Entry(2, REFUNDED, 500)])),
    ),
    "cancelled and kept more than the fee": (
        "Paid is what was agreed: the price of food that comes, else nothing or a fee",
        only(replace(WITH_A_FEE, view=replace(WITH_A_FEE.view, kept=200))),
    ),
    "a refund that failed": (
        "Paid is what was agreed: the price of food that comes, else nothing or a fee",
        only(an_order(*REPAID.statuses, entries=[*REPAID.entries, Entry(3, REFUND_FAILED, 1000)])),
    ),
    "rejected and still held": (
        "Nothing is held for an order that is paid or has ended",
        only(an_order(*VOID.statuses, entries=ledger((AUTHORIZED, 1000)))),
    ),
    "refunded before it was taken": (
        "No more was ever given back than was taken",
        only(
            an_order(
                *REPAID.statuses,
                entries=ledger((AUTHORIZED, 1000), (REFUNDED, 1000), (CAPTURED, 1000)),
            )
        ),
    ),
    "a row that knows nothing of its capture": (
        "The orders and the bank agree about every amount",
        only(replace(SERVED, view=replace(SERVED.view, taken=0))),
    ),
    "a portion that vanished": (
        "Every portion is on the menu or in an order, once",
        replace(GOOD, after={"a dish": Portions(dish="Kitfo", left=37, held=4)}),
    ),
    "a portion sold that was not there": (
        "Every portion is on the menu or in an order, once",
        replace(GOOD, after={"a dish": Portions(dish="Kitfo", left=-1, held=43)}),
    ),
    "a step left out": (
        "Every order took legal steps only",
        stepping(PLACED, CONFIRMED, ACCEPTED),
    ),
    "no beginning": (
        "Every order took legal steps only",
        stepping(RESERVED, CONFIRMED, ACCEPTED),
    ),
    "two endings": (
        "Every order that ended has exactly one final status",
        only(replace(VOID, statuses=[*VOID.statuses, CANCELLED])),
    ),
    "an ending that nobody wrote down": (
        "Every order that ended has exactly one final status",
        only(replace(VOID, statuses=VOID.statuses[:-1])),
    ),
    "no timeline at all": (
        "Every order that ended has exactly one final status",
        stepping(),
    ),
}


class TestCheck:
    def test_finds_nothing_wrong_with_orders_that_went_well(self) -> None:
        assert check(GOOD) == {name: [] for name in INVARIANTS}

    @pytest.mark.parametrize(("invariant", "facts"), BROKEN.values(), ids=BROKEN)
    def test_names_the_invariant_that_is_broken(self, invariant: str, facts: Facts) -> None:
        assert check(facts)[invariant]

    def test_is_seen_to_fail_for_every_invariant(self) -> None:
        assert {invariant for invariant, _ in BROKEN.values()} == INVARIANTS.keys()


class TestBalance:
    def test_is_nothing_before_any_money_moved(self) -> None:
        assert balance([]) == Balance()

    def test_takes_what_was_captured_voided_or_expired_off_what_is_held(self) -> None:
        moved = ledger((AUTHORIZED, 1000), (CAPTURED, 600), (VOIDED, 300), (Movement.EXPIRED, 100))
        assert balance(moved) == Balance(held=0, taken=600, given_back=0)

    def test_does_not_count_a_refund_that_failed(self) -> None:
        moved = [*HELD_AND_TAKEN, Entry(2, REFUNDED, 700), Entry(3, REFUND_FAILED, 700)]
        assert balance(moved) == Balance(held=0, taken=1000, given_back=0)
