"""Steps that come after hours of waiting, on a server whose clock jumps: one order at a time."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from domain.deliveries import CourierRequest, DeliverOrder, DeliveryCode
from domain.refunds import Owed, OweMoney, RefundState
from tests.matrix.cells import WEATHER
from tests.matrix.faults import Fault
from tests.matrix.long_waits import COURIER, LAST_SEEN, REMIND
from tests.matrix.running import Matrix, open_matrix
from tests.support.insisting import insist
from tests.support.temporal import time_skipping
from workflows.delivery import DeliveryWorkflow
from workflows.delivery import workflow_id as delivery_workflow_id
from workflows.policies import DELIVERY, PAYMENTS
from workflows.refund import RefundWorkflow
from workflows.refund import workflow_id as refund_workflow_id


@pytest.fixture
async def matrix() -> AsyncIterator[Matrix]:
    async with open_matrix(time_skipping) as matrix:
        yield matrix


@pytest.mark.parametrize("fault", WEATHER)
async def test_takes_it_back_from_who_is_silent(matrix: Matrix, fault: Fault) -> None:
    """Then nobody else claims it."""
    books, trouble = matrix.begin(LAST_SEEN, fault)
    order = books.order
    errand = DeliverOrder(
        order_id=order.order_id,
        restaurant_id=order.restaurant_id,
        pickup=order.pickup,
        fee=order.quote.delivery_fee,
        ready_by=order.placed_at + timedelta(minutes=20),
    )
    delivery = await matrix.client.start_workflow(
        DeliveryWorkflow.run,
        errand,
        id=delivery_workflow_id(order.order_id),
        task_queue=DELIVERY,
    )
    await books.until(lambda: books.delivery)
    await insist(delivery, DeliveryWorkflow.claim, CourierRequest(courier_id=COURIER))
    outcome = await delivery.result()
    await trouble.end()
    assert trouble.tries > 1
    assert outcome.code is DeliveryCode.NO_COURIER
    assert [key for name, key in books.done if name == "delivery"] == [
        "assigned:1",
        "released:1",
        "failed",
    ]


@pytest.mark.parametrize("fault", WEATHER)
async def test_reminds_somebody_and_goes_on(matrix: Matrix, fault: Fault) -> None:
    """The refund works after more than a day."""
    books, trouble = matrix.begin(REMIND, fault)
    order, purse = books.order, books.purse
    purse.captured = order.quote.total.amount
    owed = OweMoney(
        order_id=order.order_id,
        customer_id=order.customer_id,
        restaurant_id=order.restaurant_id,
        amount=order.quote.total,
        owed=Owed.CAPTURED,
        authorizations=[],
    )
    refund = await matrix.client.start_workflow(
        RefundWorkflow.run, owed, id=refund_workflow_id(owed), task_queue=PAYMENTS
    )
    result = await refund.result()
    await trouble.end()
    assert trouble.tries > 1
    assert result.state is RefundState.SUCCEEDED
    assert (purse.refunded, purse.cases) == (purse.captured, set())
    assert len([name for name, _ in books.done if name == "remind_case"]) == 1
