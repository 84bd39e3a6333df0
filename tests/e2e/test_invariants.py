"""The checker is checked: an order in order passes, and each invariant finds what breaks it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest

from domain.money import Money
from domain.orders import OrderStatus
from infra.demo.invariants import OrderFacts as Seen
from infra.demo.invariants import Portions
from infra.demo.orders import OrderView
from infra.demo.sandbox import Balance, Entry
from infra.stripe_sandbox.ledger import Movement
from tests.support import invariants
from tests.support.facts import Facts, OrderFacts, Run, Sent
from tests.support.invariants import INVARIANTS, violations

TOTAL = 2_300
AUTHORIZED = Entry(1, Movement.AUTHORIZED, TOTAL)
CAPTURED = Entry(2, Movement.CAPTURED, TOTAL)
REFUNDED = Entry(3, Movement.REFUNDED, TOTAL)
STEPS = (OrderStatus.PLACED, OrderStatus.RESERVED, OrderStatus.CONFIRMED)


def sent(type_: str, version: int) -> Sent:
    return Sent(event_id=uuid4(), type=type_, version=version)


PLACED, RESERVED = sent("order_placed", 1), sent("order_reserved", 2)
CONFIRMED, ACCEPTED = sent("order_confirmed", 3), sent("order_accepted", 4)
CANCELLED = sent("order_cancelled", 5)
TOLD = [("order_confirmed", "customer"), ("new_order", "restaurant")]
SOLD_OUT = ("dish_sold_out", "restaurant")
TOLD_ACCEPTED = [*TOLD, SOLD_OUT, ("order_accepted", "customer")]
TOLD_CANCELLED = [
    *TOLD_ACCEPTED,
    ("order_cancelled", "customer"),
    ("order_cancelled", "restaurant"),
]


def seen(money: Balance, entries: list[Entry], *statuses: OrderStatus) -> Seen:
    view = OrderView(
        id=str(uuid4()),
        status=statuses[-1],
        total=Money(TOTAL, "USD"),
        held=money.held,
        taken=money.taken,
        given_back=money.given_back,
        why=None,
    )
    return Seen(view=view, entries=entries, statuses=statuses)


CONFIRMED_ORDER = OrderFacts(
    seen=seen(Balance(held=TOTAL), [AUTHORIZED], *STEPS),
    refund_status="none",
    sequences=[1, 2, 3, 4],
    payment=Balance(held=TOTAL),
    events=[PLACED, RESERVED, CONFIRMED],
    told=TOLD,
    reservation="held",
    run=Run(status="RUNNING", shown="confirmed"),
)
ACCEPTED_ORDER = replace(
    CONFIRMED_ORDER,
    seen=seen(Balance(taken=TOTAL), [AUTHORIZED, CAPTURED], *STEPS, OrderStatus.ACCEPTED),
    payment=Balance(taken=TOTAL),
    events=[PLACED, RESERVED, CONFIRMED, ACCEPTED],
    told=TOLD_ACCEPTED,
    run=Run(status="RUNNING", shown="accepted"),
)
CANCELLED_ORDER = replace(
    ACCEPTED_ORDER,
    seen=seen(
        Balance(taken=TOTAL, given_back=TOTAL),
        [AUTHORIZED, CAPTURED, REFUNDED],
        *STEPS,
        OrderStatus.ACCEPTED,
        OrderStatus.CANCELLED,
    ),
    refund_status="full",
    payment=Balance(taken=TOTAL, given_back=TOTAL),
    # The relay was killed once, and sent two of them again.
    events=[PLACED, RESERVED, PLACED, RESERVED, CONFIRMED, ACCEPTED, CANCELLED],
    told=TOLD_CANCELLED,
    reservation="released",
    run=Run(status="COMPLETED", shown="cancelled", outcome="cancelled", refund="full"),
)


def stuck(order: OrderFacts) -> Seen:
    return replace(order.seen, view=replace(order.seen.view, status=OrderStatus.RESERVED))


def banked(order: OrderFacts, *entries: Entry) -> Seen:
    return replace(order.seen, entries=entries)


BROKEN: list[tuple[Callable[[OrderFacts], Iterator[str]], OrderFacts, dict[str, Any]]] = [
    (invariants.comes_to_rest, CONFIRMED_ORDER, {"seen": stuck(CONFIRMED_ORDER)}),
    (
        invariants.is_secured_while_the_kitchen_decides,
        CONFIRMED_ORDER,
        {"seen": banked(CONFIRMED_ORDER)},
    ),
    (invariants.has_payments_that_agree, ACCEPTED_ORDER, {"payment": Balance(held=TOTAL)}),
    (invariants.has_payments_that_agree, ACCEPTED_ORDER, {"payment": None}),
    (invariants.shows_its_refund, CANCELLED_ORDER, {"refund_status": "pending"}),
    (invariants.shows_its_refund, ACCEPTED_ORDER, {"refund_status": "full"}),
    (invariants.numbers_its_timeline, CONFIRMED_ORDER, {"sequences": [1, 2, 4]}),
    (invariants.numbers_its_timeline, CONFIRMED_ORDER, {"sequences": [1, 2, 2]}),
    (invariants.tells_every_change_in_order, CONFIRMED_ORDER, {"events": [PLACED]}),
    (
        invariants.tells_every_change_in_order,
        CONFIRMED_ORDER,
        {"events": [PLACED, CONFIRMED, RESERVED]},
    ),
    (
        invariants.tells_every_change_in_order,
        CONFIRMED_ORDER,
        {"events": [PLACED, RESERVED, CONFIRMED, sent("order_confirmed", 4)]},
    ),
    (
        invariants.tells_every_change_in_order,
        CONFIRMED_ORDER,
        {"events": [PLACED, RESERVED, sent("order_confirmed", 2)]},
    ),
    (
        invariants.agrees_with_its_workflow,
        CANCELLED_ORDER,
        {"run": Run(status="FAILED", shown="cancelled")},
    ),
    (
        invariants.agrees_with_its_workflow,
        CANCELLED_ORDER,
        {"run": Run(status="COMPLETED", shown="cancelled", outcome="cancelled", refund="none")},
    ),
    (
        invariants.agrees_with_its_workflow,
        CONFIRMED_ORDER,
        {"run": Run(status="RUNNING", shown="reserved")},
    ),
    (invariants.agrees_with_its_workflow, ACCEPTED_ORDER, {"run": None}),
    (invariants.holds_dishes_until_it_ends, CANCELLED_ORDER, {"reservation": "held"}),
    (invariants.holds_dishes_until_it_ends, CONFIRMED_ORDER, {"reservation": None}),
    (invariants.tells_people_once, CONFIRMED_ORDER, {"told": TOLD[:1]}),
    (invariants.tells_people_once, CANCELLED_ORDER, {"told": TOLD_ACCEPTED}),
    (invariants.tells_people_once, CONFIRMED_ORDER, {"told": [*TOLD, TOLD[0]]}),
    (invariants.tells_people_once, CONFIRMED_ORDER, {"told": TOLD_ACCEPTED}),
    (invariants.tells_people_once, CONFIRMED_ORDER, {"told": [*TOLD, SOLD_OUT, SOLD_OUT]}),
]


def facts(*orders: OrderFacts, **given: Any) -> Facts:
    defaults: dict[str, Any] = {
        "promised": {order.seen.view.id: frozenset({order.seen.view.id}) for order in orders},
        "orders": orders,
        "stocked": {"dish": Portions(dish="Shiro wot", left=3, held=0)},
        "stock": {"dish": Portions(dish="Shiro wot", left=1, held=2)},
        "unpublished": 0,
        "owed": [],
    }
    return Facts(**(defaults | given))


class TestViolations:
    @pytest.mark.parametrize("order", [CONFIRMED_ORDER, ACCEPTED_ORDER, CANCELLED_ORDER])
    def test_finds_nothing_where_all_agree(self, order: OrderFacts) -> None:
        assert violations(facts(order)) == []

    @pytest.mark.parametrize(
        ("invariant", "order", "wrong"),
        [pytest.param(*case, id=f"{case[0].__name__}-{n}") for n, case in enumerate(BROKEN)],
    )
    def test_finds_an_order_that_breaks_an_invariant(
        self,
        invariant: Callable[[OrderFacts], Iterator[str]],
        order: OrderFacts,
        wrong: dict[str, Any],
    ) -> None:
        assert [*invariant(order)] == []
        broken = replace(order, **wrong)
        [first, *_] = invariant(broken)
        assert any(found.endswith(f" {first}.") for found in violations(facts(broken)))

    def test_has_no_invariant_without_a_case_that_breaks_it(self) -> None:
        assert {invariant for invariant, _, _ in BROKEN} == {*INVARIANTS}

    def test_finds_what_can_be_seen_from_outside(self) -> None:
        twice = banked(ACCEPTED_ORDER, AUTHORIZED, AUTHORIZED, CAPTURED)
        found = violations(facts(replace(ACCEPTED_ORDER, seen=twice)))
        assert any("charged twice" in each for each in found)

    def test_finds_an_acknowledged_order_that_is_lost(self) -> None:
        lost = uuid4()
        [found] = violations(facts(promised={"key": frozenset({lost})}))
        assert str(lost) in found

    def test_finds_a_dish_that_vanished(self) -> None:
        [found] = violations(facts(stock={"dish": Portions(dish="Shiro wot", left=1, held=1)}))
        assert "Shiro wot" in found

    def test_finds_a_key_that_stands_for_two_orders(self) -> None:
        both = frozenset(order.seen.view.id for order in (CONFIRMED_ORDER, ACCEPTED_ORDER))
        found = violations(facts(CONFIRMED_ORDER, ACCEPTED_ORDER, promised={"k": both}))
        assert found == ["The key k was answered with 2 orders."]

    def test_finds_what_is_left_open(self) -> None:
        found = violations(facts(CONFIRMED_ORDER, unpublished=1, owed=["refund-1"]))
        assert found == ["1 events are not in Kafka.", "refund-1 still owes money."]
