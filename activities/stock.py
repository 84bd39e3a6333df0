"""What an order holds of a kitchen."""

from temporalio import activity

from adapters.postgres.catalog.stock import StockRepository
from domain.stock import ConsumeStock, ReleaseStock, ReserveStock, WithdrawItems


class StockActivities:
    def __init__(self, stock: StockRepository) -> None:
        self._stock = stock

    @activity.defn
    async def reserve_stock(self, command: ReserveStock) -> None:
        """Raises `ItemUnavailable`, `KitchenFull`, `RestaurantClosed`, `RestaurantNotFound`,
        or `StepUndone` where its undo came first.
        """
        await self._stock.reserve(command)

    @activity.defn
    async def release_stock(self, command: ReleaseStock) -> None:
        """Where nothing is held, a reservation that comes later finds that it was undone."""
        await self._stock.release(command)

    @activity.defn
    async def consume_stock(self, command: ConsumeStock) -> None:
        await self._stock.consume(command)

    @activity.defn
    async def withdraw_items(self, command: WithdrawItems) -> None:
        await self._stock.withdraw(command)
