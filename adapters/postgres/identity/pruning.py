"""What of logins is too old to matter: tokens nobody can send, tries that weigh nothing."""

from datetime import datetime, timedelta

from sqlalchemy import and_, delete, inspect, select, tuple_

from adapters.postgres.engine import Database
from adapters.postgres.identity.login_attempts import KNOWN
from adapters.postgres.identity.tables import (
    LoginAttemptRow,
    PasswordResetRow,
    RefreshTokenRow,
    SessionRow,
)

# After that not one wrong try is left to forgive: see `domain.throttling`.
_FORGIVEN = timedelta(days=1)
# Fewer than a statement deletes in its time.
_AT_ONCE = 5_000


async def prune(database: Database, *, now: datetime) -> None:
    """A piece of each table. Tokens of a login that goes go with it."""
    never_passed = LoginAttemptRow.passed_at.is_(None)
    old = [
        (RefreshTokenRow, RefreshTokenRow.expires_at < now),
        (SessionRow, SessionRow.expires_at < now),
        (PasswordResetRow, PasswordResetRow.expires_at < now),
        (LoginAttemptRow, LoginAttemptRow.tried_at < now - KNOWN),
        (LoginAttemptRow, and_(never_passed, LoginAttemptRow.tried_at < now - _FORGIVEN)),
    ]
    for row, is_old in old:
        key = inspect(row).primary_key
        # What somebody holds is used again just now, or goes next time: nobody waits in a circle.
        piece = select(*key).where(is_old).limit(_AT_ONCE).with_for_update(skip_locked=True)
        async with database.transaction() as session:
            await session.execute(delete(row).where(tuple_(*key).in_(piece)))
