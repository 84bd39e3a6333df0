"""A step that keeps failing asks for a person, and calms by itself: on the workflows' own pages."""

from datetime import UTC, datetime, timedelta

import pytest
import stripe
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from domain.attention import Culprit, StepTrouble
from domain.orders import OrderStatus
from domain.payments import PaymentStatus
from domain.progress import AcceptOrder, DelayOrder
from tests.support.fake_workers import at_work
from tests.support.fakes import FakeActivities
from tests.support.insisting import begin, insist
from tests.support.pages_of_workflows import page_of
from tests.support.polling import seen
from tests.support.under_way import Order
from workflows.order import OrderWorkflow
from workflows.policies import READY_GRACE

# What docs/operations.md states.
WITHIN = timedelta(seconds=60 + 50)
# The step is scheduled some time before the test begins to count.
BEFORE = timedelta(seconds=40)


class Broken:
    """What a step meets, again and again, until it is mended."""

    def __init__(self, activities: FakeActivities, step: str, failure: Exception) -> None:
        self._script = activities.script[step]
        self._failure = failure
        self._is_mended = False
        self._script.append(self)

    async def __call__(self) -> None:
        if not self._is_mended:
            self._script.insert(0, self)
            raise self._failure.with_traceback(None)

    def mend(self) -> None:
        self._is_mended = True


async def asks(order: Order, reason: str | None) -> None:
    await seen(order.attention, lambda shown: shown == reason)


class TestStep:
    @pytest.mark.time_skipping
    async def test_that_keeps_failing_is_told_of_until_it_works(
        self, client: Client, environment: WorkflowEnvironment, activities: FakeActivities
    ) -> None:
        order = await Order.confirmed(client, activities)
        stripe_is_away = Broken(activities, "capture_payment", stripe.APIConnectionError("refused"))
        await insist(order.handle, OrderWorkflow.accept, AcceptOrder())
        await environment.sleep(BEFORE)
        assert await order.attention() is None

        await environment.sleep(WITHIN - BEFORE)
        await asks(order, "Keeps failing: Take 23.00 USD")
        page = await seen(lambda: page_of(order.handle), lambda text: "payment service" in text)
        assert "> **Keeps failing\\: Take 23\\.00 USD**, since " in page
        assert "is Stripe in trouble?" in page
        assert "**You can now** retry a failing step · " in page

        stripe_is_away.mend()
        await environment.sleep(timedelta(seconds=31))
        await asks(order, None)
        page = await page_of(order.handle)
        assert "> **Keeps failing" not in page
        assert "retry a failing step" not in page
        assert "No longer failing: Take 23\\.00 USD" in page
        await order.paid()

    @pytest.mark.time_skipping
    async def test_comes_before_a_late_kitchen_which_is_told_of_again_after_it(
        self, client: Client, environment: WorkflowEnvironment, activities: FakeActivities
    ) -> None:
        order = await Order.preparing(client, activities, preparation_minutes=20)
        await environment.sleep(timedelta(minutes=30) + READY_GRACE)
        await asks(order, "Kitchen late")

        database_is_away = Broken(activities, "record_delay", ConnectionError())
        await begin(order.handle, OrderWorkflow.delay, DelayOrder(minutes=1))
        await environment.sleep(WITHIN)
        await asks(order, "Keeps failing: Write down: 1 minutes later")
        page = await page_of(order.handle)
        assert page.index("> **Keeps failing") < page.index("> **Kitchen late**")

        database_is_away.mend()
        await environment.sleep(timedelta(seconds=11))
        await asks(order, "Kitchen late")

    async def test_asks_within_a_moment_where_the_patience_is_short(self, client: Client) -> None:
        """With the real server's own clock."""
        fakes = FakeActivities()
        async with at_work(client, fakes, patience=timedelta(seconds=1)):
            order = await Order.confirmed(client, fakes)
            away = Broken(fakes, "capture_payment", stripe.APIConnectionError("refused"))
            await order.handle.execute_update(OrderWorkflow.accept, AcceptOrder())
            await asks(order, "Keeps failing: Take 23.00 USD")
            away.mend()
            await asks(order, None)
            await order.paid()

    async def test_that_has_ended_is_not_told_of(
        self, client: Client, activities: FakeActivities
    ) -> None:
        activities.answers = [PaymentStatus.REQUIRES_ACTION]
        order = await Order.start(client, activities)
        await order.until(OrderStatus.PAYMENT_ACTION_REQUIRED)
        late = StepTrouble(
            step="authorize_payment",
            since=datetime.now(UTC) - timedelta(minutes=1),
            attempt=7,
            why=Culprit.SILENCE,
        )
        await order.handle.signal(OrderWorkflow.step_keeps_failing, late)
        assert "Keeps failing" not in await page_of(order.handle)
        assert await order.attention() is None
