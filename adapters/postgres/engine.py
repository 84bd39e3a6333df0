"""One context's database: its pool, and the one way to a transaction."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import psycopg
from pydantic import SecretStr
from sqlalchemy import URL, MetaData, make_url, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine

# A statement that outlives this holds locks that orders wait for: better that it is tried again.
_STATEMENT_TIMEOUT_MS = 5_000
# Also for a free connection: who waits longer is told, and comes back when there is one.
_CONNECT_TIMEOUT_SECONDS = 5

_NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def metadata(context: str) -> MetaData:
    """Of one context: all its tables live in the schema of that name."""
    return MetaData(schema=context, naming_convention=_NAMING)


def url(dsn: SecretStr) -> URL:
    """`postgresql://…` for SQLAlchemy, spoken by psycopg."""
    return make_url(dsn.get_secret_value()).set(drivername="postgresql+psycopg")


class Database:
    """The pool of one context in this process. Close it before the loop ends."""

    def __init__(self, dsn: SecretStr, *, pool_size: int = 8) -> None:
        self._engine = create_async_engine(
            url(dsn),
            pool_size=pool_size,
            max_overflow=0,
            # A connection that died with a restarted server is replaced, not handed out.
            pool_pre_ping=True,
            # An error that is logged names the statement, never whom it was about.
            hide_parameters=True,
            pool_timeout=_CONNECT_TIMEOUT_SECONDS,
            connect_args={
                "connect_timeout": _CONNECT_TIMEOUT_SECONDS,
                "options": f"-c statement_timeout={_STATEMENT_TIMEOUT_MS}",
            },
        )
        self._sessions = async_sessionmaker(self._engine, expire_on_commit=False)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """Commit at the end, roll back on any error. Nothing else in the project commits."""
        try:
            async with self._sessions() as session, session.begin():
                yield session
        except IntegrityError as error:
            _forget_whose_row(error)
            raise

    async def ping(self) -> None:
        """Raises where the database does not answer."""
        async with self.transaction() as session:
            await session.execute(text("SELECT 1"))

    async def close(self) -> None:
        await self._engine.dispose()


def _forget_whose_row(error: IntegrityError) -> None:
    """Postgres quotes the row that breaks a rule; errors are logged, and kept by Temporal."""
    if isinstance(error.orig, psycopg.Error):
        rule = (error.orig.diag.message_primary or "A constraint was broken.",)
        error.args = error.orig.args = rule
