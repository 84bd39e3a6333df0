"""What every transaction promises."""

import traceback
from uuid import uuid4

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from adapters.postgres.engine import Database
from adapters.postgres.identity.tables import AccountRow
from adapters.settings import DatabaseSettings


class TestTransaction:
    async def test_names_the_broken_rule_and_not_whose_row_broke_it(
        self, databases: DatabaseSettings
    ) -> None:
        identity = Database(databases.identity_dsn)
        # It has no `created_at`, and Postgres quotes the whole row that breaks a rule.
        row = {
            "account_id": uuid4(),
            "email": "Abebe@example.com",
            "password_hash": "secret-hash",
            "name": "Abebe Bikila",
        }
        with pytest.raises(IntegrityError) as broken:
            async with identity.transaction() as session:
                await session.execute(insert(AccountRow).values(row))
        await identity.close()

        logged = "".join(traceback.format_exception(broken.value))
        assert "violates" in logged
        for theirs in ("Abebe", "secret-hash"):
            assert theirs not in logged
