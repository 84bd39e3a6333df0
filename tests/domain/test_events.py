from uuid import uuid4

from domain.events.envelope import event_id


class TestEventId:
    def test_is_the_same_on_every_attempt(self) -> None:
        order = uuid4()
        assert event_id(order, "key", "order_placed") == event_id(order, "key", "order_placed")

    def test_differs_by_order_key_and_type(self) -> None:
        ids = {
            event_id(order, key, type_)
            for order in (uuid4(), uuid4())
            for key in ("1", "2")
            for type_ in ("order_placed", "order_cancelled")
        }
        assert len(ids) == 8
