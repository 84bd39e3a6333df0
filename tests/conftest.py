"""What every test may ask for. Servers are real, and start when the first test needs them."""

import hypothesis
import pytest
import structlog
from pydantic import SecretStr

from adapters.postgres.migrate import migrate
from adapters.settings import DatabaseSettings
from infra.stack.site import CONTEXTS
from tests.support.servers import (
    Servers,
    kafka_bootstrap,
    postgres_admin_dsn,
    redis_url,
    sandbox_url,
    servers,
    temporal_address,
)

# How long an example takes says more about the machine than about the code.
hypothesis.settings.register_profile("tests", deadline=None)
hypothesis.settings.load_profile("tests")

# The default draws a traceback for a second, and every activity of the test waits for it.
structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.dev.ConsoleRenderer(
            colors=False, exception_formatter=structlog.dev.plain_traceback
        ),
    ]
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--record", action="store_true", help="record the workflows' histories and fingerprints"
    )


@pytest.fixture(scope="session")
def databases(servers: Servers, postgres_admin_dsn: str) -> DatabaseSettings:
    """The contexts' databases, migrated. Tests share them, and find their rows by fresh ids."""
    dsns = {f"{context}_dsn": SecretStr(servers.site.dsn(context)) for context in CONTEXTS}
    settings = DatabaseSettings.model_validate(dsns)
    migrate(SecretStr(postgres_admin_dsn), settings)
    return settings
