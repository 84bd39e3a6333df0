"""What the kitchen holds for an order: the dishes, and a slot to cook them in."""

from temporalio import workflow

from workflows.compensations import Compensations
from workflows.policies import POSTGRES
from workflows.row import OrderRow
from workflows.steps import execute
from workflows.stop import Stop

with workflow.unsafe.imports_passed_through():
    from activities.stock import StockActivities
    from domain.orders import Actor, OrderStatus
    from domain.stock import ReleaseStock, ReserveStock


class Reservation:
    def __init__(self, row: OrderRow, stop: Stop, undo: Compensations) -> None:
        self._row = row
        self._stop = stop
        self._undo = undo

    async def reserve(self) -> None:
        order = self._row.page.order
        self._undo.add("stock", self._release, ReleaseStock(order_id=order.order_id))
        await self._stop.or_result(
            execute(
                StockActivities.reserve_stock,
                ReserveStock.of(order),
                policy=POSTGRES,
                summary="Set the dishes and a kitchen slot aside",
            )
        )
        await self._row.advance(OrderStatus.RESERVED, Actor.SYSTEM)

    async def _release(self, command: ReleaseStock) -> None:
        await execute(
            StockActivities.release_stock,
            command,
            policy=POSTGRES,
            summary="Put back what was not cooked, and the kitchen slot",
        )
        self._row.page.tell("The kitchen holds nothing for it any more.")
