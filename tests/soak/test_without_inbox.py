"""The proof is proved: with the inbox switched off, it finds what happens twice."""

import itertools

import pytest

from tests.soak import claims, without_inbox
from tests.soak.arena import Arena
from tests.soak.lives import ways

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(0)]

ORDERS = 10


class TestWithoutInbox:
    async def test_finds_that_timelines_say_everything_twice(self, arena: Arena) -> None:
        async with arena.traffic() as traffic:
            await traffic.flows(itertools.islice(ways(arena.knobs.chance), ORDERS), at_once=ORDERS)
        assert traffic.astray == {}
        async with arena.looked_at(traffic.town) as (_, collector):
            await arena.is_quiet(collector)
            before = await collector.evidence(traffic.moves)
            assert claims.violations(before) == []
            await arena.replay_to(without_inbox.service(arena.platform.stack.site))
            doubled = await collector.evidence(traffic.moves)

        found = claims.violations(doubled)
        assert found == [*claims.timelines_say_it_once(doubled)]
        assert {entry.order_id for entry in doubled.entries} == {*traffic.moves}
        assert doubled.entries == before.entries + before.entries
        assert len(found) == len(before.entries)
