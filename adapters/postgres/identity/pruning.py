"""What of logins is too old to matter: tokens nobody can send, tries that weigh nothing."""

from datetime import datetime, timedelta

from sqlalchemy import delete, or_

from adapters.postgres.engine import Database
from adapters.postgres.identity.login_attempts import KNOWN
from adapters.postgres.identity.tables import (
    LoginAttemptRow,
    PasswordResetRow,
    RefreshTokenRow,
    SessionRow,
)

# Time to see in the table how a login ended.
_KEPT = timedelta(days=7)


async def prune(database: Database, *, now: datetime) -> None:
    ended = or_(SessionRow.expires_at < now, SessionRow.revoked_at < now - _KEPT)
    async with database.transaction() as session:
        await session.execute(delete(SessionRow).where(ended))
        await session.execute(delete(RefreshTokenRow).where(RefreshTokenRow.expires_at < now))
        await session.execute(delete(PasswordResetRow).where(PasswordResetRow.expires_at < now))
        await session.execute(delete(LoginAttemptRow).where(LoginAttemptRow.tried_at < now - KNOWN))
