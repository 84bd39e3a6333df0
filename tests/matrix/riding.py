"""The delivery's own workflow."""

from domain import errors
from domain.deliveries import DeliveryState
from tests.matrix import lives
from tests.matrix.cells import BROKEN, NO_FACT, becoming, step
from tests.matrix.outcomes import (
    CALLED_OFF,
    CARRIED_IN_VAIN,
    COOKED_IN_VAIN,
    DELIVERED,
)

STEPS = (
    step(
        "offer",
        "offer_delivery",
        title="Offer it to couriers",
        ends=DELIVERED,
        for_good=NO_FACT,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
    step(
        "assign",
        "assign_courier",
        title="Give it to the courier who claims it",
        ends=DELIVERED,
        fact=errors.ClaimRefused("You carry enough."),
        for_good=DELIVERED,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
    step(
        "take_back",
        "release_delivery",
        title="Take it back from a courier",
        life=lives.CHANGES_COURIER,
        ends=DELIVERED,
        for_good=NO_FACT,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
    step(
        "pick_up",
        "advance_delivery",
        title="Write down: picked up",
        concerns=becoming(DeliveryState.PICKED_UP),
        crash_point="advance_delivery-picked_up",
        ends=DELIVERED,
        fact=BROKEN,
        for_good=DELIVERED,
        cancelled=COOKED_IN_VAIN,
        is_awaited=True,
    ),
    step(
        "deliver",
        "advance_delivery",
        title="Write down: the customer has it",
        concerns=becoming(DeliveryState.DELIVERED),
        crash_point="advance_delivery-delivered",
        ends=DELIVERED,
        fact=BROKEN,
        for_good=DELIVERED,
        cancelled=CARRIED_IN_VAIN,
        is_awaited=True,
    ),
    step(
        "find_nobody",
        "advance_delivery",
        title="Write down: nobody was home",
        concerns=becoming(DeliveryState.FAILED),
        crash_point="advance_delivery-failed",
        life=lives.NOBODY_HOME,
        ends=CARRIED_IN_VAIN,
        fact=BROKEN,
        for_good=CARRIED_IN_VAIN,
        cancelled=CARRIED_IN_VAIN,
        is_awaited=True,
    ),
    step(
        "call_off",
        "advance_delivery",
        title="Undo: call it off",
        concerns=becoming(DeliveryState.CANCELLED),
        crash_point="advance_delivery-cancelled",
        life=lives.IS_CALLED_OFF,
        ends=CALLED_OFF,
        for_good=NO_FACT,
        cancelled=CALLED_OFF,
        is_awaited=True,
    ),
)
