"""From the order to the kitchen: record, reserve, pay, confirm, notify."""

from domain import errors
from domain.notifications import NotificationType
from tests.matrix import lives
from tests.matrix.cells import S, moved, step, telling
from tests.matrix.outcomes import (
    DELIVERED,
    Ends,
    released,
    voided,
)
from tests.support.fakes import USED_UP

STEPS = (
    step(
        "record",
        "record_order",
        title="Write the order down",
        ends=DELIVERED,
        fact=errors.DuplicateOrder("Another run is this order."),
        for_good=Ends(status=S.REJECTED),
        cancelled=Ends(status=S.CANCELLED),
        is_awaited=True,
    ),
    step(
        "reserve",
        "reserve_stock",
        title="Set the dishes and a kitchen slot aside",
        ends=DELIVERED,
        fact=errors.ItemUnavailable("None is left."),
        for_good=released(S.REJECTED),
        cancelled=released(),
    ),
    moved(
        "write_reserved",
        S.RESERVED,
        title="Write down: reserved",
        ends=DELIVERED,
        for_good=released(S.REJECTED),
        cancelled=released(),
    ),
    step(
        "authorize",
        "authorize_payment",
        title="Hold the money",
        ends=DELIVERED,
        fact=errors.PaymentDeclined("No."),
        for_good=voided(S.PAYMENT_FAILED),
        cancelled=voided(),
    ),
    moved(
        "write_action_required",
        S.PAYMENT_ACTION_REQUIRED,
        title="Write down: the customer has to confirm the payment",
        life=lives.CONFIRMS,
        ends=DELIVERED,
        for_good=voided(),
        cancelled=voided(),
    ),
    step(
        "check",
        "check_payment",
        title="Has the customer confirmed the payment?",
        life=lives.CONFIRMS,
        ends=DELIVERED,
        fact=errors.PaymentDeclined("No."),
        for_good=voided(S.PAYMENT_FAILED),
        cancelled=voided(),
    ),
    moved(
        "confirm",
        S.CONFIRMED,
        title="Write down: confirmed",
        ends=DELIVERED,
        for_good=voided(),
        cancelled=voided(),
    ),
    step(
        "notify",
        "deliver_notifications",
        title="Tell the customer and the restaurant",
        concerns=telling(NotificationType.NEW_ORDER),
        ends=DELIVERED,
        fact=USED_UP,
        for_good=DELIVERED,
        cancelled=voided(),
    ),
)
