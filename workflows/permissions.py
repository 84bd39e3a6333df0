"""What may be asked of an order now. Each check raises, in words for who asked, why not."""

from temporalio import workflow

from workflows.kitchen import Kitchen
from workflows.row import OrderRow
from workflows.stop import Stop

with workflow.unsafe.imports_passed_through():
    from domain.desk import DeskAction, Mandate, check_mandate
    from domain.errors import IllegalTransition, TooLateToCancel
    from domain.orders import Actor, OrderStatus
    from domain.permissions import (
        given_back_by_cancelling,
        refusal,
        to_cancel,
        to_delay,
        to_keep,
        to_keep_the_same,
        to_resend_confirmation,
    )
    from domain.progress import AcceptOrder, AddNote, CancelOrder, DelayOrder, RejectOrder


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
        """Raises `IllegalTransition`, `DelayOutOfRange` and `RightMissing`."""
        if command.by is Actor.SUPPORT:
            check_mandate(command.mandate, DeskAction.EXTEND_DEADLINE)
        to_delay(self._row.status, command.minutes)
        if self._kitchen.is_done or not self._stop.may_be_asked:
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
        """Raises `TooLateToCancel` and `FeeRefused`, and as `check_mandate` but for customers."""
        ending = self._stop.ending
        if ending and ending.status is OrderStatus.CANCELLED:
            to_keep_the_same(command.keep, ending.cancellation.kept)
            return
        if not self._stop.may_be_asked:
            raise TooLateToCancel(self.refusal("cancelled"))
        to_cancel(self._row.status, late=command.late, has_begun=self._kitchen.has_begun)
        page = self._row.page
        to_keep(command.keep, page.payment, total=page.quote.total, left=command.left)
        if not _is_what_customers_may(command):
            back = given_back_by_cancelling(page.payment, command.keep, left=command.left)
            check_mandate(command.mandate, DeskAction.CANCEL, back)

    def to_retry(self, mandate: Mandate | None) -> None:
        """Raises `RightMissing`."""
        check_mandate(mandate, DeskAction.RETRY)

    def to_resend_confirmation(self, mandate: Mandate | None) -> None:
        """Raises `IllegalTransition` and `RightMissing`."""
        check_mandate(mandate, DeskAction.RESEND_CONFIRMATION)
        to_resend_confirmation(self._row.status)

    def to_add_note(self, note: AddNote) -> None:
        """Raises `IllegalTransition` and `RightMissing`."""
        check_mandate(note.mandate, DeskAction.ADD_NOTE)
        if not self._row.is_written:
            raise IllegalTransition("The order is not written down yet: try again in a moment.")

    def refusal(self, participle: str) -> str:
        ending = self._stop.ending
        return refusal(self._row.status, participle, ending=ending.status if ending else None)

    @property
    def _awaits_the_kitchen(self) -> bool:
        return not self._kitchen.has_accepted and self._is(OrderStatus.CONFIRMED)

    def _is(self, *statuses: OrderStatus) -> bool:
        """In one of them, and not about to end."""
        return self._stop.may_be_asked and self._row.status in statuses


def _is_what_customers_may(command: CancelOrder) -> bool:
    """The money goes back then, all of it: that is theirs, and nobody's decision."""
    return command.by is Actor.CUSTOMER and not command.late and command.keep is None
