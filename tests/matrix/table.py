"""The failure matrix: every step of an order's life, and what comes of every fault of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from domain import errors
from domain.deliveries import DeliveryState
from domain.notifications import NotificationType
from domain.orders import OrderStatus
from domain.payments import RefundStatus
from tests.matrix import lives
from tests.matrix.faults import Fault
from tests.matrix.outcomes import (
    CALLED_OFF,
    CARRIED_IN_VAIN,
    COOKED_IN_VAIN,
    DELIVERED,
    PARTLY_REFUNDED,
    Cell,
    Ends,
    Impossible,
    Proved,
    Row,
    refunded,
    released,
    voided,
)
from tests.support.fakes import USED_UP

S = OrderStatus

# No step of ours is refused by its row; one that were would be a bug, and be undone all the same.
_BROKEN = errors.IllegalTransition("It can't.")
_NO_FACT = Impossible("It raises no fact, and is tried again until it works.")


def _killed(activity: str) -> dict[Fault, Cell]:
    """By the real workers and the real stack."""
    file = "tests/e2e/test_crash_points.py::TestCrashPoint::test_ends_as_if_nothing_had_happened"
    return {
        fault: Proved("goes on", (f"{file}[{activity}-{when}]",))
        for fault, when in ((Fault.KILLED_BEFORE, "before"), (Fault.KILLED_AFTER, "after"))
    }


def _step(
    name: str, activity: str, *, ends: Ends, for_good: Cell, cancelled: Cell, **given: Any
) -> Row:
    """Weather changes nothing: the order `ends` as it would have."""
    point = given.pop("crash_point", activity)
    weather = (
        Fault.FAILS_TWICE,
        Fault.TIMES_OUT_WITHOUT_EFFECT,
        Fault.TIMES_OUT_WITH_EFFECT,
        Fault.ANSWERS_LATE,
    )
    cells: dict[Fault, Cell] = {
        Fault.FAILS_FOR_GOOD: for_good,
        **dict.fromkeys(weather, ends),
        **_killed(point),
        Fault.CANCELLED_MEANWHILE: cancelled,
    }
    defaults: dict[str, Any] = {"life": lives.EATS}
    return Row(name=name, activity=activity, cells=cells, **(defaults | given))


def _status(status: OrderStatus) -> Callable[[Any], bool]:
    return lambda command: command.status is status


def _state(state: DeliveryState) -> Callable[[Any], bool]:
    return lambda command: command.state is state


def _key(step: str) -> Callable[[Any], bool]:
    return lambda command: command.key.endswith(f":{step}")


def _telling(type_: NotificationType) -> Callable[[Any], bool]:
    return lambda command: any(each.type is type_ for each in command.notifications)


def _again(command: Any) -> bool:
    return bool(command.again)


def _moved(step: str, status: OrderStatus, **given: Any) -> Row:
    """A write of the order's status: awaited, because a row is not undone."""
    return _step(
        step,
        "advance_order",
        concerns=_status(status),
        crash_point=f"advance_order-{status}",
        fact=_BROKEN,
        is_awaited=True,
        **given,
    )


PLACING = (
    _step(
        "record",
        "record_order",
        title="Write the order down",
        ends=DELIVERED,
        fact=errors.DuplicateOrder("Another run is this order."),
        for_good=Ends(status=S.REJECTED),
        cancelled=Ends(status=S.CANCELLED),
        is_awaited=True,
    ),
    _step(
        "reserve",
        "reserve_stock",
        title="Set the dishes and a kitchen slot aside",
        ends=DELIVERED,
        fact=errors.ItemUnavailable("None is left."),
        for_good=released(S.REJECTED),
        cancelled=released(),
    ),
    _moved(
        "write_reserved",
        S.RESERVED,
        title="Write down: reserved",
        ends=DELIVERED,
        for_good=released(S.REJECTED),
        cancelled=released(),
    ),
    _step(
        "authorize",
        "authorize_payment",
        title="Hold the money",
        ends=DELIVERED,
        fact=errors.PaymentDeclined("No."),
        for_good=voided(S.PAYMENT_FAILED),
        cancelled=voided(),
    ),
    _moved(
        "write_action_required",
        S.PAYMENT_ACTION_REQUIRED,
        title="Write down: the customer has to confirm the payment",
        life=lives.CONFIRMS,
        ends=DELIVERED,
        for_good=voided(),
        cancelled=voided(),
    ),
    _step(
        "check",
        "check_payment",
        title="Has the customer confirmed the payment?",
        life=lives.CONFIRMS,
        ends=DELIVERED,
        fact=errors.PaymentDeclined("No."),
        for_good=voided(S.PAYMENT_FAILED),
        cancelled=voided(),
    ),
    _moved(
        "confirm",
        S.CONFIRMED,
        title="Write down: confirmed",
        ends=DELIVERED,
        for_good=voided(),
        cancelled=voided(),
    ),
    _step(
        "notify",
        "deliver_notifications",
        title="Tell the customer and the restaurant",
        concerns=_telling(NotificationType.NEW_ORDER),
        ends=DELIVERED,
        fact=USED_UP,
        for_good=DELIVERED,
        cancelled=voided(),
    ),
)
KITCHEN = (
    _step(
        "delay",
        "record_delay",
        title="Write down: later",
        life=lives.IS_DELAYED,
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=voided(),
        is_awaited=True,
    ),
    _step(
        "renew",
        "authorize_payment",
        title="Hold the money anew before the hold lapses",
        concerns=_again,
        life=lives.WAITS_FOR_LONG,
        ends=DELIVERED,
        fact=errors.PaymentDeclined("No."),
        for_good=voided(),
        cancelled=voided(),
    ),
    _step(
        "withdraw",
        "withdraw_items",
        title="Take what ran out off the menu",
        life=lives.GOES_WITHOUT,
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=voided(),
        is_awaited=True,
    ),
    _moved(
        "accept",
        S.ACCEPTED,
        title="Write down: accepted, and what is cooked",
        ends=DELIVERED,
        for_good=voided(S.REJECTED),
        cancelled=voided(),
    ),
    _step(
        "capture",
        "capture_payment",
        title="Take the money",
        ends=DELIVERED,
        fact=errors.CaptureFailed("No."),
        for_good=replace(refunded(S.PAYMENT_FAILED), refund=RefundStatus.NONE),
        cancelled=replace(refunded(), refund=RefundStatus.NONE),
    ),
    _step(
        "authorize_anew",
        "authorize_payment",
        title="Hold the money anew where the hold had lapsed",
        concerns=_again,
        life=lives.LAPSES,
        ends=DELIVERED,
        fact=errors.PaymentDeclined("No."),
        for_good=voided(S.PAYMENT_FAILED),
        cancelled=voided(),
    ),
    _step(
        "capture_anew",
        "capture_payment",
        title="Take the money of the new hold",
        concerns=_key("capture:2"),
        life=lives.LAPSES,
        ends=DELIVERED,
        fact=errors.AuthorizationLost("No."),
        for_good=replace(refunded(S.PAYMENT_FAILED), refund=RefundStatus.NONE),
        cancelled=replace(refunded(), refund=RefundStatus.NONE),
    ),
    _step(
        "record_payment",
        "record_payment",
        title="Write down: the money is taken",
        concerns=_key("captured"),
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=refunded(),
        is_awaited=True,
    ),
    _moved(
        "begin",
        S.PREPARING,
        title="Write down: the kitchen cooks",
        ends=DELIVERED,
        for_good=refunded(),
        cancelled=refunded(),
    ),
    _step(
        "note_courier",
        "record_courier",
        title="Write down: who carries it",
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
    _step(
        "consume",
        "consume_stock",
        title="Use the dishes up",
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=COOKED_IN_VAIN,
        is_awaited=True,
    ),
    _moved(
        "ready",
        S.READY,
        title="Write down: ready",
        ends=DELIVERED,
        for_good=COOKED_IN_VAIN,
        cancelled=COOKED_IN_VAIN,
    ),
    _moved(
        "write_picked_up",
        S.PICKED_UP,
        title="Write down: the courier has it",
        ends=DELIVERED,
        for_good=COOKED_IN_VAIN,
        cancelled=COOKED_IN_VAIN,
    ),
)
_REVERSED = Impossible("The customer has the food: only this workflow writes it, from picked up.")
ENDS = (
    _moved(
        "write_delivered",
        S.DELIVERED,
        title="Write down: delivered",
        ends=DELIVERED,
        for_good=_REVERSED,
        cancelled=DELIVERED,
    ),
    _step(
        "settle",
        "settle_payment",
        title="Divide the money",
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=DELIVERED,
        is_awaited=True,
    ),
    _step(
        "release",
        "release_stock",
        title="Undo: put the dishes back",
        life=lives.CANCELS_EARLY,
        ends=voided(),
        for_good=_NO_FACT,
        cancelled=voided(),
        is_awaited=True,
    ),
    _step(
        "void",
        "void_payment",
        title="Undo: release the hold",
        life=lives.CANCELS_EARLY,
        ends=voided(),
        fact=USED_UP,
        for_good=voided(),
        cancelled=voided(),
        is_awaited=True,
    ),
    _moved(
        "write_end",
        S.CANCELLED,
        title="Write down: how it ended",
        life=lives.CANCELS_EARLY,
        ends=voided(),
        for_good=Impossible("Every status but a final one leads to cancelled."),
        cancelled=voided(),
    ),
    _step(
        "pay_for_the_work",
        "settle_payment",
        title="Pay for what was cooked and carried in vain",
        life=lives.NOBODY_HOME,
        ends=CARRIED_IN_VAIN,
        for_good=_NO_FACT,
        cancelled=CARRIED_IN_VAIN,
        is_awaited=True,
    ),
)
# The undo gives back what was promised too, so that the part then finds it made.
_PART_AFTER_ALL = replace(refunded(), undos=("refund", "release", "refund part"))
REFUND = (
    _step(
        "plan_part",
        "plan_refund",
        title="Promise a part",
        life=lives.PAID_AT_ONCE,
        ends=PARTLY_REFUNDED,
        for_good=Proved("refused, nothing is owed", ()),
        # Of what was all given back nothing can be promised any more.
        cancelled=refunded(),
    ),
    _step(
        "refund_part",
        "refund_part",
        title="Give a part back",
        life=lives.PAID_AT_ONCE,
        ends=PARTLY_REFUNDED,
        for_good=Proved("a case", ()),
        cancelled=_PART_AFTER_ALL,
    ),
    _step(
        "refund",
        "refund_payment",
        title="Undo of the capture: give everything back",
        life=lives.CANCELS_WHEN_PAID,
        ends=refunded(),
        for_good=Proved("a case", ()),
        cancelled=refunded(),
        is_awaited=True,
    ),
    _step(
        "open_case",
        "open_case",
        title="Open a case",
        life=lives.IS_OWED,
        ends=refunded(),
        for_good=_NO_FACT,
        cancelled=refunded(),
        is_awaited=True,
    ),
    _step(
        "tell_of_the_case",
        "deliver_notifications",
        title="Tell the customer that money is owed",
        concerns=_telling(NotificationType.MONEY_OWED),
        life=lives.IS_OWED,
        ends=refunded(),
        fact=USED_UP,
        for_good=refunded(),
        cancelled=refunded(),
        is_awaited=True,
    ),
    _step(
        "close_case",
        "close_case",
        title="Close the case",
        life=lives.IS_OWED,
        ends=refunded(),
        for_good=_NO_FACT,
        cancelled=refunded(),
        is_awaited=True,
    ),
    _step(
        "write_refund",
        "record_payment",
        title="Write down: where the refund stands",
        concerns=_key("refund:1"),
        life=lives.CANCELS_WHEN_PAID,
        ends=refunded(),
        for_good=_NO_FACT,
        cancelled=refunded(),
        is_awaited=True,
    ),
)
DELIVERY = (
    _step(
        "offer",
        "offer_delivery",
        title="Offer it to couriers",
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
    _step(
        "assign",
        "assign_courier",
        title="Give it to the courier who claims it",
        ends=DELIVERED,
        fact=errors.ClaimRefused("You carry enough."),
        for_good=DELIVERED,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
    _step(
        "take_back",
        "release_delivery",
        title="Take it back from a courier",
        life=lives.CHANGES_COURIER,
        ends=DELIVERED,
        for_good=_NO_FACT,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
    _step(
        "pick_up",
        "advance_delivery",
        title="Write down: picked up",
        concerns=_state(DeliveryState.PICKED_UP),
        crash_point="advance_delivery-picked_up",
        ends=DELIVERED,
        fact=_BROKEN,
        for_good=DELIVERED,
        cancelled=COOKED_IN_VAIN,
        is_awaited=True,
    ),
    _step(
        "deliver",
        "advance_delivery",
        title="Write down: the customer has it",
        concerns=_state(DeliveryState.DELIVERED),
        crash_point="advance_delivery-delivered",
        ends=DELIVERED,
        fact=_BROKEN,
        for_good=DELIVERED,
        cancelled=CARRIED_IN_VAIN,
        is_awaited=True,
    ),
    _step(
        "find_nobody",
        "advance_delivery",
        title="Write down: nobody was home",
        concerns=_state(DeliveryState.FAILED),
        crash_point="advance_delivery-failed",
        life=lives.NOBODY_HOME,
        ends=CARRIED_IN_VAIN,
        fact=_BROKEN,
        for_good=CARRIED_IN_VAIN,
        cancelled=CARRIED_IN_VAIN,
        is_awaited=True,
    ),
    _step(
        "call_off",
        "advance_delivery",
        title="Undo: call it off",
        concerns=_state(DeliveryState.CANCELLED),
        crash_point="advance_delivery-cancelled",
        life=lives.IS_CALLED_OFF,
        ends=CALLED_OFF,
        for_good=_NO_FACT,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
)
ROWS = (*PLACING, *KITCHEN, *ENDS, *REFUND, *DELIVERY)
