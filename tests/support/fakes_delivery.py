"""The delivery's activities as a test says, and a worker that runs them."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from temporalio import activity
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker, WorkflowRunner
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner

from activities.engine import EngineActivities
from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    LookForCourier,
    OfferDelivery,
    ReleaseDelivery,
)
from domain.orders import NoteOnTimeline
from tests.support.fakes import Script
from tests.support.parents import Abandoning, Listening
from workers.interceptors import Activities
from workflows.delivery import TASK_QUEUE, DeliveryWorkflow
from workflows.policies import ORDERS


class FakeDeliveries:
    """As their `script` says. Couriers live while `alive`."""

    def __init__(self, now: Callable[[], Awaitable[datetime]]) -> None:
        self.script = Script()
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

    def has_offered(self, order_id: UUID) -> bool:
        """That order's food: others may share the activities."""
        return any(offer.order_id == order_id for offer in self.commands("offer_delivery"))

    @property
    def all(self) -> list[Callable[..., Any]]:
        return [
            self.offer_delivery,
            self.check_courier,
            self.assign_courier,
            self.release_delivery,
            self.advance_delivery,
            self.courier_last_seen,
        ]

    async def _play(self, name: str, command: Any) -> None:
        await self.script.play(name)
        self.done.append((name, command))

    @activity.defn
    async def offer_delivery(self, command: OfferDelivery) -> None:
        await self._play("offer_delivery", command)

    @activity.defn
    async def check_courier(self, command: AssignCourier) -> None:
        await self._play("check_courier", command)

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

    @activity.defn
    async def note_on_timeline(self, command: NoteOnTimeline) -> None:
        await self._play("note_on_timeline", command)


@asynccontextmanager
async def delivering(
    environment: WorkflowEnvironment, *, runner: WorkflowRunner | None = None
) -> AsyncIterator[FakeDeliveries]:
    """The fakes, and workers that run them: the delivery's, and that of the order's row."""
    fakes = FakeDeliveries(environment.get_current_time)
    own = Worker(
        environment.client,
        task_queue=TASK_QUEUE,
        workflows=[DeliveryWorkflow, Listening, Abandoning],
        activities=fakes.all,
        interceptors=[Activities()],
        workflow_runner=runner or SandboxedWorkflowRunner(),
    )
    of_the_order = Worker(
        environment.client,
        task_queue=ORDERS,
        activities=[fakes.note_on_timeline, EngineActivities().retry_steps],
        interceptors=[Activities()],
    )
    async with own, of_the_order:
        yield fakes
