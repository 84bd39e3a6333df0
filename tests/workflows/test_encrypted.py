"""Orders of which the server knows no word: encrypted from the first to the last."""

from collections.abc import Iterable
from typing import Any

import pytest
from google.protobuf.message import Message
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.query.v1 import WorkflowQuery
from temporalio.api.workflowservice.v1 import (
    DescribeWorkflowExecutionRequest,
    GetWorkflowExecutionHistoryRequest,
    QueryWorkflowRequest,
)
from temporalio.client import Client, WorkflowHistory
from temporalio.testing import WorkflowEnvironment

from adapters.settings import TemporalSettings
from adapters.temporal import connect, data_converter
from adapters.temporal_codec import UnreadablePayload
from domain.progress import AcceptOrder
from tests.support import histories
from tests.support.codec_keys import idle_ring_of, payloads_in, ring_of
from tests.support.fake_workers import at_work
from tests.support.fakes import FakeActivities
from tests.support.polling import eventually
from tests.support.scenarios import Scenario, declined, delivered
from tests.support.under_way import Order
from workflows.order import OrderWorkflow

ALWAYS = {b"Roma", b"Margherita", b"amount", b"23.00", b"What happened"}
WORDS = ALWAYS | {b"card has expired"}


def settings(*ids: str, ring: str = "", **where: str) -> TemporalSettings:
    return TemporalSettings.model_validate({**where, "codec_keys": ring or ring_of(*ids)})


def place_of(environment: WorkflowEnvironment) -> dict[str, str]:
    client = environment.client
    return {"address": client.service_client.config.target_host, "namespace": client.namespace}


async def told_by_server(client: Client, workflow_id: str) -> list[Message]:
    """All that somebody with a client can learn of it: history, description and page."""
    service, execution = client.workflow_service, WorkflowExecution(workflow_id=workflow_id)
    asked: dict[str, Any] = {"namespace": client.namespace, "execution": execution}
    metadata = WorkflowQuery(query_type="__temporal_workflow_metadata")
    return [
        await service.get_workflow_execution_history(GetWorkflowExecutionHistoryRequest(**asked)),
        await service.describe_workflow_execution(DescribeWorkflowExecutionRequest(**asked)),
        await service.query_workflow(QueryWorkflowRequest(**asked, query=metadata)),
    ]


def words_in(messages: Iterable[Message]) -> set[bytes]:
    """Also of what no payload holds; but not of what is never encrypted."""
    found = b"".join(each.SerializeToString() for each in messages)
    return {word for word in WORDS if word in found}


async def replay(history: WorkflowHistory, *ids: str, ring: str = "") -> None:
    converter = data_converter(settings(*ids, ring=ring))
    await histories.replay(history, OrderWorkflow, converter=converter)


class TestAnEncryptedOrder:
    @pytest.fixture
    async def client(self, environment: WorkflowEnvironment) -> Client:
        return await connect(settings("ours", **place_of(environment)))

    @pytest.mark.parametrize(
        ("scenario", "words"),
        [(delivered, ALWAYS), (declined, {*ALWAYS, b"card has expired"})],
    )
    async def test_is_ciphertext_to_whoever_has_no_key(
        self, scenario: Scenario, words: set[bytes], client: Client, activities: FakeActivities
    ) -> None:
        order = await scenario(client, activities)
        told = await told_by_server(client, order.handle.id)
        payloads = [payload for message in told for payload in payloads_in(message)]
        assert {payload.metadata["encoding"] for payload in payloads} == {b"binary/encrypted"}
        codec = client.data_converter.payload_codec
        assert codec
        assert words_in(await codec.decode(payloads)) == words
        # What lists are made of is never encrypted.
        assert words_in(told) == {b"23.00"}


class TestRotation:
    async def test_is_lived_through_by_orders_and_their_histories(
        self, environment: WorkflowEnvironment
    ) -> None:
        where, fakes = place_of(environment), FakeActivities()
        old = await connect(settings("old", **where))
        async with at_work(old, fakes):
            order = await _confirmed_and_told(old, fakes)
        both = await connect(settings("new", "old", **where))
        before = both.get_workflow_handle(order.handle.id)
        async with at_work(both, fakes):
            await before.execute_update(OrderWorkflow.accept, AcceptOrder())
            await order.paid()
            after = (await Order.confirmed(both, fakes)).handle
        await replay(await before.fetch_history(), "new", "old")
        await replay(await after.fetch_history(), "new")
        # Its words are encrypted like those of every failure.
        with pytest.raises(Exception, match=UnreadablePayload.__name__):
            await replay(await before.fetch_history(), "new")

    async def test_may_end_with_no_encryption(self, environment: WorkflowEnvironment) -> None:
        where, fakes = place_of(environment), FakeActivities()
        old = await connect(settings("old", **where))
        async with at_work(old, fakes):
            order = await _confirmed_and_told(old, fakes)
        idle = await connect(settings(ring=idle_ring_of("old"), **where))
        before = idle.get_workflow_handle(order.handle.id)
        async with at_work(idle, fakes):
            await before.execute_update(OrderWorkflow.accept, AcceptOrder())
            await order.paid()
            after = (await Order.confirmed(idle, fakes)).handle
            assert words_in(await told_by_server(idle, after.id)) == ALWAYS
        await replay(await before.fetch_history(), ring=idle_ring_of("old"))


async def _confirmed_and_told(client: Client, fakes: FakeActivities) -> Order:
    """The task that confirmed it is over, so that its workers may go."""
    order = await Order.confirmed(client, fakes)
    await eventually(lambda: "deliver_notifications" in fakes.names)
    return order
