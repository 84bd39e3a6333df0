"""Many orders made anew from Kafka; tests/workers/test_rebuild.py has the short form."""

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from adapters.kafka.history import History
from adapters.kafka.topics import ORDERS
from adapters.postgres.ordering.rebuilding import RebuiltOrders
from adapters.settings import KafkaSettings
from tests.soak import pages
from tests.soak.knobs import Knobs
from tests.support import spoiling
from tests.support.courses import Courses
from tests.support.pipeline import Pipeline, eventually, running_pipeline
from workers import rebuild
from workers.rebuilding import Findings, Rebuilding

COUNT = int(os.environ.get("REBUILT", "0"))
INTRODUCTION = """\
Orders go ways that are drawn by chance, through the repository that their workflows write with. The
relay sends their events, and the list is made anew from Kafka. `REBUILT` says how many orders.
"""
SPOILED = "subtotal = subtotal - 1, total = total - 1"
# The relay sends hundreds in a second.
PATIENCE = 60 + COUNT / 5

pytestmark = [
    pytest.mark.timeout(0),
    pytest.mark.skipif(COUNT == 0, reason="make soak says of how many: REBUILT"),
]


async def compared(pipeline: Pipeline) -> Findings:
    kafka = KafkaSettings(bootstrap=pipeline.stack.site.kafka_bootstrap)
    async with History.connect(kafka, ORDERS) as history:
        return await Rebuilding(history, RebuiltOrders(pipeline.ordering)).compare()


@dataclass(frozen=True, kw_only=True)
class Course:
    """What was found at first, after one row was damaged, and after the swap."""

    seconds: float
    clean: Findings
    damaged: Findings
    mended: Findings
    left: dict[UUID, str]
    order_id: UUID


async def run(pipeline: Pipeline, seed: int) -> Course:
    courses = Courses(pipeline.ordering, seed)
    began = time.monotonic()
    await courses.orders(COUNT - 1)
    order_id = await courses.a_delivered_order()
    await eventually(pipeline.all_published, seconds=PATIENCE)
    seconds = time.monotonic() - began
    clean = await compared(pipeline)
    await spoiling.change(pipeline.ordering, order_id, SPOILED)
    return Course(
        seconds=seconds,
        clean=clean,
        damaged=await compared(pipeline),
        left=await RebuiltOrders(pipeline.ordering).swap([order_id]),
        mended=await compared(pipeline),
        order_id=order_id,
    )


def parts(course: Course, seed: int) -> Iterator[str]:
    clean = course.clean
    yield INTRODUCTION.strip()
    yield pages.table(
        ("what", "how many"),
        {
            "seed": seed,
            "orders": clean.orders,
            "events": clean.events,
            "seconds to write and to send them": round(course.seconds),
            "seconds to read them and to compare": round(clean.seconds, 1),
            "differences": len(clean.differences),
            "orders that lack events": len(clean.missing),
        },
    )
    yield f"After one row was damaged by hand (`{SPOILED}`):"
    yield pages.listed([f"`{line}`" for line in rebuild.told(course.damaged)])
    yield "After `--swap`:"
    yield pages.listed([f"`{line}`" for line in rebuild.told(course.mended)])


class TestRebuildOfMany:
    async def test_finds_nothing_but_the_row_that_was_damaged(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        knobs = Knobs()
        async with running_pipeline("outbox") as pipeline:
            course = await run(pipeline, knobs.seed)
        page = pages.write(
            (knobs.reports or tmp_path) / "rebuild.md",
            title="The list of orders made anew",
            parts=[*parts(course, knobs.seed)],
        )
        with capsys.disabled():
            print(f"\n{page}")  # noqa: T201 - It is what the run is for.
        clean = course.clean
        assert clean.orders == COUNT
        assert (clean.differences, clean.missing, clean.busy) == ([], {}, 0)
        [difference] = course.damaged.differences
        assert (difference.order_id, difference.fields) == (course.order_id, ["subtotal", "total"])
        assert (course.left, course.mended.differences) == ({}, [])
