"""Logins: they begin, are continued by refresh tokens (see `refresh_tokens`), and end."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.identity import refresh_tokens
from adapters.postgres.identity.refresh_tokens import State
from adapters.postgres.identity.tables import AccountRow, SessionRow
from domain.errors import InvalidCredentials, RefreshTokenReused

# A login ends after this however much it is used.
_LIFETIME = timedelta(days=90)

# An answer that is under way in a living process has left it by then.
_ANSWERING_SECONDS = 1.0
_LOOK_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Session:
    """A login, with the refresh token that continues it. The token is not stored and not logged."""

    session_id: UUID
    account_id: UUID
    refresh_token: str


class SessionRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(
        self, account_id: UUID, *, now: datetime, password_hash: str | None = None
    ) -> Session:
        """`password_hash` is that of the password which was right, where one was asked for.

        Raises `InvalidCredentials` where it was changed or the account erased meanwhile.
        """
        session_id = uuid4()
        async with self._database.transaction() as session:
            await _refuse_changed(session, account_id, password_hash)
            session.add(
                SessionRow(session_id=session_id, account_id=account_id, expires_at=now + _LIFETIME)
            )
            await session.flush()
            token = await refresh_tokens.issue(session, session_id, now=now)
        return Session(session_id, account_id, token)

    async def refresh(self, token: str, *, now: datetime) -> Session:
        """Exchange the token for its successor, and tell `answered` when that has left us.

        Raises `InvalidCredentials` for one that is unknown, expired or of an ended login, and
        `RefreshTokenReused`, having ended the login, for one that was used and answered before.
        """
        exchanged = await self._exchange(token, now=now, is_lost=False)
        if exchanged is State.UNANSWERED:
            exchanged = await self._exchange(token, now=now, is_lost=await self._is_lost(token))
        if isinstance(exchanged, Session):
            return exchanged
        message = "This refresh token was used before, so its login has ended. Log in again."
        raise RefreshTokenReused(message)

    async def answered(self, token: str) -> None:
        """The token's successor has left us: whoever sends the token from now on isn't its owner,
        or the successor is with somebody else.
        """
        async with self._database.transaction() as session:
            await session.execute(refresh_tokens.answered(token))

    async def end(self, account_id: UUID, session_id: UUID, *, token: str, now: datetime) -> None:
        """End the login that asks, and that of its refresh token where the account owns it."""
        async with self._database.transaction() as session:
            await revoke(session, SessionRow.session_id == session_id, now=now)
            found = await refresh_tokens.locked(session, token)
            if found and found.login.account_id == account_id:
                await revoke(session, SessionRow.session_id == found.login.session_id, now=now)

    async def _exchange(self, token: str, *, now: datetime, is_lost: bool) -> Session | State:
        """A state in which the token has no successor for us; `REUSED` has ended the login."""
        async with self._database.transaction() as session:
            found = await refresh_tokens.locked(session, token)
            if not found or found.login.revoked_at or found.login.expires_at <= now:
                raise InvalidCredentials(_UNKNOWN)
            state = await refresh_tokens.state(session, found.token, now=now)
            if state is State.EXPIRED:
                raise InvalidCredentials(_UNKNOWN)
            if state is State.FRESH or (state is State.UNANSWERED and is_lost):
                successor = await refresh_tokens.follow(session, found.token, now=now)
                return Session(found.login.session_id, found.login.account_id, successor)
            if state is State.REUSED:
                found.login.revoked_at = now
            return state

    async def _is_lost(self, token: str) -> bool:
        """True where the successor does not leave us: the process that made it has died."""
        deadline = asyncio.get_running_loop().time() + _ANSWERING_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            async with self._database.transaction() as session:
                if await session.scalar(refresh_tokens.was_answered(token)):
                    return False
            await asyncio.sleep(_LOOK_SECONDS)
        return True


_UNKNOWN = "The refresh token is unknown or has expired. Log in again."


async def revoke(session: AsyncSession, which: ColumnElement[bool], *, now: datetime) -> None:
    """End these logins, in the caller's transaction."""
    ended = update(SessionRow).where(which, SessionRow.revoked_at.is_(None))
    await session.execute(ended.values(revoked_at=now))


async def _refuse_changed(
    session: AsyncSession, account_id: UUID, password_hash: str | None
) -> None:
    """Locks the account against a change of it, so that no login slips in behind one."""
    account = select(AccountRow.password_hash).where(
        AccountRow.account_id == account_id, AccountRow.erased_at.is_(None)
    )
    found = (await session.execute(account.with_for_update(read=True))).one_or_none()
    if found is None or (password_hash and found.password_hash != password_hash):
        message = "The password was just changed. Log in with the new one."
        raise InvalidCredentials(message)
