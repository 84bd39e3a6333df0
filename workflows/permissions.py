"""What may be asked of an order now. Each check raises, in words for who asked, why not."""

from temporalio import workflow

from workflows.kitchen import Kitchen
from workflows.row import OrderRow
from workflows.stop import Stop

with workflow.unsafe.imports_passed_through():
    from domain.errors import DelayOutOfRange, IllegalTransition, TooLateToCancel
    from domain.orders import CANCELLABLE, DELAYABLE, OrderStatus
    from domain.progress import LONGEST_DELAY, AcceptOrder, CancelOrder, DelayOrder, RejectOrder


class Permissions:
    """To repeat what is in effect is allowed: it changes nothing.

    The row lags behind what was asked, so what was asked counts beside its status.
    """

    def __init__(self, row: OrderRow, stop: Stop, kitchen: Kitchen) -> None:
        self._row = row
        self._stop = stop
        self._kitchen = kitchen

    def to_accept(self, command: AcceptOrder) -> None:
        """Raises `IllegalTransition` and `ItemNotInOrder`."""
        repeated = self._kitchen.has_accepted and self._is(
            OrderStatus.CONFIRMED, OrderStatus.ACCEPTED
        )
        if not (self._awaits_the_kitchen or repeated):
            raise IllegalTransition(self.refusal("accepted"))
        self._kitchen.check_items(command.unavailable_item_ids)

    def to_reject(self, command: RejectOrder) -> None:
        """Raises `IllegalTransition` and `ItemNotInOrder`."""
        if not (self._awaits_the_kitchen or self._stop.ends_as(OrderStatus.REJECTED)):
            raise IllegalTransition(self.refusal("rejected"))
        self._kitchen.check_items(command.unavailable_item_ids)

    def to_delay(self, command: DelayOrder) -> None:
        """Raises `IllegalTransition` and `DelayOutOfRange`."""
        if not 1 <= command.minutes <= LONGEST_DELAY:
            raise DelayOutOfRange(f"A delay has 1 to {LONGEST_DELAY} minutes.")
        if self._kitchen.is_done or not self._is(*DELAYABLE):
            raise IllegalTransition(self.refusal("delayed"))

    def to_begin(self) -> None:
        """Raises `IllegalTransition`."""
        repeated = self._kitchen.has_begun and self._is(OrderStatus.PREPARING)
        if not (self._is(OrderStatus.ACCEPTED) or repeated):
            raise IllegalTransition(self.refusal("prepared"))

    def to_finish(self) -> None:
        """Raises `IllegalTransition`."""
        repeated = self._kitchen.is_done and self._is(OrderStatus.READY)
        if not (self._is(OrderStatus.PREPARING) or repeated):
            raise IllegalTransition(self.refusal("ready"))

    def to_cancel(self, command: CancelOrder) -> None:
        """Raises `TooLateToCancel`."""
        in_time = self._row.status in CANCELLABLE and not self._kitchen.has_begun
        late = command.late and not self._row.status.is_final
        if not (self._stop.may_be_asked and (in_time or late)) and not self._stop.ends_as(
            OrderStatus.CANCELLED
        ):
            raise TooLateToCancel(self.refusal("cancelled"))

    def refusal(self, participle: str) -> str:
        ending = self._stop.ending
        now = f"ends as {ending.status}" if ending else f"is {self._row.status}"
        return f"The order {now}: it can't be {participle}."

    @property
    def _awaits_the_kitchen(self) -> bool:
        return not self._kitchen.has_accepted and self._is(OrderStatus.CONFIRMED)

    def _is(self, *statuses: OrderStatus) -> bool:
        """In one of them, and not about to end."""
        return self._stop.may_be_asked and self._row.status in statuses
