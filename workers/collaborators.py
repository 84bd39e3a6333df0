"""What the activities of one process work with: it tells its health, and is closed again."""

from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

from pydantic import SecretStr

from adapters.postgres.engine import Database
from adapters.settings import DatabaseSettings
from workers.process import Process

Activities = Sequence[Callable[..., Any]]


class Collaborators(AsyncExitStack):
    """Leaving it closes whatever was opened or pushed."""

    def __init__(self, process: Process) -> None:
        super().__init__()
        self.dsns = DatabaseSettings()
        self._process = process
        self._databases: dict[str, Database] = {}

    def database(self, context: str, dsn: SecretStr) -> Database:
        """One pool a context. From now on the process is ready only where it answers."""
        if context not in self._databases:
            database = Database(dsn)
            self.push_async_callback(database.close)
            self._process.checks[context] = database.ping
            self._databases[context] = database
        return self._databases[context]
