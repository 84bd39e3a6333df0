"""Parts of the platform that are away for a while; Kafka is in tests/soak."""

import pytest

from tests.support.platform import Platform

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]


class TestOrdersWorkerAway:
    async def test_leaves_acknowledged_orders_to_be_seen_and_to_go_on_later(
        self, platform: Platform
    ) -> None:
        town = platform.town
        customer, kitchen = await town.customer(), await town.open_kitchen()
        await platform.stack.halt("orders")
        try:
            order = await town.order(customer, kitchen)
            read = await order.read()
            timeline = await order.timeline()
        finally:
            await platform.stack.resume("orders")

        assert read["status"] == "placed"
        assert read["delivery"]["address"]["city"] == "Addis Ababa"
        assert timeline == []
        await order.until("confirmed")
