"""A worker that died wrote the row, and its workflow never had what it was asked."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.settings import DatabaseSettings, TemporalSettings
from adapters.temporal import connect
from api import order_actions
from domain.orders import Actor, OrderStatus
from tests.support.dining import authenticate, open_diner
from tests.support.ordering import a_move
from tests.support.people import People
from tests.support.polling import seen
from workflows.order import OrderWorkflow, workflow_id


@pytest.fixture
async def orders(databases: DatabaseSettings) -> AsyncIterator[OrderRepository]:
    ordering = Database(databases.ordering_dsn)
    try:
        yield OrderRepository(ordering)
    finally:
        await ordering.close()


async def test_reaches_the_workflow_when_it_is_asked_for_again(
    people: People, workers: None, orders: OrderRepository
) -> None:
    running = await open_diner(people)
    order_id = await running.placed()
    await running.until(order_id, "confirmed")
    path = f"/orders/{order_id}"
    await running.staff.post(f"{path}/accept")

    async def paid() -> bool:
        order = (await running.customer.get(path)).json()
        return bool(order["payment"]["status"] == "captured")

    await seen(paid, bool)
    written = a_move(UUID(order_id), OrderStatus.PREPARING, actor=Actor.RESTAURANT)
    await orders.advance(written)
    again = await running.staff.post(f"{path}/preparing")
    assert (again.status_code, again.json()["status"]) == (200, "preparing")
    ready = await running.staff.post(f"{path}/ready")
    assert (ready.status_code, ready.json()["status"]) == (200, "ready")


async def test_waits_for_the_workflow_where_the_row_is_ahead_of_it(
    people: People,
    workers: None,
    orders: OrderRepository,
    temporal_address: str,
    sandbox_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # So that what happens meanwhile here may take its time.
    monkeypatch.setattr(order_actions, "_CATCHES_UP_IN", 8.0)
    running = await open_diner(people)
    order_id = await running.placed(payment_method="pm_card_authenticationRequired")
    await running.until(order_id, "payment_action_required")
    path = f"/orders/{order_id}"
    secret = (await running.customer.get(f"{path}/payment")).json()["client_secret"]
    await orders.advance(a_move(UUID(order_id), OrderStatus.CONFIRMED, actor=Actor.SYSTEM))
    temporal = await connect(TemporalSettings(address=temporal_address))
    accepting = asyncio.create_task(running.staff.post(f"{path}/accept"))
    await authenticate(sandbox_url, secret, "succeeded")
    workflow = temporal.get_workflow_handle(workflow_id(UUID(order_id)))
    await workflow.signal(OrderWorkflow.payment_changed)
    accepted = await accepting
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted")
