"""One order of the matrix: driven through its life, with one fault, to its end."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from dataclasses import dataclass
from typing import Any

from temporalio.client import (
    Client,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.service import RPCError, RPCStatusCode
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from domain.orders import OrderStatus
from domain.progress import OrderOutcome
from tests.matrix.books import PATIENCE, Books
from tests.matrix.faults import Fault, Trouble, Troubles
from tests.matrix.haste import Haste
from tests.matrix.lives import Life, Scene
from tests.matrix.outcomes import Ends, Step
from tests.matrix.purse import Purse
from tests.matrix.world import Shelf, activities_in
from tests.support.builders import USD, an_order
from tests.support.temporal import real_time
from workers.interceptors import Activities
from workflows.delivery import DeliveryWorkflow
from workflows.delivery import workflow_id as delivery_workflow_id
from workflows.order import OrderWorkflow
from workflows.policies import DELIVERY, NOTIFICATIONS, ORDERS, PAYMENTS
from workflows.refund import RefundWorkflow
from workflows.start import start_order

_WORKFLOWS: dict[str, list[type]] = {
    ORDERS: [OrderWorkflow],
    PAYMENTS: [RefundWorkflow],
    DELIVERY: [DeliveryWorkflow],
    NOTIFICATIONS: [],
}
# What the food costs that arrives, in every life: minor units.
_AGREED = 2_300
# At once: more only wait for each other.
_ORDERS = 40

# What people hear whose order ends while they ask for something.
_GAVE_UP = (WorkflowUpdateFailedError, WorkflowUpdateRPCTimeoutOrCancelledError)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What became of an order, and of the tries of the step that was troubled."""

    ended: Ends
    trouble: Trouble
    books: Books

    @property
    def left_open(self) -> list[str]:
        """What should not be there any more, or should never have been."""
        return [*_left_open(self.books)]


class Matrix:
    """The servers and workers of all cases: a case is an order of its own."""

    def __init__(self, client: Client, shelf: Shelf, troubles: Troubles) -> None:
        self.client = client
        self._shelf = shelf
        self._troubles = troubles
        self._turns = asyncio.Semaphore(_ORDERS)

    async def run(self, row: Step, fault: Fault) -> Seen:
        async with self._turns, asyncio.timeout(PATIENCE):
            books, trouble = self.begin(row, fault)
            outcome = await self._live(row, books, trouble)
        ended = Ends(
            status=outcome.status,
            undos=tuple(books.undos),
            refund=books.purse.refund_status,
            payer=books.payer,
        )
        return Seen(ended=ended, trouble=trouble, books=books)

    def begin(self, row: Step, fault: Fault) -> tuple[Books, Trouble]:
        """An order that nobody has placed yet, and what is to happen to it."""
        books = _books(row.life)
        trouble = Trouble(fault=fault, activity=row.activity, concerns=row.concerns, fact=row.fact)
        self._shelf.open(books)
        self._troubles.of[books.order.order_id] = trouble
        return books, trouble

    async def _live(self, row: Step, books: Books, trouble: Trouble) -> OrderOutcome:
        order = await start_order(self.client, books.order, customer_key="k")
        scene = Scene(client=self.client, order=order, books=books)
        async with _going_on(row.life.people(scene)), _going_on(_cancel(scene, row, trouble)):
            outcome = await order.result()
            trouble.gate.set()
            await self._children_of(books)
        await trouble.end()
        return outcome

    async def _children_of(self, books: Books) -> None:
        """The order ends without them, and each ends by itself."""
        order_id = books.order.order_id
        refunds = [f"refund-{order_id}-{owed}" for owed in ("captured", "held", "unavailable")]
        for child in (delivery_workflow_id(order_id), *refunds):
            with _absent():
                await self.client.get_workflow_handle(child).result()


def _left_open(books: Books) -> Iterator[str]:
    purse, kinds = books.purse, Counter(kind for kind, _ in books.purse.moves)
    agreed = _AGREED if books.status is OrderStatus.DELIVERED else 0
    if purse.held or purse.cases or purse.captured - purse.refunded != agreed:
        yield f"the money: {purse}"
    if kinds["captured"] > 1:
        yield f"{kinds['captured']} captures"
    if books.payment and books.payment != purse.payment:
        yield f"the row's payment: {books.payment} instead of {purse.payment}"
    if books.stock == "held":
        yield "the reservation"
    if books.delivery and not books.delivery.is_final:
        yield f"the delivery: {books.delivery}"
    if any(count > 1 for count in books.told.values()):
        yield f"somebody was told twice: {books.told}"


def _books(life: Life) -> Books:
    return Books(order=an_order(**life.order), purse=Purse(currency=USD, **life.purse))


async def _cancel(scene: Scene, row: Step, trouble: Trouble) -> None:
    """While the step is under way. It may be too late for that."""
    if trouble.fault is not Fault.CANCELLED_MEANWHILE:
        return
    await trouble.reached.wait()
    with suppress(WorkflowUpdateFailedError):
        await scene.cancel()
    if row.is_awaited:
        trouble.gate.set()


@contextmanager
def _absent() -> Iterator[None]:
    """Not every order has every child, or is still there to be asked."""
    try:
        yield
    except RPCError as error:
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise


@asynccontextmanager
async def _going_on(people: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Beside the order, which may end before they have done all that they meant to do."""
    task = asyncio.create_task(people)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError, *_GAVE_UP), _absent():
            await task


@asynccontextmanager
async def open_matrix(
    server: Callable[[], AbstractAsyncContextManager[WorkflowEnvironment]] = real_time,
) -> AsyncIterator[Matrix]:
    shelf, troubles = Shelf(), Troubles()
    activities = activities_in(shelf)
    async with AsyncExitStack() as stack:
        environment = await stack.enter_async_context(server())
        for queue, workflows in _WORKFLOWS.items():
            worker = Worker(
                environment.client,
                task_queue=queue,
                workflows=workflows,
                activities=activities[queue],
                interceptors=[Haste(), Activities(), troubles],
                workflow_runner=UnsandboxedWorkflowRunner(),
            )
            await stack.enter_async_context(worker)
        yield Matrix(environment.client, shelf, troubles)
