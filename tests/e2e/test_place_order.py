"""An order that goes well: everybody who knows of it says the same, and it can be followed."""

from uuid import UUID, uuid4

import pytest

from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import insist
from tests.support.topics import records_in
from tests.support.town import Ordered

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def told(platform: Platform, order: Ordered) -> tuple[list[str], list[str]]:
    """What the customer and the restaurant have in their lists, the oldest first."""
    path = f"/restaurants/{order.kitchen.restaurant_id}/notifications"
    theirs = await insist(lambda: order.customer.get("/me/notifications"))
    staffs = await insist(lambda: order.kitchen.staff.get(path))
    mine, staff = ([each["type"] for each in answer.json()["items"]] for answer in (theirs, staffs))
    return mine[::-1], staff[::-1]


class TestOrderThatIsAccepted:
    async def test_is_paid_once_and_known_to_everybody(self, platform: Platform) -> None:
        kitchen = await platform.town.open_kitchen(stock=10)
        order = await platform.town.order(await platform.town.customer(), kitchen, quantity=3)
        confirmed = await order.until("confirmed")
        await order.accept()
        paid = await order.until_paid("captured")

        total = paid["total"]["amount"]
        assert confirmed["payment"]["authorized"] == confirmed["total"]
        assert paid["payment"]["captured"] == paid["total"]
        # What payments did comes through Kafka, and has its place by when it came.
        entries = await seen(order.timeline, lambda entries: "payment_captured" in str(entries))
        timeline = [entry["event"] for entry in entries]
        assert [event for event in timeline if event.startswith("order_")] == [
            "order_placed",
            "order_reserved",
            "order_confirmed",
            "order_accepted",
        ]
        assert [event for event in timeline if not event.startswith("order_")] == [
            "payment_authorized",
            "payment_captured",
        ]
        ledger = await platform.sandbox.entries(order.id)
        assert [(entry.kind, entry.amount) for entry in ledger] == [
            ("authorized", total),
            ("captured", total),
        ]

        async def news() -> tuple[list[str], list[str]]:
            return await told(platform, order)

        await seen(
            news,
            lambda lists: lists == (["order_confirmed", "order_accepted"], ["new_order"]),
        )
        await platform.comes_to_order()
        events = (await platform.witnesses.events())[UUID(order.id)]
        assert [event.type for event in events] == [
            "order_placed",
            "order_reserved",
            "order_confirmed",
            "order_accepted",
            "order_payment_changed",
        ]

    async def test_is_followed_by_one_id_from_the_request_to_the_last_consumer(
        self, platform: Platform
    ) -> None:
        kitchen = await platform.town.open_kitchen(auto_accept=True)
        correlation_id = f"request-{uuid4().hex}"
        answer = await platform.town.ask(
            await platform.town.customer(),
            kitchen.order(),
            key=uuid4().hex,
            **{"X-Request-Id": correlation_id},
        )
        assert answer.headers["x-request-id"] == correlation_id
        await platform.comes_to_order()

        key = answer.json()["id"].encode()
        sent = await records_in(platform.witnesses.kafka, "ordering.orders.v1")
        headers = [dict(record.headers) for record in sent if record.key == key]
        assert [each["ce_type"] for each in headers] == [
            b"order_placed",
            b"order_reserved",
            b"order_confirmed",
            b"order_accepted",
            b"order_payment_changed",
        ]
        assert {each["correlation_id"] for each in headers} == {correlation_id.encode()}
        for process in ("api", "orders", "payments", "notifications", "events"):
            lines = platform.logged(process, correlation_id=correlation_id)
            # A consumer has events of all kinds of aggregates.
            named = {line.get("order_id", line.get("aggregate_id")) for line in lines}
            assert answer.json()["id"] in named, process
