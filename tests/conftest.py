"""What every test may ask for. Servers are real, and start when the first test needs them."""

import pytest
from pydantic import SecretStr

from adapters.postgres.migrate import migrate
from adapters.settings import DatabaseSettings
from infra.stack.site import CONTEXTS
from tests.support.servers import (  # noqa: F401
    Servers,
    kafka_bootstrap,
    postgres_admin_dsn,
    redis_url,
    sandbox_url,
    servers,
    temporal_address,
)


@pytest.fixture(scope="session")
def databases(servers: Servers, postgres_admin_dsn: str) -> DatabaseSettings:  # noqa: F811
    """The contexts' databases, migrated. Tests share them, and tell their rows apart by fresh ids."""
    dsns = {f"{context}_dsn": SecretStr(servers.site.dsn(context)) for context in CONTEXTS}
    settings = DatabaseSettings(**dsns)
    migrate(SecretStr(postgres_admin_dsn), settings)
    return settings
