import asyncio
import json
import os
import re
import socket
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from signal import SIGSTOP
from typing import Any

import psutil
import pytest
import pytest_asyncio

from infra.stack.ports import PortsInUseError, free_port, is_free
from infra.stack.records import AlreadyRunningError
from infra.stack.service import Service, StartFailedError, State
from infra.stack.settings import StackSettings
from infra.stack.stack import Stack
from tests.support.servers import open_data_dir

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def settings() -> Iterator[StackSettings]:
    with open_data_dir() as data_dir:
        yield StackSettings.isolated(data_dir)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(settings: StackSettings) -> AsyncIterator[Stack]:
    async with Stack(settings) as stack:
        await stack.start(["redis", "postgres"])
        yield stack


async def never() -> None:
    raise ConnectionError("not yet")


async def always() -> None:
    pass


def stand_in(name: str, script: str, **options: Any) -> Service:
    """A process of no service of ours, for what ours would not do on demand."""
    return Service(name=name, command=["sh", "-c", script], **{"ready": always, **options})


def processes(stack: Stack) -> dict[str, Any]:
    records: dict[str, Any] = json.loads(
        (stack.site.settings.data_dir / "processes.json").read_text()
    )
    return records


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 A file tells of no event.
            await asyncio.sleep(0.02)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


class TestStack:
    async def test_lists_its_own_direct_children_in_processes_json(self, stack: Stack) -> None:
        assert processes(stack).keys() >= {"redis", "postgres"}
        for record in processes(stack).values():
            process = psutil.Process(record["pid"])
            started_at = datetime.fromisoformat(record["started_at"]).timestamp()
            assert process.ppid() == os.getpid()
            assert started_at == pytest.approx(process.create_time(), abs=0.1)
            assert record["restarts"] == 0

    async def test_restarts_a_killed_child_and_counts_it(self, stack: Stack) -> None:
        before = processes(stack)["redis"]
        stack.kill("redis")
        await stack.wait_ready("redis")
        after = processes(stack)["redis"]
        assert after["restarts"] == before["restarts"] + 1
        assert after["pid"] != before["pid"]
        assert psutil.pid_exists(after["pid"])

    async def test_leaves_a_halted_service_down_until_it_is_resumed(self, stack: Stack) -> None:
        await stack.halt("redis")
        assert "redis" not in processes(stack)
        assert is_free(stack.site.settings.redis_port)
        await stack.resume("redis")
        assert "redis" in processes(stack)

    async def test_backs_off_and_gives_up_only_on_what_never_came_up(
        self, stack: Stack, tmp_path: Path
    ) -> None:
        others = processes(stack)
        births = tmp_path / "births"
        script = f"date +%s.%N >>{births}; echo no such table; exit 3"
        with pytest.raises(StartFailedError, match=r"ended with status 3(.|\n)*no such table"):
            await stack.add(stand_in("hopeless", script, ready=never))
        times = [float(line) for line in births.read_text().split()]
        gaps = [late - early for early, late in pairwise(times)]
        assert len(times) == 5
        assert all(gap >= 0.2 * 2**n for n, gap in enumerate(gaps))
        assert processes(stack) == others

    async def test_gives_every_line_of_a_log_a_time(self, stack: Stack) -> None:
        script = "echo hello; echo 2026-01-01T10:00:00Z timed; exec sleep 100"
        await stack.add(stand_in("talker", script))
        log = stack.site.settings.data_dir / "logs" / "talker.log"
        await eventually(lambda: log.exists() and len(log.read_text().splitlines()) == 2)
        hello, timed = log.read_text().splitlines()
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00 hello", hello)
        assert timed == "2026-01-01T10:00:00Z timed"
        await stack.remove("talker")

    async def test_ends_a_child_that_ignores_its_stop_signal_and_its_children(
        self, stack: Stack, tmp_path: Path
    ) -> None:
        grandchild = tmp_path / "pid"
        script = f"trap '' TERM; sleep 100 & echo $! >{grandchild}; while :; do sleep 1; done"
        await stack.add(stand_in("stubborn", script, grace=0.2))
        await eventually(lambda: grandchild.exists() and grandchild.read_text() != "")
        await stack.remove("stubborn")
        await eventually(lambda: is_gone(int(grandchild.read_text())))

    async def test_ends_a_child_that_was_frozen(self, stack: Stack) -> None:
        await stack.add(stand_in("frozen", "exec sleep 100", grace=60))
        stack.kill("frozen", SIGSTOP)
        began = time.monotonic()
        await stack.remove("frozen")
        assert time.monotonic() - began < 30

    async def test_refuses_a_data_folder_that_another_stack_holds(self, stack: Stack) -> None:
        with pytest.raises(AlreadyRunningError, match=f"process {os.getpid()}"):
            await Stack(stack.site.settings).start(["redis"])

    async def test_names_the_holder_of_a_port_before_anything_starts(self, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as holder:
            port = holder.getsockname()[1]
            taken = StackSettings.isolated(tmp_path).model_copy(update={"redis_port": port})
            async with Stack(taken) as stack:
                wanted = rf"Port {port} \(REDIS_PORT\) is held by process {os.getpid()} \(.*pytest"
                with pytest.raises(PortsInUseError, match=wanted):
                    await stack.start(["postgres", "redis"])
        assert not (tmp_path / "postgres").exists()

    async def test_tells_what_happens_to_a_service(self, tmp_path: Path) -> None:
        seen: list[State] = []
        settings = StackSettings.isolated(tmp_path)
        async with Stack(settings, changed=lambda status: seen.append(status.state)) as stack:
            await stack.start(["redis"])
            stack.kill("redis")
            await stack.wait_ready("redis")
        once_each = [*dict.fromkeys(seen)]
        assert once_each == ["waiting", "starting", "ready", "restarting", "stopped"]

    async def test_leaves_nothing_behind_after_stop(self) -> None:
        with open_data_dir() as data_dir:
            async with Stack(StackSettings.isolated(data_dir)) as stack:
                await stack.start(["postgres", "redis"])
                pids = [record["pid"] for record in processes(stack).values()]
                pids += [child.pid for child in psutil.Process(pids[1]).children()]
            assert all(is_gone(pid) for pid in pids)
            assert processes(stack) == {}

    async def test_adds_one_more_under_a_name_of_its_own(self, stack: Stack) -> None:
        port = free_port()
        await stack.add(stand_in("orders-2", "exec sleep 100", ports={"ORDERS_2_PORT": port}))
        assert "orders-2" in processes(stack)
        await stack.remove("orders-2")
        assert "orders-2" not in processes(stack)
