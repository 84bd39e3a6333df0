"""The queue of mails: what waits to be sent, claimed by one sender at a time.

Mails have no consumer group and no lock: whoever claims some moves their next attempt on, sends
them and writes down what became of each. One that dies in between leaves them to the others.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from operator import attrgetter
from uuid import UUID

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.notifications.tables import EmailRow
from domain.mail import EmailOutcome, EmailTemplate, NewEmail, QueuedEmail

_PRUNED_AT_ONCE = 1_000
_WAITS = EmailRow.outcome.is_(None)


class EmailRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(
        self, *, account_id: UUID, template: str, dedupe_key: str, params: Mapping[str, str]
    ) -> None:
        """Have it sent to the account; one whose dedupe key was queued before is left out.

        `params` are what the template says, and no person's data. Raises `ValueError` for a
        template that `EmailTemplate` does not name.
        """
        email = NewEmail(
            account_id=account_id,
            template=EmailTemplate(template),
            dedupe_key=dedupe_key,
            params=params,
        )
        async with self._database.transaction() as session:
            await queue(session, [email])

    async def claim(self, limit: int, *, lease: timedelta) -> Sequence[QueuedEmail]:
        """Those whose turn it is; nobody else gets them until the lease is over."""
        due = (
            select(EmailRow.id)
            .where(_WAITS, EmailRow.next_attempt_at <= func.now())
            .order_by(EmailRow.next_attempt_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claimed = (
            update(EmailRow)
            .where(EmailRow.id.in_(due.scalar_subquery()))
            .values(next_attempt_at=func.now() + lease, attempts=EmailRow.attempts + 1)
            .returning(EmailRow)
        )
        async with self._database.transaction() as session:
            rows = (await session.scalars(claimed)).all()
        return [_queued(row) for row in sorted(rows, key=attrgetter("created_at"))]

    async def postpone(self, dedupe_key: str, delay: timedelta) -> None:
        later = (
            update(EmailRow)
            .where(EmailRow.dedupe_key == dedupe_key, _WAITS)
            .values(next_attempt_at=func.now() + delay)
        )
        async with self._database.transaction() as session:
            await session.execute(later)

    async def finish(self, dedupe_key: str, outcome: EmailOutcome) -> None:
        """What became of it; the first word stands."""
        finished = (
            update(EmailRow)
            .where(EmailRow.dedupe_key == dedupe_key, _WAITS)
            .values(finished_at=func.now(), outcome=outcome)
        )
        async with self._database.transaction() as session:
            await session.execute(finished)

    async def oldest_seconds(self) -> float:
        """How long the oldest one has waited; 0 where none does."""
        age = func.extract("epoch", func.clock_timestamp() - func.min(EmailRow.created_at))
        async with self._database.transaction() as session:
            return float(await session.scalar(select(age).where(_WAITS)) or 0)

    async def prune(self, older_than: timedelta) -> int:
        """Delete what was finished longer ago, a piece. Returns how many it was."""
        old = (
            select(EmailRow.id)
            .where(EmailRow.finished_at < func.now() - older_than)
            .order_by(EmailRow.finished_at)
            .limit(_PRUNED_AT_ONCE)
        )
        gone = delete(EmailRow).where(EmailRow.id.in_(old.scalar_subquery()))
        async with self._database.transaction() as session:
            return len((await session.scalars(gone.returning(EmailRow.id))).all())


async def queue(session: AsyncSession, emails: Sequence[NewEmail]) -> None:
    """In the caller's transaction; one whose dedupe key was queued before is left out."""
    rows = [
        {
            "account_id": email.account_id,
            "template": email.template,
            "dedupe_key": email.dedupe_key,
            "params": dict(email.params),
        }
        for email in emails
    ]
    if rows:
        once = insert(EmailRow).on_conflict_do_nothing(index_elements=[EmailRow.dedupe_key])
        await session.execute(once, rows)


def _queued(row: EmailRow) -> QueuedEmail:
    return QueuedEmail(
        dedupe_key=row.dedupe_key,
        account_id=row.account_id,
        template=row.template,
        params=row.params,
        created_at=row.created_at,
        attempts=row.attempts,
    )
