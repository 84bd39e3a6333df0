"""`kill -9` at random while many order: every event arrives, in order, and has its effect once.

Two relays and three consumers share the work; they, Kafka and Postgres are killed. Afterwards every
topic is read again from its first record, and nothing is doubled.
"""

import asyncio
import itertools
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.kafka.topics import TOPICS
from tests.soak import claims, killing, pages
from tests.soak.arena import CONSUMED, CONSUMERS, PUBLISHED, RELAYS, Arena
from tests.soak.evidence import Evidence
from tests.soak.lives import ways
from tests.soak.meters import going_on
from tests.soak.traffic import Traffic
from tests.support.platform import Platform

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(0)]

VICTIMS = (*RELAYS, *CONSUMERS, "kafka", "postgres")
# More say nothing that these don't.
SHOWN = 20


@dataclass(frozen=True, kw_only=True)
class Course:
    """How the traffic went; `worked` has the events that each relay and consumer counted."""

    kills: Counter[str]
    seconds: float
    worked: dict[str, float]


class TestEventsUnderKills:
    async def test_arrive_in_order_and_have_each_effect_once(
        self, arena: Arena, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async with arena.traffic() as traffic:
            course = await _run(arena, traffic)
        async with arena.looked_at(traffic.town) as (platform, collector):
            await arena.is_quiet(collector)
            first = await collector.evidence(traffic.moves)
            effects = await collector.effects()
            await arena.replay()
            again = await collector.evidence(traffic.moves)
            found = [
                *(f"{id_}: {why}" for id_, why in traffic.astray.items()),
                *claims.violations(first),
                *(f"Replayed: {complaint}" for complaint in claims.violations(again)),
                *await _of_money(platform, traffic, arena.knobs.until_quiet),
            ]
            replayed = await collector.effects()
        page = _written(
            (arena.knobs.reports or tmp_path) / "events.md",
            facts={
                "seed": arena.knobs.seed,
                "orders": traffic.ended.total(),
                "open at once, at most": arena.knobs.open,
                "seconds": round(course.seconds),
                "violations": len(found),
            },
            course=course,
            traffic=traffic,
            evidence=first,
            found=found[:SHOWN],
        )
        with capsys.disabled():
            sys.stdout.write(f"\n{page}")

        assert found[:SHOWN] == []
        assert replayed == effects
        assert course.worked.keys() == {*RELAYS, *CONSUMERS}


async def _run(arena: Arena, traffic: Traffic) -> Course:
    knobs, stack = arena.knobs, arena.platform.stack
    chance = knobs.chance
    plan = killing.planned(chance, VICTIMS, kills=knobs.kills, orders=knobs.orders)
    published, consumed = arena.meters(PUBLISHED, *RELAYS), arena.meters(CONSUMED, *CONSUMERS)
    began = time.monotonic()
    async with going_on(published, consumed), asyncio.TaskGroup() as group:
        orders = itertools.islice(ways(chance), knobs.orders)
        group.create_task(traffic.flows(orders, at_once=knobs.open))
        dying = group.create_task(killing.carry_out(plan, stack, traffic.ended.total))
    return Course(
        kills=dying.result(),
        seconds=time.monotonic() - began,
        worked={
            name: total
            for meter in (published, consumed)
            for name, total in meter.totals.items()
            if total
        },
    )


async def _of_money(platform: Platform, traffic: Traffic, until_quiet: float) -> list[str]:
    """What the present invariants say, and who was not charged as their way is."""
    # What does not heal is told together with the rest.
    with suppress(AssertionError):
        await platform.comes_to_order(seconds=until_quiet)
    ledger = await platform.sandbox.every_entry()
    moved = {
        id_: tuple(str(each.kind) for each in ledger.get(str(id_), ())) for id_ in traffic.moves
    }
    return [
        *await platform.violations(),
        *(
            f"{id_}: its money was {moved[id_]} instead of {due}."
            for id_, due in traffic.moves.items()
            if moved[id_] != due
        ),
    ]


def _written(
    path: Path,
    *,
    facts: dict[str, object],
    course: Course,
    traffic: Traffic,
    evidence: Evidence,
    found: Sequence[str],
) -> str:
    return pages.write(
        path,
        title="Events under kill -9",
        parts=[
            "Written by `make soak` ([development.md](../development.md#long-proofs) says how).",
            pages.table(("run", ""), facts),
            pages.table(("orders that were", "number"), dict(sorted(traffic.ended.items()))),
            pages.table(("killed with `kill -9`", "times"), dict(sorted(course.kills.items()))),
            pages.table(
                ("events counted by", "at least"),
                {name: round(total) for name, total in sorted(course.worked.items())},
            ),
            "\n".join(_topics(evidence)),
            f"## Violations\n\n{pages.listed(found)}",
        ],
    )


def _topics(evidence: Evidence) -> Iterator[str]:
    yield "| topic | aggregates | events | sent again | dead letters |"
    yield "|---|---:|---:|---:|---:|"
    for topic in TOPICS:
        events = evidence.events(topic.name)
        aggregates = len({event.aggregate_id for event in events})
        again, dead = evidence.repeats(topic.name), evidence.dead[topic.dead.name]
        yield f"| {topic.name} | {aggregates} | {len(events)} | {again} | {dead} |"
