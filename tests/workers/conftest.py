"""What a worker finds on a server of its own."""

from urllib.parse import urlsplit

import psycopg
import pytest
from pydantic import SecretStr

from adapters.postgres.migrate import migrate
from adapters.settings import DatabaseSettings

_QUIET = "quiet"


@pytest.fixture(scope="session")
def quiet_databases(databases: DatabaseSettings, postgres_admin_dsn: str) -> DatabaseSettings:
    """Like `databases`, and none of the workers that other tests started works on them."""
    with psycopg.connect(postgres_admin_dsn, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {_QUIET}")
    dsns = {name: _quiet(dsn.get_secret_value()) for name, dsn in databases}
    settings = DatabaseSettings.model_validate(dsns)
    migrate(_quiet(postgres_admin_dsn), settings)
    return settings


def _quiet(dsn: str) -> SecretStr:
    return SecretStr(urlsplit(dsn)._replace(path=f"/{_QUIET}").geturl())
