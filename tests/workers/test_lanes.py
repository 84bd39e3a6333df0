import asyncio
from collections.abc import AsyncIterator

import pytest

from workers.lanes import Lane, Lanes, Work

HERE = ("orders", 0)
THERE = ("orders", 1)


class Log:
    """Work that says when it begins and ends, and ends when it may."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._may_end: dict[str, asyncio.Event] = {}

    def work(self, name: str) -> Work:
        self._may_end[name] = asyncio.Event()

        async def work() -> None:
            self.lines.append(f"{name} begins")
            await self._may_end[name].wait()
            self.lines.append(f"{name} ends")

        return work

    async def let_end(self, name: str) -> None:
        self._may_end[name].set()
        await settle()


async def settle() -> None:
    """Until everything that can go on has gone on."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def lanes() -> AsyncIterator[Lanes]:
    async with asyncio.TaskGroup() as tasks:
        lanes = Lanes(tasks)
        yield lanes
        await lanes.end([HERE, THERE])


class TestLanes:
    async def test_keep_the_order_of_a_key(self, lanes: Lanes) -> None:
        log = Log()
        for name in ("first", "second"):
            lanes.add((HERE, b"a"), log.work(name))
        await settle()
        assert log.lines == ["first begins"]

        await log.let_end("first")
        assert log.lines == ["first begins", "first ends", "second begins"]

    @pytest.mark.parametrize("other", [(HERE, b"b"), (HERE, None), (THERE, b"a")])
    async def test_let_no_key_hold_up_another(self, lanes: Lanes, other: Lane) -> None:
        log = Log()
        lanes.add((HERE, b"a"), log.work("slow"))
        lanes.add(other, log.work("quick"))
        await settle()

        await log.let_end("quick")
        assert log.lines == ["slow begins", "quick begins", "quick ends"]

    async def test_begin_anew_after_a_lane_was_empty(self, lanes: Lanes) -> None:
        log = Log()
        for name in ("first", "second"):
            lanes.add((HERE, b"a"), log.work(name))
            await settle()
            await log.let_end(name)
        assert log.lines == ["first begins", "first ends", "second begins", "second ends"]

    async def test_end_what_is_under_way_in_the_partitions_that_go(self, lanes: Lanes) -> None:
        log = Log()
        for name in ("under way", "waiting"):
            lanes.add((HERE, b"a"), log.work(name))
        lanes.add((THERE, b"a"), log.work("elsewhere"))
        await settle()

        await lanes.end([HERE])
        await log.let_end("under way")
        await log.let_end("elsewhere")
        assert log.lines == ["under way begins", "elsewhere begins", "elsewhere ends"]

    async def test_end_also_what_had_no_time_to_begin(self, lanes: Lanes) -> None:
        log = Log()
        lanes.add((HERE, b"a"), log.work("revoked"))
        await lanes.end([HERE])
        lanes.add((HERE, b"a"), log.work("assigned again"))
        await settle()
        assert log.lines == ["assigned again begins"]

    async def test_do_not_wait_for_what_was_ended_to_begin_anew(self, lanes: Lanes) -> None:
        """A database that hangs lets go late."""
        log = Log()
        let_go = asyncio.Event()

        async def stubborn() -> None:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                await let_go.wait()

        lanes.add((HERE, b"a"), stubborn)
        await settle()
        ending = asyncio.create_task(lanes.end([HERE]))
        await settle()
        lanes.add((HERE, b"a"), log.work("anew"))
        await settle()
        let_go.set()
        await ending
        lanes.add((HERE, b"a"), log.work("after it"))
        await log.let_end("anew")
        assert log.lines == ["anew begins", "anew ends", "after it begins"]

    async def test_end_with_the_work_that_raises(self) -> None:
        async def broken() -> None:
            raise ConnectionError

        with pytest.raises(ExceptionGroup):
            async with asyncio.TaskGroup() as tasks:
                Lanes(tasks).add((HERE, b"a"), broken)
