"""The local stack: every server and every process of the project, children of one event loop."""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from signal import SIGKILL, Signals
from typing import IO, Self

from infra.stack import catalog, records
from infra.stack.child import Child
from infra.stack.ports import refuse_ports_in_use
from infra.stack.service import Job, Service, State, Status
from infra.stack.settings import StackSettings
from infra.stack.site import Site


def _tell_nobody(status: Status) -> None:
    pass


class Stack:
    """Start it, use it, stop it, all on one event loop; `async with` stops it in every case.

    `changed` is called with the status of a service or job each time something happens to it.
    `more` are variables for every child, over what the site says.
    """

    def __init__(
        self,
        settings: StackSettings,
        *,
        changed: Callable[[Status], None] = _tell_nobody,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.site = Site(settings)
        self._changed = changed
        self._more = more or {}
        self._units: dict[str, Service | Job] = {}
        self._children: dict[str, Child] = {}
        self._starts: dict[str, asyncio.Task[None]] = {}
        self._lock: IO[str] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """What every child of the project's reads: addresses, DSNs, secrets."""
        return {**self.site.environment(), **self._more}

    async def start(self, names: Iterable[str] | None = None) -> None:
        """Returns when all of `names` (default: everything) and what they need are ready.

        Each starts as soon as what it comes after is ready. May be called again for more.
        Raises StartFailedError, PortsInUseError, MissingError or AlreadyRunningError; then
        none of the new ones keeps running.
        """
        self._take_data_dir()
        wanted = [*names] if names is not None else [*catalog.everything(self.site)]
        new = [name for name in self._with_needs(wanted) if name not in self._starts]
        refuse_ports_in_use(self._ports(new))
        for name in new:
            self._starts[name] = asyncio.create_task(self._bring_up(self._units[name]))
        try:
            await asyncio.gather(*(self._starts[name] for name in wanted))
        except BaseException:
            await self._end(new)
            raise

    async def stop(self) -> None:
        """Ends everything in reverse order, politely at first; nothing is left."""
        await self._end([*self._units])
        if self._lock:
            self._lock.close()
            self._lock = None

    def kill(self, name: str, number: Signals = SIGKILL) -> None:
        """A signal to one process; what dies of it is restarted."""
        self._children[name].signal(number)

    async def wait_ready(self, name: str) -> None:
        await self._children[name].wait_ready()

    async def halt(self, name: str) -> None:
        """Ends one service and leaves it down until `resume`."""
        await self._children[name].stop()

    async def resume(self, name: str) -> None:
        """Returns when it is ready."""
        await self._children[name].start(self.environment)

    async def add(self, service: Service) -> None:
        """Starts one more service (see `catalog.worker`), and returns when it is ready."""
        self._units[service.name] = service
        await self.start([service.name])

    async def remove(self, name: str) -> None:
        await self._end([name])

    def _take_data_dir(self) -> None:
        if self._lock is None:
            data_dir = self.site.settings.data_dir
            data_dir.mkdir(parents=True, exist_ok=True)
            self._lock = records.take_lock(data_dir)
            records.end_leftovers(data_dir)

    def _with_needs(self, names: Iterable[str]) -> list[str]:
        """In an order in which everything comes after what it needs."""
        ordered: dict[str, None] = {}
        for name in names:
            unit = self._units.get(name) or catalog.build(name, self.site)
            ordered |= dict.fromkeys([*self._with_needs(unit.after), name])
            self._units[name] = unit
        return [*ordered]

    def _ports(self, names: Iterable[str]) -> dict[str, int]:
        units = [self._units[name] for name in names]
        services = [unit for unit in units if isinstance(unit, Service)]
        return {name: port for service in services for name, port in service.ports.items()}

    async def _bring_up(self, unit: Service | Job) -> None:
        if isinstance(unit, Job):
            await self._run(unit)
            return
        child = Child(unit, self.site.log(unit.name), changed=self._record)
        self._changed(child.status)
        await self._needs(unit)
        self._children[unit.name] = child
        await child.start(self.environment)

    async def _run(self, job: Job) -> None:
        status = Status(name=job.name)
        self._changed(status)
        await self._needs(job)
        began = time.monotonic()
        status.state = State.STARTING
        self._changed(status)
        await job.run()
        status.took = time.monotonic() - began
        status.state = State.DONE
        self._changed(status)

    async def _needs(self, unit: Service | Job) -> None:
        # Shielded: one dependent that is cancelled must not cancel what others wait for.
        await asyncio.gather(*(asyncio.shield(self._starts[name]) for name in unit.after))

    async def _end(self, names: Iterable[str]) -> None:
        starts = [self._starts.pop(name) for name in names if name in self._starts]
        for start in starts:
            start.cancel()
        await asyncio.gather(*starts, return_exceptions=True)
        stops: dict[str, asyncio.Task[None]] = {}
        # What depends on something stands behind it, so its stop exists first.
        for name in sorted(names, key=[*self._units].index, reverse=True):
            stops[name] = asyncio.create_task(self._take_down(name, stops))
        await asyncio.gather(*stops.values())
        for name in stops:
            del self._units[name]

    async def _take_down(self, name: str, stops: Mapping[str, asyncio.Task[None]]) -> None:
        dependents = [stops[other] for other in stops if name in self._units[other].after]
        await asyncio.gather(*dependents)
        if child := self._children.pop(name, None):
            await child.stop()
            self._write_records()

    def _record(self, status: Status) -> None:
        self._write_records()
        self._changed(status)

    def _write_records(self) -> None:
        records.write(self.site.settings.data_dir, self._children.values())
