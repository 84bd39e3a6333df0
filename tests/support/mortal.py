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
from typing import Any, NoReturn
from uuid import UUID

from temporalio import activity
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput

from adapters.stripe.gateway import StripeGateway
from infra.stack import catalog
from infra.stack.ports import free_port
from infra.stack.service import Service
from infra.stack.site import Site
from workers import task_queue
from workers.interceptors import Activities
from workers.process import run

_PLAN = "CRASH_PLAN"
_TOGETHER_SECONDS = 0.3
# Requests that move something; looks have nothing to lose.
_REQUESTS = ("create_customer", "attach", "authorize", "capture", "cancel", "refund")
_PR_SET_PDEATHSIG = 1

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
        self._dying = False

    async def passes(self, names: set[str], when: str) -> None:
        """Returns, unless the order dies here."""
        order_id = _order.get()
        point = self._points.get(order_id, "")
        if point not in {f"{name}-{when}" for name in names} or not self._plan.die(order_id):
            return
        if not self._dying:
            self._dying = True
            loop = asyncio.get_running_loop()
            loop.call_later(_TOGETHER_SECONDS, os.kill, os.getpid(), signal.SIGKILL)
        await asyncio.Event().wait()


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
    names = {f"stripe_{request}"}

    @wraps(real)
    async def passing(*args: Any, **kwargs: Any) -> Any:
        await mortality.passes(names, "before")
        answer = await real(*args, **kwargs)
        await mortality.passes(names, "after")
        return answer

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
