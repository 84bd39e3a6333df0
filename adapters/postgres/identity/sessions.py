"""Logins, and the refresh tokens that follow one another in each (RFC 9700, section 4.14).

A refresh token is used once, for its successor. One that comes back after its use is in two
hands, and nobody can tell the thief's from the owner's: the whole login ends.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.identity.tables import RefreshTokenRow, SessionRow
from domain.errors import InvalidCredentials, RefreshTokenReused

# A login ends after this however much it is used, and sooner where nobody uses it.
_LIFETIME = timedelta(days=90)
_IDLE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Session:
    """A login, with the refresh token that continues it. The token is not stored and not logged."""

    session_id: UUID
    account_id: UUID
    refresh_token: str


class SessionRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, account_id: UUID, *, now: datetime) -> Session:
        session_id = uuid4()
        async with self._database.transaction() as session:
            session.add(
                SessionRow(session_id=session_id, account_id=account_id, expires_at=now + _LIFETIME)
            )
            await session.flush()
            return await _issue(session, session_id, account_id, now=now)

    async def refresh(self, token: str, *, now: datetime) -> Session:
        """Exchange the token for its successor.

        Raises `InvalidCredentials` for one that is unknown, expired or of an ended login, and
        `RefreshTokenReused`, having ended the login, for one that was used before.
        """
        async with self._database.transaction() as session:
            login = await _login_of(session, token)
            if not login or login.revoked_at or login.expires_at <= now:
                raise InvalidCredentials(_UNKNOWN)
            if await _use(session, token, now=now):
                return await _issue(session, login.session_id, login.account_id, now=now)
            reused = await _was_used(session, token)
            if reused:
                await _revoke(session, login.session_id, now=now)
        # Raised outside: inside it would roll the revocation back.
        if reused:
            message = "This refresh token was used before, so its login has ended. Log in again."
            raise RefreshTokenReused(message)
        raise InvalidCredentials(_UNKNOWN)

    async def end(self, account_id: UUID, session_id: UUID, *, token: str, now: datetime) -> None:
        """End the login that asks, and that of its refresh token where the account owns it."""
        async with self._database.transaction() as session:
            await _revoke(session, session_id, now=now)
            login = await _login_of(session, token)
            if login and login.account_id == account_id:
                await _revoke(session, login.session_id, now=now)


_UNKNOWN = "The refresh token is unknown or has expired. Log in again."


async def _issue(
    session: AsyncSession, session_id: UUID, account_id: UUID, *, now: datetime
) -> Session:
    token = secrets.token_urlsafe(32)
    session.add(
        RefreshTokenRow(token_hash=_hash(token), session_id=session_id, expires_at=now + _IDLE)
    )
    await session.flush()
    return Session(session_id, account_id, token)


async def _login_of(session: AsyncSession, token: str) -> SessionRow | None:
    """Locked, so that of two that use one token at once the second sees that it was used."""
    statement = (
        select(SessionRow)
        .join(RefreshTokenRow, RefreshTokenRow.session_id == SessionRow.session_id)
        .where(RefreshTokenRow.token_hash == _hash(token))
        .with_for_update(of=SessionRow)
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def _use(session: AsyncSession, token: str, *, now: datetime) -> bool:
    statement = update(RefreshTokenRow).where(
        RefreshTokenRow.token_hash == _hash(token),
        RefreshTokenRow.used_at.is_(None),
        RefreshTokenRow.expires_at > now,
    )
    used = await session.execute(
        statement.values(used_at=now).returning(RefreshTokenRow.session_id)
    )
    return used.one_or_none() is not None


async def _was_used(session: AsyncSession, token: str) -> bool:
    statement = select(RefreshTokenRow.used_at).where(RefreshTokenRow.token_hash == _hash(token))
    return (await session.execute(statement)).scalar_one() is not None


async def _revoke(session: AsyncSession, session_id: UUID, *, now: datetime) -> None:
    statement = update(SessionRow).where(
        SessionRow.session_id == session_id, SessionRow.revoked_at.is_(None)
    )
    await session.execute(statement.values(revoked_at=now))


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
