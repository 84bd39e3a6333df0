"""Nobody reads or moves somebody else's order."""

import pytest

from tests.support.platform import Platform
from tests.support.rest import refused

pytestmark = pytest.mark.asyncio(loop_scope="session")

READS = ["", "/timeline", "/events", "/payment"]
ACTIONS = {"/cancel": {}, "/accept": {}, "/reject": {"reason": "Because"}}


class TestSomebodyElsesOrder:
    async def test_is_not_there_for_strangers_and_closed_to_the_wrong_role(
        self, platform: Platform
    ) -> None:
        town = platform.town
        order = await town.order(await town.customer(), await town.open_kitchen())
        stranger, others = await town.customers(2)
        await town.open_kitchen(by=others)
        await order.until("confirmed")

        for somebody in (stranger, others):
            for path in READS:
                refused(await somebody.get(order.path + path), 404, "order_not_found")
            for path, body in ACTIONS.items():
                refused(await somebody.post(order.path + path, body), 404, "order_not_found")
            listed = await somebody.get("/orders")
            assert listed.json()["items"] == []
        for path in ("/accept", "/reject"):
            answer = await order.customer.post(order.path + path, ACTIONS[path])
            refused(answer, 403, "forbidden")
        staff = order.kitchen.staff
        refused(await staff.get(f"{order.path}/payment"), 403, "forbidden")
        refused(await staff.post(f"{order.path}/cancel", {}), 403, "forbidden")
        address = (await staff.get(order.path)).json()["delivery"]["address"]
        assert address is None

        assert (await order.read())["status"] == "confirmed"
