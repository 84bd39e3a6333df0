"""Consumers whose inbox is switched off: `python -m tests.soak.without_inbox`.

They are the real ones. Only nothing is written to an inbox, and every event is news to it.
"""

import sys
from dataclasses import replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Insert
from sqlalchemy.ext.asyncio import AsyncSession

from infra.stack import catalog
from infra.stack.ports import free_port
from infra.stack.service import Service
from infra.stack.site import Site
from workers.events import work
from workers.process import run

NAME = "events-without-inbox"

_scalar = AsyncSession.scalar


def service(site: Site) -> Service:
    real = catalog.worker(site, "events", name=NAME, port=free_port())
    return replace(real, command=[sys.executable, "-m", "tests.soak.without_inbox"])


async def _everything_is_news(
    session: AsyncSession, statement: Any, *args: Any, **more: Any
) -> Any:
    if isinstance(statement, Insert) and statement.table.description == "inbox":
        return uuid4()
    return await _scalar(session, statement, *args, **more)


if __name__ == "__main__":
    setattr(AsyncSession, _scalar.__name__, _everything_is_news)
    run("events", work)
