"""The worker of the queue `orders`: the sagas, and the steps they take in their own process."""

from activities.engine import EngineActivities
from activities.orders import OrderActivities
from activities.stock import StockActivities
from adapters.postgres.catalog.stock import StockRepository
from adapters.postgres.ordering.orders import OrderRepository
from workers import notifications, payments, reconciliation
from workers.collaborators import Activities, Collaborators
from workers.process import Process
from workers.serving import serve
from workers.task_queue import TaskQueue
from workflows.order import OrderWorkflow
from workflows.policies import ORDERS


async def work(process: Process) -> None:
    async with Collaborators(process) as collaborators:
        queue = TaskQueue(
            name=ORDERS,
            workflows=[OrderWorkflow],
            activities=[*activities(collaborators), *reconciliation.of_orders(collaborators)],
        )
        await serve(queue, process)


def activities(collaborators: Collaborators) -> Activities:
    """Those of all steps: where an operator chose so, orders pay and notify in here as well."""
    dsns = collaborators.dsns
    orders = OrderActivities(OrderRepository(collaborators.database("ordering", dsns.ordering_dsn)))
    stock = StockActivities(StockRepository(collaborators.database("catalog", dsns.catalog_dsn)))
    return [
        orders.record_order,
        orders.advance_order,
        orders.record_payment,
        orders.record_delay,
        orders.record_courier,
        orders.note_on_timeline,
        stock.reserve_stock,
        stock.withdraw_items,
        stock.consume_stock,
        stock.release_stock,
        EngineActivities().retry_steps,
        *payments.activities(collaborators),
        *notifications.activities(collaborators),
    ]
