"""What may be asked now, as far as what is written down says it.

Each check raises, in words for who asked, why not, and what is possible instead. Workflows know
more than the rows do (what was just asked, and is not written yet): they ask these, and then
themselves.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from domain.casework import Case, Resolution
from domain.deliveries import DeliveryState
from domain.errors import (
    DeadlineOutOfRange,
    DelayOutOfRange,
    FeeRefused,
    IllegalTransition,
    ReferenceMissing,
    RefundExceedsCaptured,
    RefundNotDue,
    TooLateToCancel,
)
from domain.money import Money
from domain.orders import CANCELLABLE, DELAYABLE, IN_CHECKOUT, Order, OrderStatus
from domain.payments import OrderPayment
from domain.progress import LONGEST_DELAY
from domain.references import check_reference
from domain.status_words import plain

# A case that nobody looks at for longer is one that nobody looks at.
LONGEST_CASE = timedelta(days=30)

BANK_AT_WORK = "The bank works on a refund: wait until it has an end."
NO_OPEN_CASE = "There is no such open case."


def refusal(status: OrderStatus, participle: str, *, ending: OrderStatus | None = None) -> str:
    """Why an order can't be `participle` ("cancelled"), and what is possible instead.

    `ending` is what it is about to end as.
    """
    if ending:
        return f"The order ends as {plain(ending)}: it can't be {participle}, but ordered again."
    instead = _instead(status, participle)
    return f"The order is {plain(status)}: it can't be {participle}, {instead}."


def _instead(status: OrderStatus, participle: str) -> str:
    # Where that is refused all the same, the kitchen has begun and the row lags behind.
    if status in CANCELLABLE and participle != "cancelled":
        return "but it can be cancelled"
    if not status.is_final:
        return "but support can cancel it"
    if status is OrderStatus.DELIVERED:
        return "but support can give money back"
    return "but ordered again"


def to_cancel(status: OrderStatus, *, late: bool, has_begun: bool = False) -> None:
    """`late` as in `CancelOrder`; `has_begun` where the kitchen cooks, and the row lags behind.

    Raises `TooLateToCancel`.
    """
    in_time = status in CANCELLABLE and not has_begun
    if not (in_time or (late and not status.is_final)):
        raise TooLateToCancel(refusal(status, "cancelled"))


def to_keep(keep: Money | None, payment: OrderPayment, *, total: Money, left: Money | None) -> None:
    """Of a cancelled order's money, as its fee; `total` is what the order costs now.

    `left` as in `CancelOrder`. Raises `FeeRefused`.
    """
    if keep is None:
        return
    if payment.captured.amount <= 0:
        raise FeeRefused("Nothing was taken yet, so nothing can be kept: cancel without a fee.")
    paid = _least(payment.captured - payment.refunded, total)
    if keep.currency != paid.currency or not 0 < keep.amount < paid.amount:
        raise FeeRefused(f"A fee is above nothing, and below the {paid} that the customer paid.")
    if left is not None and keep.amount >= left.amount:
        raise FeeRefused(f"A fee is below the {left} that is neither given back nor promised.")


def to_keep_the_same(keep: Money | None, agreed: Money | None) -> None:
    """Of an order that is being cancelled: nobody changes what was agreed. Raises `FeeRefused`."""
    if keep not in (None, agreed):
        kept = f"{agreed} are kept" if agreed else "nothing is kept"
        raise FeeRefused(f"The order is being cancelled already, and {kept} of its money.")


def given_back_by_cancelling(
    payment: OrderPayment, keep: Money | None, *, left: Money | None
) -> Money:
    """What leaves the platform by it: zero where the money was only held.

    `left` as in `CancelOrder`.
    """
    back = payment.captured - payment.refunded
    back = back if left is None else _least(back, left)
    return back - keep if keep else back


def to_delay(status: OrderStatus, minutes: int) -> None:
    """Raises `DelayOutOfRange` and `IllegalTransition`."""
    to_give_minutes(minutes)
    if status not in DELAYABLE:
        raise IllegalTransition(refusal(status, "delayed"))


def to_give_minutes(minutes: int) -> None:
    """Raises `DelayOutOfRange`."""
    if not 1 <= minutes <= LONGEST_DELAY:
        raise DelayOutOfRange(f"A delay has 1 to {LONGEST_DELAY} minutes.")


def has_ended(status: OrderStatus) -> str:
    """Why nothing can be asked of an order, and what is possible instead."""
    return (
        f"The order has ended as {plain(status)}: nothing of it goes on any more. "
        "Give money back, or order again for the customer."
    )


def has_no_delivery(status: OrderStatus) -> str:
    """Why nothing can be asked of an order's delivery, and what is possible instead."""
    what = f"The order is {plain(status)}, and no courier is sought or under way."
    if status.is_final:
        return f"{what} Order again for the customer."
    return f"{what} Extend the kitchen's deadline, or cancel the order."


def to_reassign(state: DeliveryState, *, courier_id: UUID | None, has_courier: bool) -> None:
    """`courier_id` is who is to take it; without one, others than who has it are asked.

    Raises `IllegalTransition`.
    """
    if state is DeliveryState.PICKED_UP:
        raise IllegalTransition("The courier has the food: call them, or cancel.")
    _to_go_on(state)
    if courier_id is None and not has_courier:
        message = "Nobody has it, and couriers are asked: name the one who is to take it."
        raise IllegalTransition(message)


def to_extend_delivery(state: DeliveryState, minutes: int) -> None:
    """Raises `DelayOutOfRange` and `IllegalTransition`."""
    to_give_minutes(minutes)
    _to_go_on(state)


def _to_go_on(state: DeliveryState) -> None:
    if state.is_final:
        raise IllegalTransition(f"The delivery is {state}: nothing is waited for any more.")


def to_resend_confirmation(status: OrderStatus) -> None:
    """Raises `IllegalTransition`."""
    if status in IN_CHECKOUT:
        raise IllegalTransition("Nothing was confirmed yet: the payment comes first.")
    if status.is_final:
        raise IllegalTransition(f"The order is {plain(status)}: there is nothing to confirm.")


def to_order_again(status: OrderStatus) -> None:
    """Raises `IllegalTransition`."""
    if not status.is_final:
        message = f"The order is {plain(status)} still: cancel it first, or wait for its end."
        raise IllegalTransition(message)


def to_order_once_more(again: Order) -> None:
    """`again` was placed in place of the order already. Raises `IllegalTransition`."""
    if not again.status.is_final or again.status is OrderStatus.DELIVERED:
        raise IllegalTransition(
            f"It was ordered again already, and order {again.order_id} is "
            f"{plain(again.status)}: look at that one."
        )


def to_refund(amount: Money | None, *, left: Money) -> Money:
    """How much it is: `amount`, or all that is `left`, where none is named.

    `left` is what was taken and is neither given back nor promised. Raises
    `RefundExceedsCaptured`.
    """
    if left.amount <= 0:
        raise RefundExceedsCaptured("Nothing of this order can be given back any more.")
    if amount is None:
        return left
    if amount.amount > left.amount:
        raise RefundExceedsCaptured(f"Only {left} of this order can still be given back.")
    return amount


def refund_due(cases: Iterable[Case]) -> Case:
    """The one of an order's refunds that a person decides about.

    Raises `RefundNotDue`, also where there are several: which one is meant has to be said.
    """
    due = [case for case in cases if case.is_open]
    if not due:
        raise RefundNotDue("No refund of this order is due.")
    if len(due) > 1:
        raise RefundNotDue(f"{len(due)} refunds of this order are due: name the case of one.")
    return due[0]


def to_resolve(resolution: Resolution, reference: str) -> None:
    """Raises `RefundNotDue`, `ReferenceMissing` and `ReferenceRefused`."""
    if resolution is Resolution.REFUNDED:
        raise RefundNotDue("A refund ends by itself when the money goes through.")
    if resolution is Resolution.PAID_BY_HAND and not reference.strip():
        raise ReferenceMissing("Say how it was paid: the number of the transfer, say.")
    if reference:
        check_reference(reference)


def to_be_due(shown: Money | None, due: Money) -> None:
    """`shown` is what somebody was told is due, and may have paid; None where nobody says.

    Raises `RefundNotDue` where it is another amount by now.
    """
    if shown not in {None, due}:
        message = f"{due} of it are due now, and not {shown}: look at the order again."
        raise RefundNotDue(message)


def open_case(cases: Iterable[Case], key: str | None) -> Case:
    """The one of an order's cases that is meant: that of the key, or the only one there is.

    Raises `RefundNotDue`, also where there are several and none is named.
    """
    meant = [case for case in cases if case.is_open and key in (None, case.key)]
    if len(meant) > 1:
        raise RefundNotDue(f"{len(meant)} cases of this order are open: name one.")
    if not meant:
        raise RefundNotDue(NO_OPEN_CASE if key else "This order has no open case.")
    return meant[0]


def to_move_case(deadline: datetime | None, *, is_open: bool, now: datetime) -> None:
    """Raises `RefundNotDue` and `DeadlineOutOfRange`."""
    if not is_open:
        raise RefundNotDue(NO_OPEN_CASE)
    if deadline is None:
        return
    if deadline <= now:
        raise DeadlineOutOfRange("The deadline has passed: name a later one.")
    if deadline > now + LONGEST_CASE:
        raise DeadlineOutOfRange(f"A deadline is at most {LONGEST_CASE.days} days away.")


def to_decide_case(*, is_open: bool, is_of_refund: bool) -> None:
    """Of a refund where reconciliation did not open it. Raises `RefundNotDue`."""
    if not is_open:
        raise RefundNotDue(NO_OPEN_CASE)
    if is_of_refund:
        message = "Reconciliation has no such open case: resolve the order's refund instead."
        raise RefundNotDue(message)


def _least(*amounts: Money) -> Money:
    return min(amounts, key=lambda money: money.amount)
