"""What the sweep's findings say to support staff."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain import findings
from domain.attention import Culprit
from domain.clocks import Clock
from domain.differences import WORKFLOW_LOST
from domain.findings import FindingKind, Run, Termination
from domain.orders import OrderStatus
from tests.support.ordering import an_order_in

ORDER_ID = UUID(int=5)
AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def a_termination(**given: object) -> Termination:
    values = {
        "run": Run(workflow_id=f"order-{ORDER_ID}", run_id="r"),
        "by": "maria@example.org",
        "reason": "stuck",
        "at": AT,
    }
    return Termination(**(values | given))  # type: ignore[arg-type]


def a_clock(status: OrderStatus) -> Clock:
    return Clock(
        order_id=ORDER_ID,
        restaurant_id=UUID(int=1),
        status=status,
        has_courier=False,
        since=AT,
        by=AT + timedelta(minutes=15),
    )


class TestRun:
    @pytest.mark.parametrize(
        "workflow_id",
        [f"order-{ORDER_ID}", f"delivery-{ORDER_ID}", f"refund-{ORDER_ID}-captured"],
    )
    def test_knows_the_order_that_its_id_names(self, workflow_id: str) -> None:
        assert Run(workflow_id=workflow_id, run_id="r").order_id == ORDER_ID

    @pytest.mark.parametrize("workflow_id", ["dispute-dp_1", "reconciliation", ""])
    def test_knows_of_ids_that_name_none(self, workflow_id: str) -> None:
        assert Run(workflow_id=workflow_id, run_id="r").order_id is None


class TestNoProgress:
    def test_says_where_the_order_stands_since_when_and_until_when_it_usually_would(self) -> None:
        clock = a_clock(OrderStatus.PAYMENT_ACTION_REQUIRED)
        found = findings.no_progress(Run(workflow_id=f"order-{ORDER_ID}", run_id="r"), clock)
        assert (found.kind, found.order_id) == (FindingKind.NO_PROGRESS, ORDER_ID)
        assert found.words == (
            "The order has been waiting for the bank since 23 Nov 09:30 UTC, usually until "
            "09:45, and nothing of it asks for a person."
        )


class TestNoWorkflow:
    def test_says_what_will_become_of_the_order(self) -> None:
        found = findings.no_workflow(
            Run(workflow_id=f"order-{ORDER_ID}", run_id=""), a_clock(OrderStatus.CONFIRMED)
        )
        assert (found.kind, found.order_id) == (FindingKind.NO_WORKFLOW, ORDER_ID)
        assert found.words == (
            "No workflow brings the order to its end any more. The order is confirmed: within "
            "about five minutes reconciliation ends it and gives everything back."
        )


class TestTerminated:
    def test_says_who_did_it_why_and_what_will_become_of_it(self) -> None:
        found = findings.terminated(a_termination(), an_order_in(OrderStatus.PREPARING))
        assert found.words == (
            'Terminated by maria@example.org on 23 Nov 09:30 UTC ("stuck"). The order is '
            "preparing: within about five minutes reconciliation ends it and gives everything back."
        )

    def test_says_what_reconciliation_did(self) -> None:
        found = findings.terminated(
            a_termination(reason=""), an_order_in(OrderStatus.CANCELLED, cancellation=WORKFLOW_LOST)
        )
        assert found.words == (
            "Terminated by maria@example.org on 23 Nov 09:30 UTC. Reconciliation ended the order: "
            "it is cancelled, refund none."
        )

    def test_says_how_an_order_stands_that_had_ended_before(self) -> None:
        words = findings.terminated(a_termination(), an_order_in(OrderStatus.DELIVERED)).words
        assert words.endswith("The order has ended: it is delivered, refund none.")

    def test_knows_what_becomes_of_a_workflow_of_no_order(self) -> None:
        words = findings.terminated(a_termination(by=""), None).words
        assert words.startswith("Terminated by somebody on")
        assert words.endswith("Reconciliation begins again what is still to be done.")


class TestCulprit:
    @pytest.mark.parametrize("culprit", Culprit)
    def test_has_words_and_a_hint(self, culprit: Culprit) -> None:
        assert culprit.words
        assert culprit.hint.endswith(".")
