"""The refund's own workflow."""

from dataclasses import replace

from domain.notifications import NotificationType
from tests.matrix import lives
from tests.matrix.cells import NO_FACT, keyed, step, telling
from tests.matrix.outcomes import (
    PARTLY_REFUNDED,
    Proved,
    refunded,
)
from tests.support.fakes import USED_UP

# The undo gives back what was promised too, so that the part then finds it made.
_PART_AFTER_ALL = replace(refunded(), undos=("refund", "release", "refund part"))
STEPS = (
    step(
        "plan_part",
        "plan_refund",
        title="Promise a part",
        life=lives.PAID_AT_ONCE,
        ends=PARTLY_REFUNDED,
        for_good=Proved(
            "refused; nothing is owed",
            "tests/workflows/test_refund_part.py::TestPart"
            "::test_is_refused_where_it_is_too_much_and_may_be_asked_for_again",
        ),
        # Of what was all given back nothing can be promised any more.
        cancelled=refunded(),
    ),
    step(
        "refund_part",
        "refund_part",
        title="Give a part back",
        life=lives.PAID_AT_ONCE,
        ends=PARTLY_REFUNDED,
        for_good=Proved(
            "a case until it works",
            "tests/workflows/test_refund_part.py::TestPart::test_is_tried_again_under_its_own_numbers",
        ),
        cancelled=_PART_AFTER_ALL,
    ),
    step(
        "refund",
        "refund_payment",
        title="Undo of the capture: give everything back",
        life=lives.CANCELS_WHEN_PAID,
        ends=refunded(),
        for_good=Proved(
            "a case until it works",
            "tests/workflows/test_refund.py::TestRefundWorkflow"
            "::test_says_that_money_is_due_and_tells_the_customer_once",
        ),
        cancelled=refunded(),
        is_awaited=True,
    ),
    step(
        "open_case",
        "open_case",
        crash_point="",
        title="Open a case",
        life=lives.IS_OWED,
        ends=refunded(),
        for_good=NO_FACT,
        cancelled=refunded(),
        is_awaited=True,
    ),
    step(
        "tell_of_the_case",
        "deliver_notifications",
        title="Tell the customer that money is owed",
        concerns=telling(NotificationType.MONEY_OWED),
        life=lives.IS_OWED,
        ends=refunded(),
        fact=USED_UP,
        for_good=refunded(),
        cancelled=refunded(),
        is_awaited=True,
    ),
    step(
        "close_case",
        "close_case",
        crash_point="",
        title="Close the case",
        life=lives.IS_OWED,
        ends=refunded(),
        for_good=NO_FACT,
        cancelled=refunded(),
        is_awaited=True,
    ),
    step(
        "write_refund",
        "record_payment",
        title="Write down: where the refund stands",
        concerns=keyed("refund:1"),
        life=lives.CANCELS_WHEN_PAID,
        ends=refunded(),
        for_good=NO_FACT,
        cancelled=refunded(),
        is_awaited=True,
    ),
)
