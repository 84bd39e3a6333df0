"""One child process: started, watched, restarted with backoff, ended.

Own code and not mirakuru: its executors block in `time.sleep`, keep no watch after the start,
neither restart nor keep logs, and leave their process behind when the parent is killed.
"""

import asyncio
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime

import psutil

from infra.stack.commands import tied
from infra.stack.logs import Log
from infra.stack.service import Service, StartFailedError, State, Status
from infra.stack.settings import ROOT

PROBE_EVERY = 0.1
FIRST_BACKOFF = 0.2
LONGEST_BACKOFF = 5.0
# Ready for this long, a service has recovered: its next death is a first one again.
RECOVERED_AFTER = 10.0
# A service that was never ready gets this many lives, then the start fails.
LIVES = 5
START_WITHIN = 90.0
LONGEST_LINE = 1 << 20
DEADLY = {signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}


class Child:
    def __init__(self, service: Service, log: Log, *, changed: Callable[[Status], None]) -> None:
        self.service = service
        self.log = log
        self.status = Status(name=service.name, where=service.where)
        self.pid: int | None = None
        self.started_at: datetime | None = None
        self._changed = changed
        self._ready = asyncio.Event()
        self._came_up = False
        self._doubt = ""
        self._process: asyncio.subprocess.Process | None = None
        self._watch: asyncio.Task[None] | None = None
        self._pumps: set[asyncio.Task[None]] = set()

    async def start(self, environment: Mapping[str, str]) -> None:
        """Returns once ready. Raises StartFailedError when it dies too often or takes too long."""
        self._came_up = False
        self._show(State.STARTING)
        began = time.monotonic()
        if self.service.prepare:
            await self.service.prepare()
        self._watch = asyncio.create_task(self._keep_alive(environment))
        ready = asyncio.create_task(self._ready.wait())
        await asyncio.wait(
            {ready, self._watch}, timeout=START_WITHIN, return_when=asyncio.FIRST_COMPLETED
        )
        ready.cancel()
        if not self._ready.is_set():
            raise self._failure()
        self._came_up = True
        self.status.took = time.monotonic() - began
        self._show(State.READY)

    async def wait_ready(self) -> None:
        await self._ready.wait()

    def signal(self, number: signal.Signals) -> None:
        """To the process itself, not to its own children. Raises ProcessLookupError."""
        if self._process is None or self._process.returncode is not None:
            raise ProcessLookupError(self.service.name)
        os.kill(self._process.pid, number)
        if number in DEADLY:
            self._ready.clear()

    async def stop(self) -> None:
        """Politely, then with SIGKILL for whatever of its process group is left."""
        if self._watch:
            self._watch.cancel()
            await asyncio.wait({self._watch})
        self._ready.clear()
        if self._process:
            await self._end(self._process)
        self.pid = self._process = None
        await self._drain_pumps()
        self.log.close()
        self._show(State.STOPPED)

    async def _keep_alive(self, environment: Mapping[str, str]) -> None:
        deaths = 0
        while True:
            lived = await self._live_once(environment)
            deaths = 1 if lived > RECOVERED_AFTER else deaths + 1
            if not self._came_up and deaths == LIVES:
                return
            self._show(State.RESTARTING)
            await asyncio.sleep(min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** (deaths - 1)))
            self.status.restarts += 1

    async def _live_once(self, environment: Mapping[str, str]) -> float:
        """Returns the seconds it was ready for."""
        try:
            self._process = process = await self._spawn(environment)
        except OSError as error:
            self.status.note = str(error)
            return 0.0
        self._note_birth(process.pid)
        probe = asyncio.create_task(self._probe())
        try:
            code = await process.wait()
        finally:
            probe.cancel()
        self._ready.clear()
        self.status.note = f"ended with status {code}"
        self.log.write(f"[supervisor] {self.service.name} {self.status.note}")
        return time.monotonic() - probe.result() if probe.done() else 0.0

    def _note_birth(self, pid: int) -> None:
        with suppress(psutil.NoSuchProcess):
            self.started_at = datetime.fromtimestamp(psutil.Process(pid).create_time(), UTC)
        self.pid = pid
        self._changed(self.status)

    async def _spawn(self, environment: Mapping[str, str]) -> asyncio.subprocess.Process:
        reading, writing = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *tied(
                    self.service.command,
                    user=self.service.user,
                    orphan_signal=self.service.orphan_signal,
                ),
                cwd=ROOT,
                env={**environment, **self.service.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=writing,
                stderr=writing,
                start_new_session=True,
            )
        except BaseException:
            os.close(reading)
            raise
        finally:
            os.close(writing)
        pump = asyncio.create_task(self._pump(reading))
        self._pumps.add(pump)
        pump.add_done_callback(self._pumps.discard)
        return process

    async def _pump(self, reading: int) -> None:
        # A pipe of our own and not asyncio's, whose wait() waits for grandchildren to let go too.
        stream = asyncio.StreamReader(limit=LONGEST_LINE)
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(reading, "rb", 0)
        )
        try:
            while not stream.at_eof():
                with suppress(ValueError):  # A line beyond all reason is dropped.
                    if line := await stream.readline():
                        self.log.write(line.decode(errors="replace").rstrip())
        finally:
            transport.close()

    async def _probe(self) -> float:
        """Returns the moment at which the service became ready."""
        while True:
            try:
                async with asyncio.timeout(2):
                    await self.service.ready()
                break
            except Exception as error:  # noqa: BLE001 Whatever it says while it starts means: not yet.
                self._doubt = f"{type(error).__name__}: {error}"
            await asyncio.sleep(PROBE_EVERY)
        self.status.note = ""
        self._ready.set()
        if self._came_up:
            self._show(State.READY)
        return time.monotonic()

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        with suppress(ProcessLookupError):
            process.send_signal(self.service.stop_signal)
            # A stopped process can't act on the signal before it continues.
            process.send_signal(signal.SIGCONT)
        with suppress(TimeoutError):
            async with asyncio.timeout(self.service.grace):
                await process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _drain_pumps(self) -> None:
        if self._pumps:
            _, stuck = await asyncio.wait(self._pumps, timeout=1)
            for pump in stuck:
                pump.cancel()

    def _failure(self) -> StartFailedError:
        reason = self.status.note or f"not ready after {START_WITHIN:.0f} s ({self._doubt})"
        return StartFailedError(
            f"{self.service.name} {reason}. {self.log.path}:\n{self.log.tail()}"
        )

    def _show(self, state: State) -> None:
        self.status.state = state
        self._changed(self.status)
