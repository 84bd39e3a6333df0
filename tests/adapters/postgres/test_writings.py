from dataclasses import replace
from uuid import uuid4

from adapters.postgres.ordering.writings import WritingRepository
from tests.support.ordering import some_particulars


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
