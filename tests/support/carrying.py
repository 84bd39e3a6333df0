"""A restaurant whose food is to be delivered, and couriers over REST."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio.client import Client

from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from domain.deliveries import DeliverOrder
from domain.geography import Point
from tests.support.builders import usd
from tests.support.ordering import a_recorded_order
from tests.support.polling import seen
from tests.support.rest import Person
from workflows.delivery import TASK_QUEUE, DeliveryWorkflow, workflow_id


@dataclass(frozen=True)
class Kitchen:
    """A restaurant whose food is to be delivered."""

    client: Client
    orders: OrderRepository
    writings: WritingRepository
    restaurant_id: str
    place: Point

    async def order(self) -> str:
        """The id of an order that is offered to couriers."""
        order = await a_recorded_order(
            self.orders, self.writings, restaurant_id=UUID(self.restaurant_id)
        )
        errand = DeliverOrder(
            order_id=order.order_id,
            restaurant_id=UUID(self.restaurant_id),
            pickup=self.place,
            fee=usd(200),
            ready_by=datetime.now(UTC),
        )
        await self.client.start_workflow(
            DeliveryWorkflow.run, errand, id=workflow_id(order.order_id), task_queue=TASK_QUEUE
        )
        return str(order.order_id)

    async def tell(self, order_id: str, signal: str) -> None:
        await self.client.get_workflow_handle(workflow_id(UUID(order_id))).signal(signal)


async def enlisted(person: Person, place: Point) -> None:
    assert (await person.post("/couriers", {"vehicle": "bicycle"})).status_code == 201
    await person.put("/couriers/me/availability", {"available": True})
    await located(person, place)


async def located(courier: Person, place: Point) -> None:
    answer = await courier.put("/couriers/me/location", {"lat": place.lat, "lon": place.lon})
    assert answer.status_code == 204


async def offers(courier: Person, query: str = "") -> list[dict[str, Any]]:
    answer = await courier.get(f"/deliveries{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


async def until_offered(courier: Person, *order_ids: str) -> list[dict[str, Any]]:
    def there(items: list[dict[str, Any]]) -> bool:
        return {item["order_id"] for item in items} == set(order_ids)

    return await seen(lambda: offers(courier), there)


async def do(courier: Person, order_id: str, verb: str, body: Any = None) -> dict[str, Any]:
    answer = await courier.post(f"/deliveries/{order_id}/{verb}", body)
    assert answer.status_code == 200, answer.text
    delivery: dict[str, Any] = answer.json()
    return delivery


async def picked_up(kitchen: Kitchen, courier: Person) -> str:
    order_id = await kitchen.order()
    await until_offered(courier, order_id)
    await do(courier, order_id, "claim")
    await kitchen.tell(order_id, "food_ready")
    await do(courier, order_id, "pick-up")
    return order_id


async def all_of(courier: Person, path: str) -> list[str]:
    ids: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await courier.get(f"{path}{f'&cursor={cursor}' if cursor else ''}")).json()
        ids += [item["order_id"] for item in page["items"]]
        cursor = page["next_cursor"]
    return ids
