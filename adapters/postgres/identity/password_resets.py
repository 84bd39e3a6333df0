"""New passwords: set by who knows the old one, or by who holds a token that was mailed to them.

Either ends every login of the account, and every other reset. A mailed token also unlinks what
else opens an account that had a password: whoever had a way in before is out, even who registered
somebody else's address and waited.
"""

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import Credentials
from adapters.postgres.identity.external_tables import ExternalIdentityRow
from adapters.postgres.identity.refresh_tokens import hashed
from adapters.postgres.identity.sessions import revoke
from adapters.postgres.identity.tables import AccountRow, PasswordResetRow, SessionRow
from domain.errors import InvalidCredentials, ResetTokenInvalid

LIFETIME = timedelta(minutes=30)


class PasswordResets:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def issue(self, account_id: UUID, *, now: datetime) -> str:
        """A token for a mail to the account's address: good for half an hour, and once.

        Stored as its hash, so it is made when the mail is sent. Those issued before stay good.
        """
        secret = secrets.token_urlsafe(32)
        reset = PasswordResetRow(
            token_hash=hashed(secret), account_id=account_id, expires_at=now + LIFETIME
        )
        async with self._database.transaction() as session:
            session.add(reset)
        return secret

    async def check(self, secret: str, *, now: datetime) -> None:
        """Raises `ResetTokenInvalid` for a token that is unknown, used or too old."""
        standing = select(PasswordResetRow.account_id).where(
            PasswordResetRow.token_hash == hashed(secret), PasswordResetRow.expires_at > now
        )
        async with self._database.transaction() as session:
            if await session.scalar(standing) is None:
                raise _invalid()

    async def redeem(self, secret: str, password_hash: str, *, now: datetime) -> str:
        """Set the password. Returns whose it is, by e-mail address. Raises `ResetTokenInvalid`."""
        taken = (
            delete(PasswordResetRow)
            .where(PasswordResetRow.token_hash == hashed(secret), PasswordResetRow.expires_at > now)
            .returning(PasswordResetRow.account_id)
        )
        async with self._database.transaction() as session:
            account_id = await session.scalar(taken)
            if account_id:
                await _unlink(session, account_id)
            email = account_id and await _replace(session, account_id, password_hash, now=now)
        if not email:
            raise _invalid()
        return email

    async def change(self, current: Credentials, password_hash: str, *, now: datetime) -> None:
        """Set another password for who knows the current one.

        Raises `InvalidCredentials` where that is not the account's password any more.
        """
        same = AccountRow.password_hash == current.password_hash
        async with self._database.transaction() as session:
            if not await _replace(session, current.account_id, password_hash, same, now=now):
                message = "The password was just changed by somebody else."
                raise InvalidCredentials(message)


async def _replace(
    session: AsyncSession,
    account_id: UUID,
    password_hash: str,
    *conditions: ColumnElement[bool],
    now: datetime,
) -> str | None:
    """The account's e-mail address; None where it does not stand, or not as the conditions say."""
    mine = AccountRow.account_id == account_id
    replaced = (
        update(AccountRow)
        .where(mine, AccountRow.erased_at.is_(None), *conditions)
        .values(password_hash=password_hash)
        .returning(AccountRow.email)
    )
    email = await session.scalar(replaced)
    if email is not None:
        await revoke(session, SessionRow.account_id == account_id, now=now)
        others = PasswordResetRow.account_id == account_id
        await session.execute(delete(PasswordResetRow).where(others))
    return email


async def _unlink(session: AsyncSession, account_id: UUID) -> None:
    """Of an account that Google's word made there is no other way in: that one stays."""
    had_a_password = select(AccountRow.account_id).where(
        AccountRow.account_id == account_id, AccountRow.password_hash.is_not(None)
    )
    linked = ExternalIdentityRow.account_id == account_id
    await session.execute(delete(ExternalIdentityRow).where(linked, had_a_password.exists()))


def _invalid() -> ResetTokenInvalid:
    message = "This link is too old or was used already. Ask for a new one."
    return ResetTokenInvalid(message)
