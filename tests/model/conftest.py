"""Everything real, once for all runs."""

from collections.abc import Iterator

import pytest

from adapters.settings import DatabaseSettings
from tests.model.laboratory import Laboratory, open_laboratory


@pytest.fixture(scope="module")
def laboratory(databases: DatabaseSettings, sandbox_url: str) -> Iterator[Laboratory]:
    with open_laboratory(databases, sandbox_url) as laboratory:
        yield laboratory
