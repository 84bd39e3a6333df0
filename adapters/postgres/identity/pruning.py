"""What of logins is too old to matter: tokens nobody can send, tries that weigh nothing."""

from datetime import datetime

from sqlalchemy import delete, inspect, select, tuple_

from adapters.postgres.engine import Database
from adapters.postgres.identity.login_attempts import KNOWN
from adapters.postgres.identity.tables import (
    LoginAttemptRow,
    PasswordResetRow,
    RefreshTokenRow,
    SessionRow,
)

# Fewer than a statement deletes in its time.
_AT_ONCE = 5_000


async def prune(database: Database, *, now: datetime) -> None:
    """A piece of each table. Tokens of a login that goes go with it."""
    old = {
        RefreshTokenRow: RefreshTokenRow.expires_at < now,
        SessionRow: SessionRow.expires_at < now,
        PasswordResetRow: PasswordResetRow.expires_at < now,
        LoginAttemptRow: LoginAttemptRow.tried_at < now - KNOWN,
    }
    for row, is_old in old.items():
        key = inspect(row).primary_key
        piece = select(*key).where(is_old).limit(_AT_ONCE)
        async with database.transaction() as session:
            await session.execute(delete(row).where(tuple_(*key).in_(piece)))
