"""Where nothing runs: waits for people, and what one workflow hands over to another."""

from tests.matrix.cells import crash_points, here
from tests.matrix.faults import Fault
from tests.matrix.outcomes import Cell, Impossible, Proved, Row

_ORDER = "tests/workflows/test_order"
_WAITS = f"{_ORDER}_cancellation.py::TestDuringAWait"
_REFUND = "tests/workflows/test_refund.py"
_DELIVERY = "tests/workflows/test_delivery.py"
_IN_TIME = "tests/workflows/test_delivery_time.py"
_CASE = "tests/workflows/test_refund_case.py"

_NO_CALL = Impossible("A wait is no call: the engine keeps it, and its deadline.")
_COMMAND = Impossible("It is written with the step before it, in one commit of the engine's.")


def _row(name: str, title: str, never: Cell, point: str, **given: Cell) -> Row:
    """Of something that is no call: `otherwise` says why it has no tries."""
    otherwise = given["otherwise"]
    return Row(
        name=name,
        title=title,
        cells={
            Fault.FAILS_FOR_GOOD: never,
            Fault.FAILS_TWICE: otherwise,
            Fault.TIMES_OUT_WITHOUT_EFFECT: otherwise,
            Fault.TIMES_OUT_WITH_EFFECT: otherwise,
            **crash_points(point),
            Fault.CANCELLED_MEANWHILE: given["cancelled"],
            Fault.ANSWERS_LATE: given["late"],
        },
    )


WAITS = (
    _row(
        "customer_confirms",
        "Wait for the customer to confirm the payment",
        Proved("cancelled", f"{_ORDER}_payment.py::TestAuthentication::test_has_a_deadline"),
        "advance_order-payment_action_required",
        cancelled=Proved("void, release", f"{_WAITS}::test_for_the_customers_bank_voids"),
        late=Proved(
            "looked at once more",
            f"{_ORDER}_payment.py::TestAuthentication::test_is_looked_at_once_more_at_the_deadline",
        ),
        otherwise=_NO_CALL,
    ),
    _row(
        "kitchen_decides",
        "Wait for the kitchen's answer",
        Proved("rejected", f"{_ORDER}_kitchen.py::TestDecision::test_that_never_comes_rejects"),
        "advance_order-confirmed",
        cancelled=Proved("void, release", f"{_WAITS}::test_for_the_kitchens_answer_voids"),
        late=Proved(
            "refused",
            f"{_ORDER}_kitchen.py::TestDecision"
            "::test_hears_that_a_cancellation_was_quicker_than_its_acceptance",
        ),
        otherwise=_NO_CALL,
    ),
    _row(
        "kitchen_cooks",
        "Wait for the food",
        Proved(
            "cancelled",
            f"{_ORDER}_kitchen.py::TestCooking::test_that_never_ends_gives_the_money_back",
        ),
        "advance_order-preparing",
        cancelled=Proved(
            "call off, refund, release",
            f"{_WAITS}::test_for_the_kitchen_to_be_done_calls_the_courier_off_and_refunds",
        ),
        late=Proved(
            "a person is asked",
            f"{_ORDER}_kitchen.py::TestCooking"
            "::test_that_is_late_asks_for_a_person_until_it_is_done",
        ),
        otherwise=_NO_CALL,
    ),
    _row(
        "door_opens",
        "Wait for the delivery",
        Proved(
            "cancelled; who worked is paid",
            f"{_ORDER}_delivery.py::TestAnEndWithoutFood"
            "::test_gives_the_customer_everything_back_and_says_why",
        ),
        "advance_order-picked_up",
        cancelled=Proved(
            "who worked is paid",
            f"{_WAITS}::test_for_the_door_pays_kitchen_and_courier_besides",
        ),
        late=Proved(
            "cancelled",
            f"{_ORDER}_delivery.py::TestAnEndWithoutFood"
            "::test_comes_also_where_the_delivery_never_ends",
        ),
        otherwise=_NO_CALL,
    ),
    _row(
        "courier_claims",
        "Wait for a courier to claim it",
        Proved(
            "no courier",
            f"{_IN_TIME}::TestTime::test_widens_the_circle_and_then_asks_for_a_person",
        ),
        "offer_delivery",
        cancelled=Proved(
            "called off", f"{_DELIVERY}::TestTheEnd::test_comes_whenever_it_is_called_off"
        ),
        late=Proved(
            "refused", f"{_DELIVERY}::TestClaim::test_gives_it_to_the_first_of_many_at_once"
        ),
        otherwise=_NO_CALL,
    ),
    _row(
        "courier_comes",
        "Wait for the courier who claimed it",
        Proved("taken back", f"{_IN_TIME}::TestTime::test_takes_it_back_from_who_is_silent"),
        "assign_courier",
        cancelled=Proved(
            "called off", f"{_DELIVERY}::TestTheEnd::test_comes_whenever_it_is_called_off"
        ),
        late=Proved(
            "taken back once",
            f"{_IN_TIME}::TestTime::test_does_not_take_back_what_is_released_in_the_same_moment",
        ),
        otherwise=_NO_CALL,
    ),
    _row(
        "bank_refunds",
        "Wait for a refund that the bank works on",
        Proved(
            "made anew",
            f"{_REFUND}::TestRefundWorkflow::test_makes_a_refund_anew_that_the_bank_returned",
        ),
        "refund_payment",
        cancelled=Proved(
            "goes on", f"{_REFUND}::TestRefundWorkflow::test_is_not_ended_by_the_engines_cancel"
        ),
        late=Proved(
            "looked at again",
            f"{_REFUND}::TestRefundWorkflow::test_looks_again_at_a_refund_that_is_pending",
        ),
        otherwise=_NO_CALL,
    ),
    _row(
        "person_decides",
        "Wait for somebody's decision about a case",
        Proved(
            "reminded every day",
            f"{_CASE}::TestCase::test_says_that_it_is_overdue_after_a_day",
        ),
        "refund_payment",
        cancelled=Proved(
            "goes on", f"{_REFUND}::TestRefundWorkflow::test_is_not_ended_by_the_engines_cancel"
        ),
        late=Proved(
            "paid once",
            f"{_CASE}::TestResolveRefund::test_does_not_pay_what_an_attempt_pays_meanwhile",
        ),
        otherwise=_NO_CALL,
    ),
)
HAND_OVERS = (
    _row(
        "start_delivery",
        "Start the delivery",
        Proved(
            "cancelled",
            f"{_ORDER}_delivery.py::TestAnEndWithoutFood"
            "::test_is_that_also_when_somebody_ends_the_delivery_in_the_engine",
        ),
        "offer_delivery",
        cancelled=Proved("called off", here("offer", Fault.CANCELLED_MEANWHILE)),
        late=Proved(
            "the money does not wait",
            f"{_WAITS}::test_does_not_let_the_money_wait_for_a_delivery_that_does_not_answer",
        ),
        otherwise=_COMMAND,
    ),
    _row(
        "tell_ready",
        "Tell the delivery that the food is ready",
        Impossible("Where the delivery is over, the order hears of that next."),
        "advance_order-ready",
        cancelled=Proved("called off", here("ready", Fault.CANCELLED_MEANWHILE)),
        late=Proved(
            "the pick-up waits",
            f"{_DELIVERY}::TestPickUp::test_comes_just_before_the_kitchens_word",
        ),
        otherwise=_COMMAND,
    ),
    _row(
        "tell_order",
        "Tell the order who has the food",
        Proved(
            "the courier goes on",
            f"{_DELIVERY}::TestTheOrder::test_may_be_gone_without_stopping_the_courier",
        ),
        "assign_courier",
        cancelled=Proved("called off", here("assign", Fault.CANCELLED_MEANWHILE)),
        late=Proved(
            "written each time",
            f"{_ORDER}_delivery.py::TestHandover::test_writes_down_who_carries_it_each_time",
        ),
        otherwise=_COMMAND,
    ),
    _row(
        "hand_refund_over",
        "Undo: hand the refund over to its own workflow",
        Proved(
            "the order ends",
            f"{_ORDER}.py::TestUndo::test_ends_the_order_also_when_somebody_terminates_its_refund",
        ),
        "refund_payment",
        cancelled=Proved("refund, release", here("refund", Fault.CANCELLED_MEANWHILE)),
        late=Proved(
            "the order ends, the refund goes on",
            f"{_ORDER}.py::TestUndo::test_ends_the_order_while_its_refund_goes_on",
        ),
        otherwise=_COMMAND,
    ),
)
