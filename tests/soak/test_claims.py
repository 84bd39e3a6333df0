"""The checker is checked: evidence in order passes, and each claim finds what breaks it."""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from adapters.kafka.codec import encode
from adapters.kafka.topics import PAYMENTS, RESTAURANTS, STOCK, TOPICS
from domain.announcements import stock_announcements
from domain.events.envelope import Event
from domain.events.payments import PaymentEventType
from domain.events.stock import StockEventType
from tests.soak import claims
from tests.soak.claims import CLAIMS, violations
from tests.soak.evidence import GROUPS, Arrived, Entry, Evidence
from tests.soak.killing import planned
from tests.support.events import a_payment_event, a_stock_event

ORDER = uuid4()
STARTED, AUTHORIZED = (
    a_payment_event(type_, ORDER, aggregate_version=version)
    for version, type_ in enumerate(
        (PaymentEventType.STARTED, PaymentEventType.AUTHORIZED), start=1
    )
)
SOLD_OUT = a_stock_event(StockEventType.RESERVED, uuid4(), left=0)
[NEWS] = stock_announcements(SOLD_OUT)
ENTRY = Entry(order_id=ORDER, event="payment_authorized", at=AUTHORIZED.occurred_at)


def arrived(*events: Event) -> list[Arrived]:
    return [
        Arrived(partition=0, offset=offset, value=encode(event), event=event)
        for offset, event in enumerate(events)
    ]


def ids(*events: Event) -> frozenset[UUID]:
    return frozenset(event.event_id for event in events)


# The relay was killed once, and sent one of them again.
GOOD = Evidence(
    written={PAYMENTS.name: ids(STARTED, AUTHORIZED), STOCK.name: ids(SOLD_OUT)},
    arrived={
        **{topic.name: [] for topic in TOPICS},
        PAYMENTS.name: arrived(STARTED, STARTED, AUTHORIZED),
        STOCK.name: arrived(SOLD_OUT),
    },
    versions={
        **{topic.name: {} for topic in TOPICS},
        PAYMENTS.name: {ORDER: 2},
        STOCK.name: {SOLD_OUT.aggregate_id: 1},
    },
    dead={topic.dead.name: 0 for topic in TOPICS},
    inboxes={"notifications": ids(SOLD_OUT), "timeline": ids(AUTHORIZED)},
    orders=frozenset({ORDER}),
    entries=Counter([ENTRY]),
    told=frozenset({NEWS.dedupe_key}),
)


def came(*events: Event) -> dict[str, Any]:
    return {"arrived": {**GOOD.arrived, PAYMENTS.name: arrived(*events)}}


def moved() -> dict[str, Any]:
    """The second event to another partition."""
    first, second = arrived(STARTED, AUTHORIZED)
    both = [first, replace(second, partition=1)]
    return {"arrived": {**GOOD.arrived, PAYMENTS.name: both}}


Claim = Callable[[Evidence], Iterator[str]]

BROKEN: list[tuple[Claim, dict[str, Any]]] = [
    (claims.all_that_was_written_arrived, came(STARTED)),
    (claims.all_that_was_written_arrived, {"written": {STOCK.name: ids(SOLD_OUT)}}),
    (
        claims.repeats_are_the_same,
        came(STARTED, replace(STARTED, correlation_id="another"), AUTHORIZED),
    ),
    (claims.every_version_came_in_order, came(AUTHORIZED, STARTED)),
    (claims.every_version_came_in_order, came(STARTED)),
    (claims.every_version_came_in_order, moved()),
    (
        claims.every_version_came_in_order,
        {"versions": {**GOOD.versions, RESTAURANTS.name: {uuid4(): 1}}},
    ),
    (claims.every_version_came_in_order, {"versions": {**GOOD.versions, PAYMENTS.name: {}}}),
    (claims.timelines_say_it_once, {"entries": Counter([ENTRY, ENTRY])}),
    (claims.timelines_say_it_once, {"entries": Counter[Entry]()}),
    (
        claims.timelines_say_it_once,
        {"entries": Counter([ENTRY, replace(ENTRY, event="payment_captured")])},
    ),
    (claims.people_are_told_once, {"told": frozenset[str]()}),
    (claims.people_are_told_once, {"told": GOOD.told | {"of nothing"}}),
    (
        claims.inboxes_have_what_had_an_effect,
        {"inboxes": {**GOOD.inboxes, "timeline": frozenset[UUID]()}},
    ),
    (
        claims.inboxes_have_what_had_an_effect,
        {"inboxes": {**GOOD.inboxes, "timeline": ids(AUTHORIZED, STARTED)}},
    ),
    (claims.no_letter_is_dead, {"dead": {**GOOD.dead, PAYMENTS.dead.name: 1}}),
]


class TestViolations:
    def test_finds_nothing_where_all_agree(self) -> None:
        assert violations(GOOD) == []

    @pytest.mark.parametrize(
        ("claim", "wrong"),
        [pytest.param(*case, id=f"{case[0].__name__}-{n}") for n, case in enumerate(BROKEN)],
    )
    def test_finds_evidence_that_breaks_a_claim(self, claim: Claim, wrong: dict[str, Any]) -> None:
        broken = replace(GOOD, **wrong)
        [first, *_] = claim(broken)
        assert first in violations(broken)

    def test_has_no_claim_without_evidence_that_breaks_it(self) -> None:
        assert {claim for claim, _ in BROKEN} == {*CLAIMS}

    def test_knows_a_group_for_every_topic(self) -> None:
        assert {topic for topics in GROUPS.values() for topic in topics} == {*TOPICS}

    def test_counts_what_was_sent_again(self) -> None:
        assert (GOOD.repeats(PAYMENTS.name), GOOD.repeats(STOCK.name)) == (1, 0)


class TestPlannedKills:
    def test_are_the_same_for_the_same_seed(self) -> None:
        plans = [
            planned(random.Random(seed), ("kafka", "postgres"), kills=50, orders=5_000)  # noqa: S311
            for seed in (1, 1, 2)
        ]
        assert plans[0] == plans[1] != plans[2]

    def test_come_in_order_and_to_each_as_often(self) -> None:
        victims = ("kafka", "postgres", "outbox")
        plan = planned(random.Random(4), victims, kills=50, orders=5_000)  # noqa: S311
        assert plan == sorted(plan, key=lambda kill: kill.orders)
        assert max(kill.orders for kill in plan) < 5_000
        assert sorted(Counter(kill.victim for kill in plan).values()) == [16, 17, 17]
