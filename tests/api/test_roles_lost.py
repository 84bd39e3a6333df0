"""A role that was taken away takes with it what it opened, at once."""

from uuid import UUID

from adapters.settings import DatabaseSettings
from domain.accounts import Role
from tests.support.people import People
from tests.support.rest import refused
from tests.support.streams import open_desk


class TestCourierNoMore:
    async def test_sees_nothing_of_an_order_that_is_still_in_their_hands(
        self, people: People, databases: DatabaseSettings
    ) -> None:
        courier = await people.join()
        assert (await courier.post("/couriers", {"vehicle": "bicycle"})).status_code == 201
        async with open_desk(databases) as desk:
            order_id = await desk.order()
            await desk.offer(order_id)
            await desk.claim(order_id, courier)
        assert (await courier.get(f"/orders/{order_id}")).status_code == 200
        await people.accounts.set_roles(UUID(courier.id), [Role.CUSTOMER])
        for path in ("", "/timeline", "/events"):
            refused(await courier.get(f"/orders/{order_id}{path}"), 404, "order_not_found")
