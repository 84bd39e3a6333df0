"""The delivery's activities as a test says, and a worker that runs them."""

from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    LookForCourier,
    OfferDelivery,
    ReleaseDelivery,
)
from tests.support.fakes import Effect
from tests.support.parents import Abandoning, Listening
from workers.interceptors import Activities
from workflows.delivery import TASK_QUEUE, DeliveryWorkflow


class FakeDeliveries:
    """`script` says what the next calls do; then they succeed. Couriers live while `alive`."""

    def __init__(self, now: Callable[[], Awaitable[datetime]]) -> None:
        self.script: dict[str, list[Effect]] = defaultdict(list)
        self.done: list[tuple[str, Any]] = []
        self.alive = True
        self._now = now
        self._seen_at: datetime | None = None

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.done]

    @property
    def states(self) -> list[str]:
        """What the row went through after the first offer."""
        states = {"assign_courier": "assigned", "release_delivery": "offered"}
        moves = [
            command.state.value if name == "advance_delivery" else states.get(name)
            for name, command in self.done
        ]
        return [state for state in moves if state]

    def commands(self, name: str) -> list[Any]:
        return [command for done, command in self.done if done == name]

    @property
    def all(self) -> list[Callable[..., Any]]:
        return [
            self.offer_delivery,
            self.assign_courier,
            self.release_delivery,
            self.advance_delivery,
            self.courier_last_seen,
        ]

    async def _play(self, name: str, command: Any) -> None:
        if self.script[name]:
            effect = self.script[name].pop(0)
            if isinstance(effect, Exception):
                raise effect
            await effect()
        self.done.append((name, command))

    @activity.defn
    async def offer_delivery(self, command: OfferDelivery) -> None:
        await self._play("offer_delivery", command)

    @activity.defn
    async def assign_courier(self, command: AssignCourier) -> None:
        await self._play("assign_courier", command)
        self._seen_at = await self._now()

    @activity.defn
    async def release_delivery(self, command: ReleaseDelivery) -> None:
        await self._play("release_delivery", command)

    @activity.defn
    async def advance_delivery(self, command: AdvanceDelivery) -> None:
        await self._play("advance_delivery", command)

    @activity.defn
    async def courier_last_seen(self, command: LookForCourier) -> datetime:
        await self._play("courier_last_seen", command)
        if self.alive or self._seen_at is None:
            self._seen_at = await self._now()
        return self._seen_at


@asynccontextmanager
async def delivering(environment: WorkflowEnvironment) -> AsyncIterator[FakeDeliveries]:
    """The fakes, and a worker that runs them."""
    fakes = FakeDeliveries(environment.get_current_time)
    async with Worker(
        environment.client,
        task_queue=TASK_QUEUE,
        workflows=[DeliveryWorkflow, Listening, Abandoning],
        activities=fakes.all,
        interceptors=[Activities()],
    ):
        yield fakes
