"""Wrong passwords, counted where no cache forgets them: see `domain.throttling`.

A try is counted before the password is looked at, and taken back when it was right, so that many
at once don't cost what one costs.
"""

import asyncio
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.identity.tables import LoginAttemptRow
from domain.throttling import GUESSING, GUESSING_TOGETHER, SPRAYING, Patience

KNOWN = timedelta(days=30)
"""So long a place where the right password came from stays a known one."""

_ANY = b""
# As many as are hashed at once.
_AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Guess:
    """Whose password is tried, and from where: see `domain.throttling.place_of`."""

    email: str
    place: str


class LoginAttempts:
    """`key` keys the hashes, so that the table names neither people nor where they are.

    `turns` is for whoever tries, from `begin` until the password is known to be right or wrong: of
    right ones that come at once only so many are counted as tries meanwhile.
    """

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key
        self.turns = asyncio.Semaphore(_AT_ONCE)

    async def begin(self, guess: Guess, *, now: datetime) -> timedelta:
        """Count a try, and answer zero. One that comes too early is not counted, and has to wait
        for what is answered. It leaves no row: nobody fills the table with made-up accounts.
        """
        async with self._database.transaction() as session:
            counts = await self._locked(session, guess, now=now)
            waits = [row.waits_until - now for row, _ in counts if row.waits_until]
            wait = max(waits, default=timedelta())
            if wait > timedelta():
                await session.rollback()
                return wait
            for row, patience in counts:
                left = patience.left_of(row.tries, passed=now - row.tried_at)
                row.tries, row.tried_at = left + 1, now
                pause = patience.wait_after(row.tries)
                # None and not now: who came before us may get the lock after us.
                row.waits_until = now + pause if pause else None
        return timedelta()

    async def succeed(self, guess: Guess, *, now: datetime) -> None:
        """The password was right. From there nobody guessed, then; elsewhere there is one less."""
        async with self._database.transaction() as session:
            (here, _), *elsewhere = await self._locked(session, guess, now=now)
            here.tries, here.waits_until, here.passed_at = 0, None, now
            for row, _ in elsewhere:
                row.tries, row.waits_until = max(row.tries - 1, 0), None

    async def forgive(self, email: str) -> None:
        """As if nobody had ever tried a password of this account."""
        key = (LoginAttemptRow.account, LoginAttemptRow.place)
        mine = select(*key).where(LoginAttemptRow.account == self._hash("account", email))
        # In the order in which tries lock them.
        locked = mine.order_by(*key).with_for_update()
        async with self._database.transaction() as session:
            await session.execute(delete(LoginAttemptRow).where(tuple_(*key).in_(locked)))

    async def _locked(
        self, session: AsyncSession, guess: Guess, *, now: datetime
    ) -> list[tuple[LoginAttemptRow, Patience]]:
        """The counts that concern this try, that of the account from there first.

        Locked in one order by everybody, so that nobody waits in a circle.
        """
        account = self._hash("account", guess.email)
        place = self._hash("place", guess.place)
        keys = [(_ANY, place), (account, _ANY), (account, place)]
        found = insert(LoginAttemptRow).values(
            [{"account": account, "place": place, "tried_at": now} for account, place in keys]
        )
        # Changes nothing: it is how an INSERT locks the rows that are there.
        same = found.on_conflict_do_update(
            index_elements=[LoginAttemptRow.account, LoginAttemptRow.place],
            set_={"tries": LoginAttemptRow.tries},
        )
        rows = await session.scalars(same.returning(LoginAttemptRow))
        by_key = {(row.account, row.place): row for row in rows}
        of_place, of_account, here = (by_key[key] for key in keys)
        counts = [(here, GUESSING)]
        if not here.passed_at or here.passed_at < now - KNOWN:
            counts += [(of_account, GUESSING_TOGETHER), (of_place, SPRAYING)]
        return counts

    def _hash(self, kind: str, value: str) -> bytes:
        return hmac.digest(self._key, f"{kind}:{value}".encode(), "sha256")
