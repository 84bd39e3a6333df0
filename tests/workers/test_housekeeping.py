"""What the relay's process does beside."""

import asyncio
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select

from adapters.postgres.contexts import CONTEXTS
from adapters.postgres.engine import Database
from adapters.postgres.erasing import Eraser
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.tables import AccountRow
from adapters.settings import DatabaseSettings
from domain.accounts import Account
from tests.support.polling import seen
from workers.housekeeping import keep_house


async def test_forgets_erased_accounts_for_good(quiet_databases: DatabaseSettings) -> None:
    now = datetime.now(UTC)
    account = Account(
        account_id=uuid4(),
        email=f"{uuid4().hex}@example.com",
        name="Abebe",
        phone=None,
        roles=[],
        restaurants=[],
        created_at=now,
    )
    async with AsyncExitStack() as closing:
        databases = {name: Database(quiet_databases.of(name)) for name in CONTEXTS}
        for database in databases.values():
            closing.push_async_callback(database.close)
        await AccountRepository(databases["identity"]).add(account, "a hash")
        await Eraser(databases).erase(account.account_id, now=now - timedelta(minutes=2))

        async def forgotten() -> datetime | None:
            mine = AccountRow.account_id == account.account_id
            async with databases["identity"].transaction() as session:
                return await session.scalar(select(AccountRow.forgotten_at).where(mine))

        assert await forgotten() is None
        keeping = asyncio.create_task(keep_house(quiet_databases))
        try:
            await seen(forgotten, bool)
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError):
                await keeping
