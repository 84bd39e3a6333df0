"""A dispute is followed until the bank has decided, and says until when to answer."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client

from domain.disputes import DisputeState
from tests.support.fakes_disputes import FakeDisputes, Handle, disputing, follow
from tests.support.polling import eventually, seen
from workflows.dispute import DisputeWorkflow
from workflows.policies import DISPUTE_LOOK
from workflows.search_attributes import ATTENTION_REASON


@pytest.fixture
async def disputes(client: Client) -> AsyncIterator[FakeDisputes]:
    async with disputing(client) as fakes:
        yield fakes


async def _asks(handle: Handle) -> str | None:
    return (await handle.describe()).typed_search_attributes.get(ATTENTION_REASON)


class TestDisputeWorkflow:
    @pytest.mark.parametrize("end", [DisputeState.WON, DisputeState.LOST])
    async def test_ends_with_the_banks_decision(
        self, client: Client, disputes: FakeDisputes, end: DisputeState
    ) -> None:
        handle = await follow(client)
        await eventually(lambda: disputes.looked_at)
        disputes.states = [end]
        await handle.signal(DisputeWorkflow.dispute_changed)
        result = await handle.result()
        assert result is not None
        assert result.state is end

    async def test_leaves_it_to_payments_to_tell_the_order(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        disputes.states = [DisputeState.LOST]
        await (await follow(client)).result()
        assert disputes.notes == []

    async def test_asks_for_an_answer_only_while_it_is_open(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        handle = await follow(client)
        await seen(
            lambda: _asks(handle),
            lambda asks: asks == "Dispute: answer until 21 January 12:00 UTC",
        )
        disputes.states = [DisputeState.WON]
        await handle.signal(DisputeWorkflow.dispute_changed)
        await handle.result()
        assert await _asks(handle) is None

    async def test_ends_at_once_where_it_is_about_nobodys_money(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        disputes.states = [None]
        assert await (await follow(client)).result() is None

    @pytest.mark.time_skipping
    async def test_looks_every_day_where_no_webhook_comes(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        disputes.states = [
            DisputeState.OPEN,
            DisputeState.OPEN,
            DisputeState.OPEN,
            DisputeState.WON,
        ]
        await (await follow(client)).result()
        *_, before_last, last = disputes.looked_at
        assert DISPUTE_LOOK <= last - before_last < 2 * DISPUTE_LOOK

    async def test_is_not_ended_by_the_engines_cancel(
        self, client: Client, disputes: FakeDisputes
    ) -> None:
        handle = await follow(client)
        await eventually(lambda: disputes.looked_at)
        await handle.cancel()
        disputes.states = [DisputeState.WON]
        await handle.signal(DisputeWorkflow.dispute_changed)
        result = await handle.result()
        assert result is not None
        assert result.state is DisputeState.WON
