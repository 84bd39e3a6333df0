"""Refresh tokens whose answer may be lost, by a clock of the test."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.password_resets import PasswordResets
from adapters.postgres.identity.pruning import prune
from adapters.postgres.identity.sessions import SessionRepository
from adapters.postgres.identity.tables import PasswordResetRow, SessionRow
from adapters.settings import DatabaseSettings
from domain.accounts import Account
from domain.errors import InvalidCredentials, RefreshTokenReused

# So far ahead that whoever tidies up by the real clock finds nothing of it old.
T0 = datetime(2100, 1, 1, 12, tzinfo=UTC)
SOON = T0 + timedelta(seconds=59)
LATE = T0 + timedelta(seconds=61)


@pytest.fixture
async def identity_database(databases: DatabaseSettings) -> AsyncIterator[Database]:
    database = Database(databases.identity_dsn)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def sessions(identity_database: Database) -> SessionRepository:
    return SessionRepository(identity_database)


@pytest.fixture
async def account_id(identity_database: Database) -> UUID:
    account = Account(
        account_id=uuid4(),
        email=f"{uuid4().hex}@example.com",
        name="Abebe",
        phone=None,
        roles=[],
        restaurants=[],
        created_at=T0,
    )
    await AccountRepository(identity_database).add(account, "a hash")
    return account.account_id


@pytest.fixture
async def token(sessions: SessionRepository, account_id: UUID) -> str:
    return (await sessions.begin(account_id, now=T0)).refresh_token


class TestRefresh:
    async def test_gives_another_successor_while_nobody_may_have_got_the_first(
        self, sessions: SessionRepository, token: str
    ) -> None:
        lost = await sessions.refresh(token, now=T0)
        lost_too = await sessions.refresh(token, now=SOON)
        got = await sessions.refresh(token, now=SOON)
        assert len({lost.refresh_token, lost_too.refresh_token, got.refresh_token}) == 3
        assert got.session_id == lost.session_id
        await sessions.refresh(got.refresh_token, now=SOON)

    async def test_ends_the_login_when_a_replaced_successor_comes(
        self, sessions: SessionRepository, token: str
    ) -> None:
        taken = await sessions.refresh(token, now=T0)
        got = await sessions.refresh(token, now=SOON)
        with pytest.raises(RefreshTokenReused):
            await sessions.refresh(taken.refresh_token, now=SOON)
        with pytest.raises(InvalidCredentials):
            await sessions.refresh(got.refresh_token, now=SOON)

    async def test_takes_a_token_for_stolen_that_comes_after_its_answer(
        self, sessions: SessionRepository, token: str
    ) -> None:
        await sessions.refresh(token, now=T0)
        await sessions.answered(token)
        with pytest.raises(RefreshTokenReused):
            await sessions.refresh(token, now=SOON)

    async def test_takes_a_token_for_stolen_whose_successor_was_used(
        self, sessions: SessionRepository, token: str
    ) -> None:
        successor = await sessions.refresh(token, now=T0)
        await sessions.refresh(successor.refresh_token, now=T0)
        with pytest.raises(RefreshTokenReused):
            await sessions.refresh(token, now=SOON)

    async def test_takes_a_token_for_stolen_that_comes_too_late(
        self, sessions: SessionRepository, token: str
    ) -> None:
        successor = await sessions.refresh(token, now=T0)
        with pytest.raises(RefreshTokenReused):
            await sessions.refresh(token, now=LATE)
        with pytest.raises(InvalidCredentials):
            await sessions.refresh(successor.refresh_token, now=LATE)

    async def test_ends_with_the_login_however_much_it_is_used(
        self, sessions: SessionRepository, token: str
    ) -> None:
        for month in range(1, 4):
            now = T0 + timedelta(days=29) * month
            token = (await sessions.refresh(token, now=now)).refresh_token
        with pytest.raises(InvalidCredentials):
            await sessions.refresh(token, now=T0 + timedelta(days=91))

    async def test_ends_where_nobody_used_it_for_a_month(
        self, sessions: SessionRepository, token: str
    ) -> None:
        with pytest.raises(InvalidCredentials):
            await sessions.refresh(token, now=T0 + timedelta(days=31))


class TestBegin:
    async def test_refuses_a_password_that_was_changed_meanwhile(
        self, sessions: SessionRepository, account_id: UUID
    ) -> None:
        await sessions.begin(account_id, now=T0, password_hash="a hash")
        with pytest.raises(InvalidCredentials):
            await sessions.begin(account_id, now=T0, password_hash="of before")

    async def test_refuses_an_account_that_is_not_there(self, sessions: SessionRepository) -> None:
        with pytest.raises(InvalidCredentials):
            await sessions.begin(uuid4(), now=T0)


class TestPrune:
    async def test_deletes_what_nobody_can_use_any_more(
        self, sessions: SessionRepository, account_id: UUID, identity_database: Database
    ) -> None:
        # So long ago that nothing of other tests is as old.
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        old = await sessions.begin(account_id, now=long_ago)
        await sessions.begin(account_id, now=T0)
        resets = PasswordResets(identity_database)
        await resets.issue(account_id, now=long_ago)
        kept = await resets.issue(account_id, now=T0)
        await prune(identity_database, now=long_ago + timedelta(days=91))
        ours = select(SessionRow.session_id).where(SessionRow.account_id == account_id)
        async with identity_database.transaction() as session:
            left = (await session.scalars(ours)).all()
            tokens = await session.scalar(
                select(func.count())
                .select_from(PasswordResetRow)
                .where(PasswordResetRow.account_id == account_id)
            )
        assert len(left) == 1
        assert old.session_id not in left
        assert tokens == 1
        await resets.check(kept, now=T0)
