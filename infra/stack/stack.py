"""The local stack: every server and every process of the project, children of one event loop."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from signal import SIGKILL, Signals
from typing import IO

from infra.stack import catalog, records
from infra.stack.child import Child
from infra.stack.ports import refuse_ports_in_use
from infra.stack.service import Job, Service, State, Status
from infra.stack.settings import StackSettings
from infra.stack.site import Site


def _tell_nobody(status: Status) -> None:
    pass


class Stack:
    """Start it, use it, stop it, all on one event loop.

    `changed` is called with the status of a service or job each time something happens to it.
    """

    def __init__(
        self, settings: StackSettings, *, changed: Callable[[Status], None] = _tell_nobody
    ) -> None:
        self.site = Site(settings)
        self.statuses: dict[str, Status] = {}
        self._changed = changed
        self._units: dict[str, Service | Job] = {}
        self._children: dict[str, Child] = {}
        self._starts: dict[str, asyncio.Task[None]] = {}
        self._lock: IO[str] | None = None
        self._environment: dict[str, str] = {}

    @property
    def environment(self) -> dict[str, str]:
        """What every child of the project's reads: addresses, DSNs, secrets."""
        return self._environment or self.site.environment()

    async def start(self, names: Iterable[str] | None = None) -> None:
        """Returns when all of `names` (default: everything) and what they need are ready.

        Each starts as soon as what it comes after is ready. May be called again for more.
        Raises StartFailedError, PortsInUseError, MissingError or AlreadyRunningError; then
        nothing new keeps running.
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
            await self.stop()
            raise

    async def stop(self) -> None:
        """Ends everything in reverse order, politely at first; nothing is left."""
        for start in self._starts.values():
            start.cancel()
        await asyncio.gather(*self._starts.values(), return_exceptions=True)
        stops: dict[str, asyncio.Task[None]] = {}
        # Dependents were built later than what they need, so their stops exist already.
        for name in reversed([*self._units]):
            stops[name] = asyncio.create_task(self._take_down(name, stops))
        await asyncio.gather(*stops.values())
        self._starts.clear()
        self._units.clear()
        if self._lock:
            self._lock.close()
            self._lock = None

    def kill(self, name: str, number: Signals = SIGKILL) -> None:
        """A signal to one process; what dies of it is restarted."""
        self._children[name].signal(number)

    async def wait_ready(self, name: str) -> None:
        await self._children[name].wait_ready()

    async def halt(self, name: str) -> None:
        """Ends one service and leaves it down, with its place in the stack."""
        self._starts.pop(name).cancel()
        await self._children.pop(name).stop()
        self._write_records()

    async def resume(self, name: str) -> None:
        """Starts what was halted, and returns when it is ready."""
        self._starts[name] = asyncio.create_task(self._bring_up(self._units[name]))
        await self._starts[name]

    async def add(self, service: Service) -> None:
        """Starts one more service (see `catalog.worker`), and returns when it is ready."""
        refuse_ports_in_use(service.ports)
        self._units[service.name] = service
        await self.resume(service.name)

    async def remove(self, name: str) -> None:
        await self.halt(name)
        del self._units[name]
        del self.statuses[name]

    def _take_data_dir(self) -> None:
        if self._lock is None:
            data_dir = self.site.settings.data_dir
            data_dir.mkdir(parents=True, exist_ok=True)
            self._lock = records.take_lock(data_dir)
            records.end_leftovers(data_dir)
            self._environment = self.site.environment()

    def _with_needs(self, names: Iterable[str]) -> list[str]:
        """In an order in which everything comes after what it needs."""
        ordered: list[str] = []
        for name in names:
            if name not in self._units:
                unit = catalog.build(name, self.site)
                ordered += self._with_needs(unit.after)
                self._units[name] = unit
            ordered.append(name)
        return ordered

    def _ports(self, names: Iterable[str]) -> dict[str, int]:
        services = [self._units[name] for name in names]
        return {
            variable: port
            for service in services
            if isinstance(service, Service)
            for variable, port in service.ports.items()
        }

    async def _bring_up(self, unit: Service | Job) -> None:
        if isinstance(unit, Job):
            await self._run_job(unit)
            return
        child = Child(unit, self.site.log(unit.name), changed=self._record)
        self.statuses[unit.name] = child.status
        await self._needs(unit)
        self._children[unit.name] = child
        await child.start(self._environment)

    async def _run_job(self, job: Job) -> None:
        status = self.statuses[job.name] = Status(name=job.name)
        await self._needs(job)
        began = asyncio.get_running_loop().time()
        status.state = State.STARTING
        self._changed(status)
        await job.run()
        status.took = asyncio.get_running_loop().time() - began
        status.state = State.DONE
        self._changed(status)

    async def _needs(self, unit: Service | Job) -> None:
        # Shielded: one dependent that is cancelled must not cancel what others wait for.
        await asyncio.gather(*(asyncio.shield(self._starts[name]) for name in unit.after))

    async def _take_down(self, name: str, stops: dict[str, asyncio.Task[None]]) -> None:
        dependents = [other for other, unit in self._units.items() if name in unit.after]
        await asyncio.gather(*(stops[other] for other in dependents))
        with suppress(KeyError):
            await self._children.pop(name).stop()
            self._write_records()

    def _record(self, status: Status) -> None:
        self._write_records()
        self._changed(status)

    def _write_records(self) -> None:
        records.write(self.site.settings.data_dir, self._children.values())
