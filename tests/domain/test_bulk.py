from datetime import UTC, datetime
from uuid import uuid4

from hypothesis import given
from hypothesis import strategies as st

from domain.bulk import Bulk, BulkLine
from domain.desk import DeskAction, Outcome


class TestBulk:
    @given(st.lists(st.sampled_from([Outcome.DONE, Outcome.REFUSED, None]), max_size=40))
    def test_counts_every_order_once(self, outcomes: list[Outcome | None]) -> None:
        bulk = Bulk(
            bulk_id=uuid4(),
            by=uuid4(),
            action=DeskAction.RETRY,
            request={},
            asked_at=datetime(2026, 11, 24, tzinfo=UTC),
            lines=[
                BulkLine(order_id=uuid4(), outcome=outcome, code=None, sentence=None)
                for outcome in outcomes
            ],
        )
        counts = (bulk.done, bulk.failed, bulk.waiting)
        assert counts == tuple(
            outcomes.count(each) for each in (Outcome.DONE, Outcome.REFUSED, None)
        )
        assert sum(counts) == len(outcomes)
