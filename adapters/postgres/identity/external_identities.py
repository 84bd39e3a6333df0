"""Accounts that Google opens, known by the issuer's `iss` and `sub`, never by an e-mail address.

An e-mail address may go to somebody else; who registered with it first need not own it. So an
account is never joined to an identity because the two have the same address.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import add_account
from adapters.postgres.identity.external_tables import ExternalIdentityRow, UsedNonceRow
from domain.accounts import Account, ExternalIdentity
from domain.errors import EmailTaken, GoogleAccountTaken, InvalidCredentials


class ExternalIdentityRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def use_nonce(self, nonce: bytes, *, expires_at: datetime, now: datetime) -> None:
        """Raises `InvalidCredentials` for one that was used before."""
        use = insert(UsedNonceRow).values(nonce=nonce, expires_at=expires_at)
        async with self._database.transaction() as session:
            await session.execute(delete(UsedNonceRow).where(UsedNonceRow.expires_at <= now))
            used = await session.execute(use.on_conflict_do_nothing().returning(UsedNonceRow.nonce))
            if not used.one_or_none():
                message = "This nonce was used before. Ask for another, and log in with that."
                raise InvalidCredentials(message)

    async def account_of(self, identity: ExternalIdentity) -> UUID | None:
        async with self._database.transaction() as session:
            return await _account_of(session, identity)

    async def join(self, identity: ExternalIdentity, account: Account) -> UUID:
        """The identity's account: `account`, unless a request at the same time made another.

        Raises `EmailTaken`.
        """
        async with self._database.transaction() as session:
            if found := await _account_of(session, identity, lock=True):
                return found
            if not await add_account(session, account, password_hash=None):
                raise EmailTaken(_HAS_AN_ACCOUNT)
            await _add(session, identity, account.account_id)
            return account.account_id

    async def link(self, identity: ExternalIdentity, account_id: UUID) -> None:
        """Have the identity open this account too. Raises `GoogleAccountTaken`."""
        async with self._database.transaction() as session:
            found = await _account_of(session, identity, lock=True)
            if found not in {None, account_id}:
                message = "This Google account opens another account here."
                raise GoogleAccountTaken(message)
            if not found:
                await _add(session, identity, account_id)


_HAS_AN_ACCOUNT = (
    "There is an account with this e-mail address. Log in with its password; "
    "POST /me/google then lets Google open it too."
)


async def _account_of(
    session: AsyncSession, identity: ExternalIdentity, *, lock: bool = False
) -> UUID | None:
    if lock:
        # There may be no row yet to wait at.
        name = f"{identity.issuer} {identity.subject}"
        await session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
    statement = select(ExternalIdentityRow.account_id).where(
        ExternalIdentityRow.issuer == identity.issuer,
        ExternalIdentityRow.subject == identity.subject,
    )
    return (await session.execute(statement)).scalar_one_or_none()


async def _add(session: AsyncSession, identity: ExternalIdentity, account_id: UUID) -> None:
    row = ExternalIdentityRow(
        issuer=identity.issuer, subject=identity.subject, account_id=account_id
    )
    session.add(row)
    await session.flush()
