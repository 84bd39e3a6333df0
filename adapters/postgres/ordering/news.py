"""News of orders: which timeline has just grown, heard at the commit that made it grow."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.conninfo import make_conninfo
from pydantic import SecretStr

# A server that is gone without a word is missed after half a minute.
_OPTIONS = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "4",
}


@asynccontextmanager
async def news(dsn: SecretStr) -> AsyncIterator[AsyncIterator[UUID]]:
    """The ids of orders whose timelines grow from the moment this is entered on.

    Holds one connection. Raises `psycopg.OperationalError` where that breaks: what happens until
    the next one listens is not told.
    """
    conninfo = make_conninfo(dsn.get_secret_value(), **_OPTIONS)
    async with await AsyncConnection.connect(conninfo, autocommit=True) as connection:
        await connection.execute("LISTEN ordering_timeline")
        yield (UUID(told.payload) async for told in connection.notifies())
