from dataclasses import replace
from uuid import uuid4

from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from tests.support.ordering import a_recorded_order, some_particulars


class TestParticulars:
    async def test_come_back_as_they_were_written(self, writings: WritingRepository) -> None:
        order_id, particulars = uuid4(), some_particulars()
        await writings.keep_particulars(order_id, "hash", particulars)
        assert await writings.particulars(order_id, "hash") == particulars

    async def test_stay_as_they_are_when_kept_again(self, writings: WritingRepository) -> None:
        order_id, particulars = uuid4(), some_particulars()
        await writings.keep_particulars(order_id, "hash", particulars)
        await writings.keep_particulars(order_id, "hash", replace(particulars, notes=["Later"]))
        assert await writings.particulars(order_id, "hash") == particulars

    async def test_of_another_request_are_told_apart(self, writings: WritingRepository) -> None:
        order_id, particulars = uuid4(), some_particulars()
        await writings.keep_particulars(order_id, "hash", particulars)
        await writings.keep_particulars(order_id, "other", replace(particulars, notes=["Other"]))
        assert await writings.particulars(order_id, "hash") == particulars
        assert await writings.particulars(order_id, "third") is None


class TestAddresses:
    async def test_are_those_of_the_requests_that_won(
        self, orders: OrderRepository, writings: WritingRepository
    ) -> None:
        placed = [await a_recorded_order(orders, writings) for _ in range(2)]
        elsewhere = replace(some_particulars().address, city="Adama")
        await writings.keep_particulars(
            placed[0].order_id, "1" * 64, replace(some_particulars(), address=elsewhere)
        )
        found = await writings.addresses([*(order.order_id for order in placed), uuid4()])
        assert found.keys() == {order.order_id for order in placed}
        assert {address.city for address in found.values()} == {some_particulars().address.city}
