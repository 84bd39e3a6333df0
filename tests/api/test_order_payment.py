"""An order's payment over REST: what its customer sees, and how they come back from their bank."""

import pytest

from domain.accounts import Role
from tests.support.dining import Diner, authenticate, open_diner
from tests.support.people import People
from tests.support.rest import refused

ASKS = "pm_card_authenticationRequired"


@pytest.fixture
async def diner(people: People) -> Diner:
    return await open_diner(people)


@pytest.fixture
async def running(workers: None, diner: Diner) -> Diner:
    """Somewhere orders go their way."""
    return diner


class TestClientSecret:
    async def test_is_for_the_customer_alone_while_their_bank_waits(
        self, people: People, running: Diner, sandbox_url: str
    ) -> None:
        order_id = await running.placed(payment_method=ASKS)
        await running.until(order_id, "payment_action_required")
        path = f"/orders/{order_id}/payment"
        payment = (await running.customer.get(path)).json()
        assert payment["status"] == "requires_action"
        support = await people.join(Role.SUPPORT)
        assert (await support.get(path)).json()["client_secret"] is None
        await authenticate(sandbox_url, payment["client_secret"], "succeeded")
        returned = await running.customer.post(f"{path}/return")
        assert (returned.status_code, returned.json()["status"]) == (200, "authorized")
        assert returned.json()["client_secret"] is None


class TestReturn:
    async def test_is_answered_with_the_payment_as_it_is_however_often(
        self, running: Diner
    ) -> None:
        order_id = await running.placed(payment_method=ASKS)
        await running.until(order_id, "payment_action_required")
        path = f"/orders/{order_id}/payment/return"
        for _ in range(2):
            answer = await running.customer.post(path)
            assert (answer.status_code, answer.json()["status"]) == (200, "requires_action")
        await running.customer.post(f"/orders/{order_id}/cancel")
        await running.until(order_id, "cancelled")
        answer = await running.customer.post(path)
        assert (answer.status_code, answer.json()["status"]) == (200, "voided")

    async def test_says_that_the_bank_refused(self, running: Diner, sandbox_url: str) -> None:
        order_id = await running.placed(payment_method=ASKS)
        await running.until(order_id, "payment_action_required")
        path = f"/orders/{order_id}/payment"
        secret = (await running.customer.get(path)).json()["client_secret"]
        await authenticate(sandbox_url, secret, "failed")
        assert (await running.customer.post(f"{path}/return")).status_code == 200
        order = await running.until(order_id, "payment_failed")
        assert order["cancellation"]["code"] == "payment_declined"

    async def test_is_for_the_customer(self, people: People, running: Diner) -> None:
        order_id = await running.placed()
        path = f"/orders/{order_id}/payment/return"
        refused(await running.staff.post(path), 403, "forbidden")
        refused(await (await people.join()).post(path), 404, "order_not_found")

    async def test_needs_nobody_where_nothing_waits(self, running: Diner) -> None:
        order_id = await running.placed()
        await running.until(order_id, "confirmed")
        answer = await running.customer.post(f"/orders/{order_id}/payment/return")
        assert (answer.status_code, answer.json()["status"]) == (200, "authorized")
