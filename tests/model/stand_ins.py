"""What the server whose time is skipped lacks: it has no schedules, and lists no workflows."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from activities.reconciliation import WorkflowAuditActivities
from workers import payments, reconciliation, sweep


@contextmanager
def standing_in() -> Iterator[None]:
    """Reconciliation is started by hand, and asks for each workflow by its id.

    Nothing is swept, and no figures are kept of the server.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (reconciliation, sweep):
            patch.setattr(module, "ensure_schedule", _no_schedule)
        patch.setattr(payments, "watch_engine", _see_nothing)
        patch.setattr(WorkflowAuditActivities, "_listed", WorkflowAuditActivities._described)  # noqa: SLF001 - the same by another way.
        yield


async def _no_schedule(*_: object, **__: object) -> None:
    return


async def _see_nothing(_: object) -> None:
    await asyncio.Event().wait()
