"""An update whose worker died: it wrote the row, and the workflow never had it."""

from collections.abc import AsyncIterator
from uuid import UUID

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.settings import DatabaseSettings
from domain.orders import Actor, OrderStatus
from tests.support.dining import open_diner
from tests.support.ordering import a_move
from tests.support.people import People
from tests.support.polling import seen


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
