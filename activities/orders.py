"""The order's row: every change of it is one of these."""

from temporalio import activity

from adapters.postgres.ordering.orders import OrderRepository
from domain.orders import AdvanceOrder, NoteOnTimeline, RecordPayment
from domain.progress import RecordCourier, RecordDelay, RecordOrder


class OrderActivities:
    def __init__(self, orders: OrderRepository) -> None:
        self._orders = orders

    @activity.defn
    async def record_order(self, command: RecordOrder) -> None:
        """Raises `DuplicateOrder` where another run of the workflow is this order."""
        await self._orders.record(command)

    @activity.defn
    async def advance_order(self, command: AdvanceOrder) -> None:
        """Raises `IllegalTransition` where the order's status does not lead there."""
        await self._orders.advance(command)

    @activity.defn
    async def record_payment(self, command: RecordPayment) -> None:
        """Changes nothing where the row has a payment as new."""
        await self._orders.record_payment(command)

    @activity.defn
    async def record_delay(self, command: RecordDelay) -> None:
        await self._orders.record_delay(command)

    @activity.defn
    async def record_courier(self, command: RecordCourier) -> None:
        await self._orders.record_courier(command)

    @activity.defn
    async def note_on_timeline(self, command: NoteOnTimeline) -> None:
        await self._orders.note(command)
