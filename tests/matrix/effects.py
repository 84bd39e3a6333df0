"""What reaches outside: requests to Stripe, commits, notifications, events."""

from collections.abc import Mapping

from tests.matrix.cells import crash_points
from tests.matrix.faults import Fault
from tests.matrix.outcomes import Cell, Impossible, Proved, Row

_ACTIVITIES = "tests/activities"
_FAULTS = f"{_ACTIVITIES}/test_payments_faults.py::TestOneFaultAtEachRequest"
_PAYMENTS = f"{_ACTIVITIES}/test_payments.py"
_UNDO = f"{_ACTIVITIES}/test_payments_undo.py"
_AWAY = Proved(
    "no charge",
    "tests/workflows/test_order.py::TestFailureOfAStep"
    "::test_ends_without_charge_when_the_payment_service_stays_away",
)


def _request(
    name: str,
    title: str,
    *,
    test: str,
    path: str = "",
    for_good: Cell,
    cancelled: Cell,
    late: Cell,
) -> Row:
    """`test` meets every fault of the sandbox: 429, 500s, timeouts, resets, each side of it."""

    def fault(which: str) -> str:
        return f"{_FAULTS}::{test}[{'-'.join(filter(None, (which, path)))}]"

    return Row(
        name=name,
        title=title,
        cells={
            Fault.FAILS_FOR_GOOD: for_good,
            Fault.FAILS_TWICE: Proved("once", fault("error_before")),
            Fault.TIMES_OUT_WITHOUT_EFFECT: Proved("once", fault("hang_before")),
            Fault.TIMES_OUT_WITH_EFFECT: Proved("once", fault("hang_after")),
            **crash_points(f"stripe_{name}"),
            Fault.CANCELLED_MEANWHILE: cancelled,
            Fault.ANSWERS_LATE: late,
        },
    )


_HOLD_UNDONE = Proved(
    "nothing is held", f"{_UNDO}::TestVoidThatOvertakesTheAuthorization::test_wins_around_each_call"
)
STRIPE = (
    _request(
        "create_customer",
        "Create the customer",
        test="test_holds_the_money_once",
        path="/v1/customers",
        for_good=_AWAY,
        cancelled=_HOLD_UNDONE,
        late=Proved(
            "one customer",
            f"{_PAYMENTS}::TestAuthorizePayment"
            "::test_makes_one_customer_of_an_account_with_two_first_orders_at_once",
        ),
    ),
    _request(
        "attach",
        "Attach the payment method",
        test="test_holds_the_money_once",
        path="/v1/payment_methods/*/attach",
        for_good=_AWAY,
        cancelled=_HOLD_UNDONE,
        late=_HOLD_UNDONE,
    ),
    _request(
        "authorize",
        "Create the PaymentIntent",
        test="test_holds_the_money_once",
        path="/v1/payment_intents",
        for_good=Proved(
            "payment failed",
            f"{_PAYMENTS}::TestAuthorizePayment::test_tells_the_customer_why_the_bank_said_no",
        ),
        cancelled=Proved(
            "nothing is held",
            f"{_UNDO}::TestVoidThatOvertakesTheAuthorization"
            "::test_wins_while_the_request_is_under_way",
        ),
        late=Proved(
            "nothing is held",
            f"{_UNDO}::TestVoidThatOvertakesTheAuthorization"
            "::test_needs_nobody_else_when_the_request_arrives_late",
        ),
    ),
    _request(
        "capture",
        "Capture",
        test="test_takes_it_once",
        for_good=Proved(
            "payment failed", f"{_PAYMENTS}::TestCapturePayment::test_says_that_the_bank_refused"
        ),
        cancelled=Proved(
            "given back",
            f"{_UNDO}::TestRefundThatOvertakesTheCapture"
            "::test_gives_back_what_was_taken_when_it_comes_after_the_call",
        ),
        late=Proved(
            "given back",
            f"{_UNDO}::TestRefundThatOvertakesTheCapture"
            "::test_gives_back_what_was_taken_between_its_look_and_its_release",
        ),
    ),
    _request(
        "cancel",
        "Cancel the PaymentIntent",
        test="test_releases_it",
        for_good=Proved(
            "refunded instead",
            f"{_PAYMENTS}::TestVoidPayment::test_refunds_what_was_taken_after_all",
        ),
        cancelled=Impossible("It is an undo, which nobody cancels."),
        late=Proved("once", f"{_PAYMENTS}::TestVoidPayment::test_releases_what_is_held_once"),
    ),
    _request(
        "refund",
        "Refund",
        test="test_gives_it_back_once",
        for_good=Proved(
            "a case until it works",
            f"{_ACTIVITIES}/test_refunds.py::TestRefundPayment"
            "::test_fails_while_the_bank_has_a_dispute_and_owes_meanwhile",
        ),
        cancelled=Impossible("It is an undo, which nobody cancels."),
        late=Proved(
            "once",
            f"{_PAYMENTS}::TestRefundPayment::test_gives_it_back_once_when_asked_ten_times_at_once",
        ),
    ),
)


def _row(name: str, title: str, cells: Mapping[Fault, Cell]) -> Row:
    return Row(name=name, title=title, cells=cells)


_WEATHER = Proved(
    "goes on",
    "tests/workflows/test_order.py::TestFailureOfAStep::test_goes_on_after_weather",
)
_MOVES_ONCE = Proved(
    "once", f"{_ACTIVITIES}/test_orders.py::TestAdvanceOrder::test_moves_once_when_tried_twice"
)
_RELAY = "tests/workers/test_pipeline.py::TestRelay"
_KAFKA_AWAY = Proved("goes on", f"{_RELAY}::test_waits_calmly_while_kafka_is_away")
_TELLS_ONCE = Proved(
    "once",
    f"{_ACTIVITIES}/test_notifications.py"
    "::test_deliver_notifications_tells_each_once_when_tried_twice",
)
OTHERS = (
    _row(
        "commit",
        "A commit of a row and its event",
        {
            Fault.FAILS_FOR_GOOD: Impossible(
                "A constraint that refuses it is a bug; a database that is away is weather."
            ),
            Fault.FAILS_TWICE: _WEATHER,
            Fault.TIMES_OUT_WITHOUT_EFFECT: _WEATHER,
            Fault.TIMES_OUT_WITH_EFFECT: _MOVES_ONCE,
            **crash_points("advance_order-confirmed"),
            Fault.CANCELLED_MEANWHILE: Impossible(
                "Whoever cancels waits for it: the order's own row is not undone."
            ),
            Fault.ANSWERS_LATE: _MOVES_ONCE,
        },
    ),
    _row(
        "notification",
        "A notification",
        {
            Fault.FAILS_FOR_GOOD: Proved(
                "goes on",
                "tests/workflows/test_order.py::TestFailureOfAStep"
                "::test_goes_on_where_nobody_could_be_told",
            ),
            Fault.FAILS_TWICE: _WEATHER,
            Fault.TIMES_OUT_WITHOUT_EFFECT: _TELLS_ONCE,
            Fault.TIMES_OUT_WITH_EFFECT: _TELLS_ONCE,
            **crash_points("deliver_notifications"),
            Fault.CANCELLED_MEANWHILE: Impossible("What was said stays said; the end is told too."),
            Fault.ANSWERS_LATE: _TELLS_ONCE,
        },
    ),
    _row(
        "event",
        "An event in Kafka",
        {
            Fault.FAILS_FOR_GOOD: Proved(
                "holds up its order's events",
                f"{_RELAY}::test_holds_up_no_order_but_the_one_whose_event_is_refused",
            ),
            Fault.FAILS_TWICE: Proved(
                "goes on", f"{_RELAY}::test_waits_calmly_while_kafka_is_away"
            ),
            Fault.TIMES_OUT_WITHOUT_EFFECT: Proved(
                "goes on", f"{_RELAY}::test_waits_calmly_while_kafka_is_away"
            ),
            Fault.TIMES_OUT_WITH_EFFECT: Proved(
                "at least once", f"{_RELAY}::test_loses_nothing_when_the_broker_is_killed"
            ),
            Fault.KILLED_BEFORE: Proved(
                "goes on", f"{_RELAY}::test_shares_the_work_with_another_which_may_die"
            ),
            Fault.KILLED_AFTER: Proved(
                "sent again",
                f"{_RELAY}::test_sends_again_what_it_had_sent_but_not_marked_when_it_was_killed",
            ),
            Fault.CANCELLED_MEANWHILE: Impossible("It says what happened: nobody cancels it."),
            Fault.ANSWERS_LATE: Proved(
                "in order", f"{_RELAY}::test_keeps_the_events_of_an_order_in_their_order"
            ),
        },
    ),
)
