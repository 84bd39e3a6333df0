"""The contexts are apart, and each database is what the tables say."""

import re
from itertools import permutations

import psycopg
import pytest
from sqlalchemy import MetaData, create_mock_engine
from sqlalchemy.schema import CreateTable

from adapters.postgres import migrate
from adapters.postgres.contexts import CONTEXTS
from adapters.settings import DatabaseSettings

CHECKS = """
SELECT c.conname, pg_get_constraintdef(c.oid) FROM pg_constraint c
JOIN pg_namespace n ON n.oid = c.connamespace WHERE n.nspname = %s AND c.contype = 'c'
"""


def connected(databases: DatabaseSettings, context: str) -> psycopg.Connection:
    return psycopg.connect(databases.of(context).get_secret_value(), autocommit=True)


@pytest.mark.parametrize(("context", "other"), list(permutations(CONTEXTS, 2)))
def test_no_role_reads_another_contexts_tables(
    databases: DatabaseSettings, context: str, other: str
) -> None:
    with connected(databases, context) as connection:
        for table in CONTEXTS[other].sorted_tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT FROM {table.fullname}")


@pytest.mark.parametrize("context", CONTEXTS)
def test_a_role_reads_its_own_tables(databases: DatabaseSettings, context: str) -> None:
    with connected(databases, context) as connection:
        for table in CONTEXTS[context].sorted_tables:
            connection.execute(f"SELECT FROM {table.fullname} LIMIT 1")


def test_tables_and_migrations_agree(databases: DatabaseSettings) -> None:
    migrate.check(databases)


@pytest.mark.parametrize(("context", "tables"), CONTEXTS.items())
def test_checks_of_tables_and_migrations_agree(
    databases: DatabaseSettings, context: str, tables: MetaData
) -> None:
    """Alembic doesn't compare CHECKs: their names must be the same, and the words in them."""
    with connected(databases, context) as connection:
        migrated = {name: _words(rule) for name, rule in connection.execute(CHECKS, [context])}
    assert migrated == _declared(tables)


def _declared(tables: MetaData) -> dict[str, set[str]]:
    engine = create_mock_engine("postgresql+psycopg://", lambda *_: None)
    declared = {}
    for table in tables.sorted_tables:
        rendered = str(CreateTable(table).compile(engine))
        for name, rule in re.findall(r"CONSTRAINT (\w+) CHECK (.*)", rendered):
            declared[name] = _words(rule)
    return declared


def _words(rule: str) -> set[str]:
    return set(re.findall(r"'(\w+)'", rule))
