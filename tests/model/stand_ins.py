"""What the server whose time is skipped lacks: it has no schedules, and lists no workflows."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from activities.reconciliation import WorkflowAuditActivities
from workers import reconciliation


@contextmanager
def standing_in() -> Iterator[None]:
    """Reconciliation is started by hand, and asks for each workflow by its id."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reconciliation, "ensure_schedule", _no_schedule)
        patch.setattr(WorkflowAuditActivities, "_listed", WorkflowAuditActivities._described)  # noqa: SLF001 - the same by another way.
        yield


async def _no_schedule(*_: object, **__: object) -> None:
    return
