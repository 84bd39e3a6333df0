"""One platform for all the long proofs."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.soak.arena import Arena, running_arena
from tests.soak.knobs import Knobs


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def arena() -> AsyncIterator[Arena]:
    async with running_arena(Knobs()) as arena:
        yield arena
