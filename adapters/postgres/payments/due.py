"""How much is owed to customers and could not be given back: figures over the open cases."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Float, Select, cast, func, select

from adapters.postgres.engine import Database
from adapters.postgres.payments.casework_tables import IS_OF_REFUND, IS_OPEN, CaseRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """How many refunds, how many of them past their deadline, and how old the oldest case is."""

    refunds: int
    overdue: int
    oldest_seconds: float


class RefundsDue:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def look(self) -> Due:
        async with self._database.transaction() as session:
            return Due(**(await session.execute(_figures())).mappings().one())


def _figures() -> Select[Any]:
    """Reads the open cases alone, which are few. What reconciliation opened is of no refund."""
    age = func.extract("epoch", func.now() - func.min(CaseRow.opened_at))
    return select(
        func.count().label("refunds"),
        func.count().filter(CaseRow.deadline < func.now()).label("overdue"),
        cast(func.coalesce(age, 0), Float).label("oldest_seconds"),
    ).where(IS_OPEN, IS_OF_REFUND)
