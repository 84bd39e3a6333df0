"""Kafka is away while many order: no order notices, who looks is told, and the backlog drains."""

import asyncio
import itertools
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from tests.soak import claims, pages
from tests.soak.arena import RELAYS, Arena
from tests.soak.collecting import Collector
from tests.soak.lives import ways
from tests.soak.meters import read
from tests.soak.traffic import Traffic
from tests.support.guests import CANCELS_EARLY
from tests.support.rest import Person, register
from tests.support.streams import following
from tests.support.town import Ordered

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(0)]

_LOOK_EVERY = 2
# A relay looks at its outbox every five: what it told before that is from before the outage.
_KNOWN_AFTER = 7
# In which it looks again, even on a machine that has much to do.
_LONGER = 30
# A part of what may be open: the load goes on, and nothing waits for anything but its people.
_PART = 4
# Of the report's table, about.
_LINES = 12

OWN = ["order_placed", "order_reserved", "order_confirmed", "order_cancelled"]
FOREIGN = {"payment_authorized", "payment_voided"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a relay tells, so many seconds after Kafka went."""

    seconds: float
    status: int
    kafka: str
    details: dict[str, Any]
    unpublished: float
    oldest: float


@dataclass(frozen=True, kw_only=True)
class Outage:
    """`told` and `shown` are of one order: its live stream, and its timeline at its end."""

    seconds: float
    looks: Sequence[Look]
    unpublished: int
    told: Sequence[str]
    shown: Sequence[str]
    order: Ordered


class TestKafkaAway:
    async def test_holds_up_no_order_and_the_backlog_drains(
        self, arena: Arena, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        async with arena.traffic() as traffic, arena.looked_at(traffic.town) as looking:
            platform, collector = looking
            outage = await _away(arena, traffic, collector)
            began = time.monotonic()
            await arena.is_sent(collector)
            drained = time.monotonic() - began
            await arena.is_dealt_with()
            evidence = await collector.evidence(traffic.moves)
            astray = [f"{id_}: {why}" for id_, why in traffic.astray.items()]
            found = [*astray, *claims.violations(evidence)]
            await platform.comes_to_order(seconds=arena.knobs.until_quiet)
            timeline = {entry["event"] for entry in await outage.order.timeline()}
        page = pages.write(
            (arena.knobs.reports or tmp_path) / "kafka-away.md",
            title="Kafka away under load",
            parts=[*_parts(arena, traffic, outage, drained), f"Violations: {pages.listed(found)}"],
        )
        with capsys.disabled():
            sys.stdout.write(f"\n{page}")

        assert found == []
        assert outage.told == outage.shown == OWN
        assert timeline >= FOREIGN
        _tells_the_truth(_known(outage.looks))


async def _away(arena: Arena, traffic: Traffic, collector: Collector) -> Outage:
    """For as long as it takes all orders that were placed meanwhile to end."""
    knobs, stack, looks = arena.knobs, arena.platform.stack, list[Look]()
    await stack.halt("kafka")
    began = time.monotonic()
    looking = asyncio.create_task(_look_on(arena.urls[RELAYS[0]], looks, began))
    try:
        async with asyncio.TaskGroup() as group:
            followed = group.create_task(_followed(traffic, await register(arena.http)))
            orders = itertools.takewhile(
                lambda _: _goes_on(time.monotonic() - began, knobs.away, looks), ways(knobs.chance)
            )
            group.create_task(traffic.flows(orders, at_once=max(knobs.open // _PART, 1)))
        unpublished = await collector.waiting()
    finally:
        looking.cancel()
        seconds = time.monotonic() - began
        await stack.resume("kafka")
    order, told, shown = followed.result()
    return Outage(
        seconds=seconds,
        looks=looks,
        unpublished=unpublished,
        told=told,
        shown=shown,
        order=order,
    )


def _goes_on(seconds: float, away: float, looks: Sequence[Look]) -> bool:
    """As long as it shall, and a short outage until two looks saw other figures."""
    return seconds < away or (not _grew(_known(looks)) and seconds < away + _LONGER)


def _grew(looks: Sequence[Look]) -> bool:
    """Both: each context is looked at on its own, so one figure may be newer than the other."""
    if not looks:
        return False
    first, last = looks[0], looks[-1]
    return first.unpublished < last.unpublished and first.oldest < last.oldest


def _known(looks: Sequence[Look]) -> list[Look]:
    """What a relay told that had looked since Kafka went."""
    return [look for look in looks if look.seconds > _KNOWN_AFTER]


async def _followed(
    traffic: Traffic, customer: Person
) -> tuple[Ordered, Sequence[str], Sequence[str]]:
    """One that its customer watches live, and cancels."""
    [kitchen, *_] = traffic.kitchens[False]
    order = await traffic.town.order(customer, kitchen)
    traffic.moves[UUID(order.id)] = CANCELS_EARLY.moves
    async with following(customer, order.id) as stream:
        await stream.until("order_confirmed")
        await order.cancel()
        await stream.rest()
    told = [event.name for event in stream.events if event.id is not None]
    return order, told, [entry["event"] for entry in await order.timeline()]


async def _look_on(url: str, looks: list[Look], began: float) -> None:
    """Until it is cancelled."""
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        while True:
            answer = await http.get(f"{url}/health/ready")
            ready = answer.json()
            looks.append(
                Look(
                    seconds=time.monotonic() - began,
                    status=answer.status_code,
                    kafka=ready["checks"]["kafka"],
                    details=ready["details"],
                    unpublished=sum((await read(http, url, "outbox_unpublished")).values()),
                    oldest=max((await read(http, url, "outbox_oldest_seconds")).values()),
                )
            )
            await asyncio.sleep(_LOOK_EVERY)


def _tells_the_truth(looks: Sequence[Look]) -> None:
    """The relay is not ready, says why and how much waits; and that grows."""
    assert {look.status for look in looks} == {503}
    assert "ok" not in {look.kafka for look in looks}
    first, last = looks[0], looks[-1]
    assert 0 < first.unpublished < last.unpublished
    assert 0 < first.oldest < last.oldest <= last.seconds + 1
    waiting = last.details["outbox"]["ordering"]
    assert waiting["unpublished"] > 0
    assert waiting["oldest_seconds"] > 0


def _parts(arena: Arena, traffic: Traffic, outage: Outage, drained: float) -> Iterator[str]:
    yield "Written by `make soak` ([development.md](../development.md#long-proofs) says how)."
    yield pages.table(
        ("run", ""),
        {
            "seed": arena.knobs.seed,
            "Kafka was away, seconds": round(outage.seconds),
            "orders meanwhile, all ended": traffic.ended.total() + 1,
            "events that waited at its end": outage.unpublished,
            "seconds until all were sent": f"{drained:.1f}",
            "as a part of the outage": f"{drained / outage.seconds:.3f}",
        },
    )
    yield "What a relay told meanwhile, every so often:"
    yield "\n".join(_told(outage.looks[:: max(len(outage.looks) // _LINES, 1)]))


def _told(looks: Sequence[Look]) -> Iterator[str]:
    yield "| after, seconds | ready | kafka | `outbox_unpublished` | `outbox_oldest_seconds` |"
    yield "|---:|---:|---|---:|---:|"
    for look in looks:
        yield (
            f"| {look.seconds:.0f} | {look.status} | {look.kafka}"
            f" | {look.unpublished:.0f} | {look.oldest:.0f} |"
        )
