"""One whole platform for all the end-to-end proofs, and a look at everything after each."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.support.at_the_desk import Maria, at_the_desk
from tests.support.browsing import chromium
from tests.support.forgetting import Forgotten, forget_an_order
from tests.support.incidents import Incidents, incidents_of
from tests.support.platform import Platform, running_platform


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def whole_platform() -> AsyncIterator[Platform]:
    # A step that keeps failing asks for a person so soon: nobody waits for a minute here.
    async with running_platform(WORKER_ATTENTION_AFTER="PT5S") as platform:
        yield platform


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def forgotten(whole_platform: Platform) -> Forgotten:
    """Asked for at once, because the engine takes its time to forget."""
    return await forget_an_order(whole_platform)


@pytest_asyncio.fixture(loop_scope="session")
async def platform(whole_platform: Platform, forgotten: Forgotten) -> AsyncIterator[Platform]:
    """Afterwards every invariant holds of every order so far: what is late is noticed later."""
    yield whole_platform
    await whole_platform.sandbox.forget_faults()
    await whole_platform.comes_to_order()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def incidents(whole_platform: Platform) -> AsyncIterator[Incidents]:
    # For a module: what people log in with lives for ten minutes.
    async with incidents_of(whole_platform) as incidents:
        yield incidents


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def maria(incidents: Incidents) -> AsyncIterator[Maria]:
    """At the support desk."""
    async with chromium() as browser, at_the_desk(incidents, browser) as maria:
        yield maria
