"""Somebody of support at their screen, and what they are called about today."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4

from playwright.async_api import Browser, ViewportSize

from tests.support.browsing import Somebody, somebody
from tests.support.desk_pages import DeskPages
from tests.support.engine_ui import EngineUi
from tests.support.incidents import Incidents
from tests.support.rest import Person
from tests.support.town import Ordered

_SCREEN = ViewportSize(width=1500, height=1000)
# On two cores more of them only wait for each other.
_AT_ONCE = 4


@dataclass(frozen=True)
class Maria:
    """Of support, with our pages and the Temporal UI in one browser."""

    screen: Somebody
    desk: DeskPages
    engine: EngineUi


@dataclass(frozen=True, kw_only=True)
class Calls:
    """What she is called about today. `phone` is of the only order of its customer."""

    phone: str
    by_phone: Ordered
    cold: Ordered
    unrefundable: Ordered
    waiting: Ordered
    sara: Person
    slow: Ordered
    held_twice: tuple[Ordered, Ordered]
    terminated: Ordered
    cancelled: Ordered
    refunded_yesterday: Ordered
    yesterday: date
    stuck: Ordered


@asynccontextmanager
async def at_the_desk(incidents: Incidents, browser: Browser) -> AsyncIterator[Maria]:
    site, email = incidents.platform.stack.site, incidents.maria.email
    async with somebody(
        browser, site.api_url, email=email, viewport=_SCREEN, timezone_id="UTC"
    ) as screen:
        await screen.log_in()
        engine = EngineUi(screen, site.temporal_ui_url)
        await engine.preset_columns()
        yield Maria(screen, DeskPages(screen), engine)


async def called(incidents: Incidents) -> Calls:
    """About everything at once, as a desk is."""
    phone = f"+2519{uuid4().int % 10**8:08}"
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    liya, yonas, dawit, sara = await asyncio.gather(
        incidents.joins("Liya Tesfaye", phone=phone),
        incidents.joins("Yonas Haile"),
        incidents.rides("Dawit Alemu"),
        incidents.rides("Sara Kebede"),
    )
    stuck, waiting, mind, *rest = await _few_at_once(
        incidents.uncapturable(),
        incidents.waits_for(dawit),
        incidents.changed_their_mind(yonas),
        incidents.paid(yonas),
        incidents.paid(liya),
        incidents.paid(),
        incidents.paid(),
        incidents.paid(),
        incidents.unrefundable(),
        incidents.cancelled_by_mistake(),
        incidents.refunded_on(yesterday),
    )
    once, by_phone, cold, slow, terminated, unrefundable, cancelled, refunded = rest
    return Calls(
        phone=phone,
        by_phone=by_phone,
        cold=cold,
        unrefundable=unrefundable,
        waiting=waiting,
        sara=sara,
        slow=slow,
        held_twice=(mind, once),
        terminated=terminated,
        cancelled=cancelled,
        refunded_yesterday=refunded,
        yesterday=yesterday,
        stuck=stuck,
    )


async def _few_at_once(*stories: Coroutine[Any, Any, Ordered]) -> list[Ordered]:
    gate = asyncio.Semaphore(_AT_ONCE)

    async def lived(story: Coroutine[Any, Any, Ordered]) -> Ordered:
        async with gate:
            return await story

    return await asyncio.gather(*map(lived, stories))
