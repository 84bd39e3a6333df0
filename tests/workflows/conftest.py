"""Workers of every queue around fake activities, on a server of the test's own."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from tests.support.fake_workers import at_work
from tests.support.fakes import FakeActivities
from tests.support.temporal import real_time, time_skipping


@pytest.fixture
async def environment(request: pytest.FixtureRequest) -> AsyncIterator[WorkflowEnvironment]:
    """The real server; one whose clock jumps for a test that is marked `time_skipping`."""
    skips = request.node.get_closest_marker("time_skipping")
    async with time_skipping() if skips else real_time() as environment:
        yield environment


@pytest.fixture
def client(environment: WorkflowEnvironment) -> Client:
    return environment.client


@pytest.fixture
async def activities(client: Client) -> AsyncIterator[FakeActivities]:
    """The fakes; while a test has them, workers run them."""
    fakes = FakeActivities()
    async with at_work(client, fakes):
        yield fakes
