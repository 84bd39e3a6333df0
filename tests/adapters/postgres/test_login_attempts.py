"""Wrong passwords are counted by what they are for and where they come from."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.identity import login_attempts
from adapters.postgres.identity.login_attempts import KNOWN, Guess, LoginAttempts
from adapters.postgres.identity.pruning import prune
from adapters.settings import DatabaseSettings
from domain.throttling import GUESSING, GUESSING_TOGETHER, SPRAYING
from tests.support.polling import seen

# So far ahead that whoever tidies up by the real clock finds nothing of it old.
T0 = datetime(2100, 1, 1, 12, tzinfo=UTC)
NONE = timedelta()


def somebody() -> str:
    return f"{uuid4().hex}@example.com"


def somewhere() -> str:
    """A place that no other test has."""
    return uuid4().hex


@pytest.fixture
async def database(databases: DatabaseSettings) -> AsyncIterator[Database]:
    database = Database(databases.identity_dsn)
    try:
        yield database
    finally:
        await database.close()


@pytest.fixture
def attempts(database: Database) -> LoginAttempts:
    return LoginAttempts(database, b"a key of the tests")


async def _try(attempts: LoginAttempts, guess: Guess, now: datetime) -> datetime:
    """As soon as it may be; when that was."""
    if wait := await attempts.begin(guess, now=now):
        now += wait
        assert await attempts.begin(guess, now=now) == NONE
    return now


async def _tries(attempts: LoginAttempts, guess: Guess, times: int) -> datetime:
    now = T0
    for _ in range(times):
        now = await _try(attempts, guess, now)
    return now


class TestGuessing:
    async def test_waits_longer_each_time(self, attempts: LoginAttempts) -> None:
        guess, times = Guess(somebody(), somewhere()), [T0]
        for _ in range(GUESSING.free + 10):
            times.append(await _try(attempts, guess, times[-1]))
        waits = [(later - now).total_seconds() for now, later in pairwise(times)]
        assert waits[: GUESSING.free + 1] == [0] * (GUESSING.free + 1)
        assert waits[GUESSING.free + 1 :] == [10, 20, 40, 80, 160, 320, 640, 900, 900]

    async def test_is_not_made_longer_by_tries_that_are_refused(
        self, attempts: LoginAttempts
    ) -> None:
        guess = Guess(somebody(), somewhere())
        now = await _tries(attempts, guess, GUESSING.free + 1)
        for second in range(10):
            wait = await attempts.begin(guess, now=now + timedelta(seconds=second))
            assert wait == timedelta(seconds=10 - second)

    async def test_costs_the_same_when_many_come_at_once(self, attempts: LoginAttempts) -> None:
        guess = Guess(somebody(), somewhere())
        # Each has its own idea of now, and none waits its turn in that order.
        times = [T0 - timedelta(microseconds=n) for n in range(30)]
        waits = await asyncio.gather(*(attempts.begin(guess, now=now) for now in times))
        assert waits.count(NONE) == GUESSING.free + 1

    async def test_is_forgotten_where_the_right_password_came(
        self, attempts: LoginAttempts
    ) -> None:
        guess = Guess(somebody(), somewhere())
        for _ in range(3):
            now = await _tries(attempts, guess, GUESSING.free)
            await attempts.succeed(guess, now=now)

    async def test_leaves_no_row_of_a_try_that_is_refused(
        self, attempts: LoginAttempts, databases: DatabaseSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(login_attempts, "SPRAYING", replace(SPRAYING, free=0))
        here, moment = somewhere(), T0 + timedelta(microseconds=1)
        assert await attempts.begin(Guess(somebody(), here), now=T0) == NONE
        assert await attempts.begin(Guess(somebody(), here), now=moment) > NONE
        assert _tried_at(databases, moment) == 0

    async def test_is_forgiven_by_support(self, attempts: LoginAttempts) -> None:
        guess = Guess(somebody(), somewhere())
        now = await _tries(attempts, guess, GUESSING.free + 1)
        await attempts.forgive(guess.email)
        assert await attempts.begin(guess, now=now) == NONE

    async def test_is_forgiven_also_while_somebody_tries(
        self, attempts: LoginAttempts, database: Database, databases: DatabaseSettings
    ) -> None:
        email, moment = somebody(), T0 + timedelta(microseconds=2)
        await attempts.begin(Guess(email, somewhere()), now=moment)
        dsn = databases.identity_dsn.get_secret_value()
        async with await psycopg.AsyncConnection.connect(dsn) as trying:
            [account] = await _turn_round(trying, moment)
            async with database.transaction() as session:
                # Rows are found in the order in which they lie, then.
                await session.execute(text("SET enable_indexscan = off"))
            lock = (
                "SELECT FROM identity.login_attempts WHERE account = %s AND place {} '' FOR UPDATE"
            )
            await trying.execute(lock.format("="), [account])
            forgiving = asyncio.create_task(attempts.forgive(email))
            await seen(lambda: _waiting_for(databases, trying), bool)
            await trying.execute(lock.format("<>"), [account])
            await trying.commit()
            await forgiving
        # The place stays, which is not the account's.
        assert _tried_at(databases, moment) == 1


class TestManyWhoGuessAtOne:
    async def test_wait_for_each_other_and_keep_the_owner_out_for_a_minute_at_most(
        self, attempts: LoginAttempts
    ) -> None:
        email, now = somebody(), T0
        for _ in range(GUESSING_TOGETHER.free + 20):
            now = await _try(attempts, Guess(email, somewhere()), now)
        wait = await attempts.begin(Guess(email, somewhere()), now=now)
        assert NONE < wait <= timedelta(minutes=1)

    async def test_do_not_concern_a_place_where_the_owner_logged_in(
        self, attempts: LoginAttempts
    ) -> None:
        home = Guess(somebody(), somewhere())
        assert await attempts.begin(home, now=T0) == NONE
        await attempts.succeed(home, now=T0)
        for _ in range(GUESSING_TOGETHER.free + 1):
            await attempts.begin(Guess(home.email, somewhere()), now=T0)
        assert await attempts.begin(Guess(home.email, somewhere()), now=T0) > NONE
        assert await attempts.begin(home, now=T0) == NONE

    async def test_concern_a_place_where_the_owner_was_long_ago(
        self, attempts: LoginAttempts
    ) -> None:
        home, later = Guess(somebody(), somewhere()), T0 + KNOWN + timedelta(seconds=1)
        await attempts.begin(home, now=T0)
        await attempts.succeed(home, now=T0)
        for _ in range(GUESSING_TOGETHER.free + 1):
            await attempts.begin(Guess(home.email, somewhere()), now=later)
        assert await attempts.begin(home, now=later) > NONE


class TestOneWhoTriesManyAccounts:
    @pytest.fixture(autouse=True)
    def impatience(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A hundred tries would take their time."""
        monkeypatch.setattr(login_attempts, "SPRAYING", replace(SPRAYING, free=3))

    async def test_waits_and_nobody_elsewhere_does(self, attempts: LoginAttempts) -> None:
        here, emails = somewhere(), [somebody() for _ in range(4)]
        for email in emails:
            assert await attempts.begin(Guess(email, here), now=T0) == NONE
        assert await attempts.begin(Guess(somebody(), here), now=T0) == timedelta(seconds=10)
        assert await attempts.begin(Guess(emails[0], somewhere()), now=T0) == NONE

    async def test_is_not_a_crowd_that_knows_its_passwords(self, attempts: LoginAttempts) -> None:
        here = somewhere()
        for _ in range(5):
            guess = Guess(somebody(), here)
            assert await attempts.begin(guess, now=T0) == NONE
            await attempts.succeed(guess, now=T0)


class TestLoginAttempts:
    async def test_keep_no_address_of_anybody(
        self, attempts: LoginAttempts, databases: DatabaseSettings
    ) -> None:
        guess = Guess(somebody(), somewhere())
        await attempts.begin(guess, now=T0)
        with psycopg.connect(databases.identity_dsn.get_secret_value()) as connection:
            rows = connection.execute("SELECT * FROM identity.login_attempts").fetchall()
        kept = repr(rows)
        assert guess.email not in kept
        assert guess.place not in kept

    async def test_are_gone_after_a_day_unless_the_right_password_came_from_there(
        self, attempts: LoginAttempts, database: Database, databases: DatabaseSettings
    ) -> None:
        # By the real clock: whoever else tidies up meanwhile, does the same.
        now = datetime.now(UTC)
        left = []
        for age in (timedelta(hours=23), timedelta(hours=25), KNOWN + timedelta(hours=1)):
            wrong, right = Guess(somebody(), somewhere()), Guess(somebody(), somewhere())
            for guess in (wrong, right):
                await attempts.begin(guess, now=now - age)
            await attempts.succeed(right, now=now - age)
            await prune(database, now=now)
            left.append(_tried_at(databases, now - age))
        assert left == [6, 1, 0]


def _tried_at(databases: DatabaseSettings, moment: datetime) -> int:
    """How many rows are of a moment that only one test has."""
    with psycopg.connect(databases.identity_dsn.get_secret_value()) as connection:
        query = "SELECT FROM identity.login_attempts WHERE tried_at = %s"
        return connection.execute(query, [moment]).rowcount


async def _turn_round(connection: psycopg.AsyncConnection, moment: datetime) -> list[bytes]:
    """Have what was tried then lie the other way round than by key. Whose it is."""
    taken = await connection.execute(
        "DELETE FROM identity.login_attempts WHERE tried_at = %s"
        " RETURNING account, place, tried_at",
        [moment],
    )
    rows = sorted(await taken.fetchall(), reverse=True)
    for row in rows:
        await connection.execute(
            "INSERT INTO identity.login_attempts (account, place, tried_at) VALUES (%s, %s, %s)",
            row,
        )
    await connection.commit()
    return sorted({account for account, *_ in rows if account})


async def _waiting_for(databases: DatabaseSettings, holder: psycopg.AsyncConnection) -> int:
    """How many wait for a lock of this connection."""
    dsn = databases.identity_dsn.get_secret_value()
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        found = await connection.execute(
            "SELECT pid FROM pg_stat_activity WHERE %s = ANY(pg_blocking_pids(pid))",
            [holder.info.backend_pid],
        )
        return len(await found.fetchall())
