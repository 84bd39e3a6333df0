"""Workers that die where a plan says, and live again: `python -m tests.support.mortal QUEUE`.

They are the real ones. Only each activity, and each request to Stripe within one, passes a point
before its body and one after it: at the point that the plan has for its order the process sends
itself SIGKILL. Who reaches a point in the next moment dies with it, so that the many deaths of a
test cost few restarts. A new life is a fork of a process that has imported everything.
"""

import asyncio
import ctypes
import json
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import partial, wraps
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn, TypeVar
from uuid import UUID

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from adapters.stripe.gateway import StripeGateway
from infra.stack import catalog
from infra.stack.ports import free_port
from infra.stack.service import Service
from infra.stack.site import Site
from tests.support.polling import eventually
from workers import task_queue
from workers.interceptors import Activities
from workers.process import run

_PLAN = "CRASH_PLAN"
_TOGETHER_SECONDS = 0.3
# As long as the gateway waits, with all its tries.
_ANSWER_SECONDS = 60
# Requests that move something; looks have nothing to lose.
_REQUESTS = ("create_customer", "attach", "authorize", "capture", "cancel", "refund")
_PR_SET_PDEATHSIG = 1

T = TypeVar("T")

_order: ContextVar[str] = ContextVar("order", default="")


@dataclass(frozen=True)
class Plan:
    """In a folder: which order dies at which points, and an empty file for each that did."""

    folder: Path

    def write(self, points: dict[UUID, str]) -> None:
        names = {str(order_id): point for order_id, point in points.items()}
        (self.folder / "plan.json").write_text(json.dumps(names))

    def read(self) -> dict[str, str]:
        points: dict[str, str] = json.loads((self.folder / "plan.json").read_text())
        return points

    def died(self, order_id: UUID) -> bool:
        return (self.folder / str(order_id)).exists()

    def die(self, order_id: str) -> bool:
        """True the first time; also where another process asks."""
        try:
            (self.folder / order_id).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


def service(site: Site, queue: str, plan: Plan) -> Service:
    """In place of the queue's own worker."""
    name = f"mortal-{queue}"
    real = catalog.worker(site, queue, name=name, port=free_port())
    return replace(
        real,
        command=[sys.executable, "-m", "tests.support.mortal", queue],
        # Without the sandbox, as in production: a restart meets every order again.
        environment={**real.environment, _PLAN: str(plan.folder), "WORKER_SANDBOX": "false"},
    )


class Mortality:
    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._points = plan.read()
        self._end: asyncio.Task[None] | None = None
        self._under_way = 0

    async def passes(self, names: set[str], when: str) -> None:
        """Returns, unless the order dies here."""
        if not self._has_its_point_at(names, when) or not self._plan.die(_order.get()):
            return
        self._end = self._end or asyncio.create_task(self._die())
        await asyncio.Event().wait()

    async def request(self, name: str, ask: Callable[[], Awaitable[T]]) -> T:
        """The answer, unless the order dies before or after it.

        A request is not made again once Stripe's books have what it did. So a death of others
        waits for the answer where the order is to die right after it.
        """
        await self.passes({name}, "before")
        if not self._has_its_point_at({name}, "after"):
            return await ask()
        if self._end:
            await asyncio.Event().wait()
        self._under_way += 1
        try:
            answer = await ask()
        finally:
            self._under_way -= 1
        await self.passes({name}, "after")
        return answer

    def _has_its_point_at(self, names: set[str], when: str) -> bool:
        return self._points.get(_order.get()) in {f"{name}-{when}" for name in names}

    async def _die(self) -> None:
        await asyncio.sleep(_TOGETHER_SECONDS)
        await eventually(lambda: not self._under_way, seconds=_ANSWER_SECONDS)
        os.kill(os.getpid(), signal.SIGKILL)


class MortalActivities(Activities):
    """The project's own interceptor, around one that knows the points."""

    mortality: Mortality

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return super().intercept_activity(_Mortal(next, self.mortality))


class _Mortal(ActivityInboundInterceptor):
    def __init__(self, next_: ActivityInboundInterceptor, mortality: Mortality) -> None:
        super().__init__(next_)
        self._mortality = mortality

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        command = input.args[0]
        _order.set(str(getattr(command, "order_id", "")))
        name = activity.info().activity_type
        detail = getattr(command, "status", None) or getattr(command, "state", None)
        names = {name, f"{name}-{detail}"}
        await self._mortality.passes(names, "before")
        answer = await super().execute_activity(input)
        await self._mortality.passes(names, "after")
        return answer


def _mortal(request: str, mortality: Mortality) -> Callable[..., Awaitable[Any]]:
    real = getattr(StripeGateway, request)

    @wraps(real)
    async def passing(*args: Any, **kwargs: Any) -> Any:
        return await mortality.request(f"stripe_{request}", partial(real, *args, **kwargs))

    return passing


def _live(queue: str) -> NoReturn:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    mortality = Mortality(Plan(Path(os.environ[_PLAN])))
    MortalActivities.mortality = mortality
    vars(task_queue)["Activities"] = MortalActivities
    for request in _REQUESTS:
        setattr(StripeGateway, request, _mortal(request, mortality))
    run(queue, import_module(f"workers.{queue}").work)


def _pass_on(life: int, number: int, _: object) -> None:
    os.kill(life, number)


def main(queue: str) -> NoReturn:
    """One life after another, until SIGTERM or an end that was none of ours."""
    import_module(f"workers.{queue}")
    while True:
        life = os.fork()
        if life == 0:
            _live(queue)
        signal.signal(signal.SIGTERM, partial(_pass_on, life))
        _, status = os.waitpid(life, 0)
        if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
            sys.exit(os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(sys.argv[1])
