"""The first administrators: made from the command line, because nobody could grant them a role."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import uuid4

from adapters.passwords import Passwords
from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.login_attempts import LoginAttempts
from adapters.settings import DatabaseSettings, IdentitySettings
from api.fields import mailbox
from api.services import derived
from domain.accounts import Account, Role
from domain.desk import Right
from domain.errors import EmailTaken


async def grant(
    settings: DatabaseSettings, email: str, role: Role, *, right: Right | None = None
) -> None:
    """Raises `AccountNotFound`."""
    async with _accounts(settings) as accounts:
        await accounts.grant(mailbox(email), role, right=right)


async def bootstrap(settings: DatabaseSettings, email: str, password: str) -> None:
    """Make an account with the roles admin and support. One that is there keeps its password."""
    account = Account(
        account_id=uuid4(),
        email=mailbox(email),
        name="Administrator",
        phone=None,
        roles=[Role.ADMIN, Role.SUPPORT],
        restaurants=[],
        created_at=datetime.now(UTC),
    )
    async with _accounts(settings) as accounts:
        try:
            await accounts.add(account, await Passwords().hash(password))
        except EmailTaken:
            await accounts.grant(account.email, *account.roles)


async def unlock(settings: DatabaseSettings, identity: IdentitySettings, email: str) -> None:
    """Forget the wrong passwords that were tried for this account, from wherever."""
    database = Database(settings.identity_dsn)
    try:
        key = derived(identity.customer_key_secret, "guesses")
        await LoginAttempts(database, key).forgive(mailbox(email))
    finally:
        await database.close()


@asynccontextmanager
async def _accounts(settings: DatabaseSettings) -> AsyncIterator[AccountRepository]:
    database = Database(settings.identity_dsn)
    try:
        yield AccountRepository(database)
    finally:
        await database.close()
