"""Lines of the audit log as people read them."""

from collections.abc import Iterable

from domain.desk import AuditRow, Outcome


def ended(rows: Iterable[AuditRow]) -> list[AuditRow]:
    """One line an action: what came of it; that it was asked for, where that is all there is."""
    rows = list(rows)
    over = {row.action_id for row in rows if row.outcome is not Outcome.ASKED}
    return [row for row in rows if row.outcome is not Outcome.ASKED or row.action_id not in over]
