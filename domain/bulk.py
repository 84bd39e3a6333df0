"""One action of support on many orders: asked for once, done order by order."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.desk import DeskAction, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class StartBulk:
    """`remarks` is order -> the remark that is the reason there.

    Every order has one of its own, so that it is erased with the order's customer. `request` is
    the action's body without the reason. `bulk_id` is the same when the same is asked again.
    """

    bulk_id: UUID
    by: UUID
    action: DeskAction
    request: dict[str, object]
    remarks: dict[UUID, UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkItem:
    """One order's turn, held by whoever claimed it. `attempt` counts the claims, from 1."""

    item_id: int
    bulk_id: UUID
    by: UUID
    action: DeskAction
    request: dict[str, object]
    order_id: UUID
    remark_id: UUID
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """What came of one order; no outcome while it waits. `code` and `sentence` say why not."""

    order_id: UUID
    outcome: Outcome | None
    code: str | None
    sentence: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bulk:
    """`lines` are in the order in which they were asked for."""

    bulk_id: UUID
    by: UUID
    action: DeskAction
    request: dict[str, object]
    asked_at: datetime
    lines: list[BulkLine]

    @property
    def done(self) -> int:
        return self._count(Outcome.DONE)

    @property
    def failed(self) -> int:
        return self._count(Outcome.REFUSED)

    @property
    def waiting(self) -> int:
        return self._count(None)

    def _count(self, outcome: Outcome | None) -> int:
        return sum(line.outcome == outcome for line in self.lines)
