"""The refresh tokens that follow one another in a login (RFC 9700, section 4.14).

A token is used once, for its successor. One that comes back after its use is in two hands, and
nobody can tell the thief's from the owner's: the login ends. But where the process that used it
died before its answer left, the successor is in nobody's hands, and who comes back soon gets
another. Every function works in its caller's transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, auto
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Select, Update, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.identity.tables import RefreshTokenRow, SessionRow

# A login that nobody continues ends after this.
_IDLE = timedelta(days=30)
# Whose answer was lost tries again by then.
_GRACE = timedelta(seconds=60)


class State(Enum):
    """`UNANSWERED`: used just now, and maybe nobody has got its successor."""

    FRESH = auto()
    EXPIRED = auto()
    UNANSWERED = auto()
    REUSED = auto()


@dataclass(frozen=True, slots=True)
class Found:
    login: SessionRow
    token: RefreshTokenRow


async def issue(session: AsyncSession, session_id: UUID, *, now: datetime) -> str:
    """A new token of this login, which has no other unused one."""
    secret = secrets.token_urlsafe(32)
    session.add(
        RefreshTokenRow(token_hash=hashed(secret), session_id=session_id, expires_at=now + _IDLE)
    )
    await session.flush()
    return secret


async def locked(session: AsyncSession, secret: str) -> Found | None:
    """Locked, so that of two who use one token at once the second sees that it was used."""
    statement = (
        select(SessionRow)
        .join(RefreshTokenRow, RefreshTokenRow.session_id == SessionRow.session_id)
        .where(RefreshTokenRow.token_hash == hashed(secret))
        .with_for_update(of=SessionRow)
    )
    login = await session.scalar(statement)
    # Read when the login is ours: what stood in a joined row may be from before we waited.
    token = await session.get(RefreshTokenRow, hashed(secret)) if login else None
    return Found(login, token) if login and token else None


async def state(session: AsyncSession, token: RefreshTokenRow, *, now: datetime) -> State:
    if token.used_at is None:
        return State.FRESH if token.expires_at > now else State.EXPIRED
    if token.answered_at or token.successor is None or token.used_at < now - _GRACE:
        return State.REUSED
    successor = await session.get(RefreshTokenRow, token.successor)
    return State.UNANSWERED if successor and not successor.used_at else State.REUSED


async def follow(session: AsyncSession, token: RefreshTokenRow, *, now: datetime) -> str:
    """Use the token for a new successor. One that it has already counts as used and answered."""
    if token.successor:
        await session.execute(
            update(RefreshTokenRow)
            .where(RefreshTokenRow.token_hash == token.successor)
            .values(used_at=now, answered_at=now)
        )
    token.used_at = token.used_at or now
    # Before there is another: of a login one token is unused.
    await session.flush()
    secret = await issue(session, token.session_id, now=now)
    token.successor = hashed(secret)
    return secret


def answered(secret: str) -> Update:
    return (
        update(RefreshTokenRow)
        .where(RefreshTokenRow.token_hash == hashed(secret))
        .values(answered_at=func.now())
    )


def was_answered(secret: str) -> Select[datetime | None]:
    return select(RefreshTokenRow.answered_at).where(RefreshTokenRow.token_hash == hashed(secret))


def hashed(secret: str) -> bytes:
    """Random enough that a plain hash keeps it: nobody guesses 256 bits."""
    return sha256(secret.encode()).digest()
