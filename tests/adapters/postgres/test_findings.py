"""What the sweep finds, written down."""

from collections.abc import Sequence
from uuid import UUID, uuid4

import pytest

from adapters.postgres.engine import Database
from adapters.postgres.support.findings import FindingRepository
from domain.findings import Finding, FindingKind, Found


@pytest.fixture
def findings(support: Database) -> FindingRepository:
    return FindingRepository(support)


def found(order_id: UUID, words: str = "It stands still.") -> Found:
    return Found(
        kind=FindingKind.NO_PROGRESS,
        workflow_id=f"order-{order_id}",
        run_id="run-1",
        order_id=order_id,
        words=words,
    )


def words_of(findings: Sequence[Finding]) -> list[tuple[str, bool]]:
    """And whether each is open."""
    return [(each.found.words, each.until is None) for each in findings]


class TestFindingRepository:
    async def test_has_what_the_last_sweep_found(self, findings: FindingRepository) -> None:
        one, other = uuid4(), uuid4()
        await findings.replace([found(one), found(other)])
        await findings.replace([found(other), found(other_one := uuid4())])
        listed = {each.found.order_id for each in await findings.open(limit=100)}
        assert listed == {other, other_one}

    async def test_remembers_of_an_order_what_is_over(self, findings: FindingRepository) -> None:
        order_id = uuid4()
        await findings.replace([found(order_id, "first")])
        await findings.replace([])
        await findings.replace([found(order_id, "again")])
        assert words_of(await findings.of_order(order_id)) == [("first", False), ("again", True)]

    async def test_keeps_one_that_is_found_again_in_new_words(
        self, findings: FindingRepository
    ) -> None:
        order_id = uuid4()
        await findings.replace([found(order_id, "before")])
        [first] = await findings.of_order(order_id)
        await findings.replace([found(order_id, "after")])
        [second] = await findings.of_order(order_id)
        assert second.found.words == "after"
        assert second.since == first.since

    async def test_lists_the_oldest_first(self, findings: FindingRepository) -> None:
        first, second = uuid4(), uuid4()
        await findings.replace([found(first)])
        await findings.replace([found(second), found(first)])
        listed = [each.found.order_id for each in await findings.open(limit=2)]
        assert listed == [first, second]
        assert len(await findings.open(limit=1)) == 1
