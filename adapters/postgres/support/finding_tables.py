"""The table of what the sweep finds."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Identity, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column

from adapters.postgres.support.tables import Base
from domain.findings import FindingKind


class FindingRow(Base):
    """One workflow in one kind of trouble, from `since` on; `until` is null while it is there.

    `words` of what was terminated names who did it, as the engine knows them.
    """

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    kind: Mapped[FindingKind]
    workflow_id: Mapped[str]
    run_id: Mapped[str]
    order_id: Mapped[UUID | None]
    words: Mapped[str]
    since: Mapped[datetime] = mapped_column(server_default=func.now())
    until: Mapped[datetime | None]

    __table_args__ = (
        # Of the same trouble there is one at a time; it may come again.
        Index(
            "uq_findings_open",
            "kind",
            "workflow_id",
            "run_id",
            unique=True,
            postgresql_where=text("until IS NULL"),
        ),
        Index(None, "order_id", "since", "id"),
    )
