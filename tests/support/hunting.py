"""Looks for words wherever anything is kept: the engine, databases, Kafka, Redis and logs."""

from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from google.protobuf.message import Message
from psycopg import AsyncConnection, sql
from redis.asyncio import Redis
from temporalio.client import Client, WorkflowExecution

from adapters.kafka.topics import TOPICS
from tests.support.topics import records_in

_TABLES = """
SELECT schemaname, tablename FROM pg_tables
WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2
"""
_METADATA = "__temporal_workflow_metadata"

Words = Collection[str]


async def in_workflows(client: Client, words: Words, *, since: datetime) -> dict[str, set[str]]:
    """Type of workflow -> words in any that began since: in what the engine has of it, and on its
    page. Every type that there is has an entry.
    """
    found: dict[str, set[str]] = {}
    async for listed in client.list_workflows(f'StartTime >= "{since.isoformat()}"'):
        told = await in_engine(client, listed, words) | await on_page(client, listed, words)
        found.setdefault(listed.workflow_type, set()).update(told)
    return found


async def in_engine(client: Client, listed: WorkflowExecution, words: Words) -> set[str]:
    """In its history, its search attributes or its memo."""
    handle = client.get_workflow_handle(listed.id, run_id=listed.run_id)
    described = (await handle.describe()).raw_description.SerializeToString()
    events = [event.SerializeToString() async for event in handle.fetch_history_events()]
    return _among(words, b"".join([described, *events]))


async def on_page(client: Client, listed: WorkflowExecution, words: Words) -> set[str]:
    """As a worker tells it, that runs the workflow for it."""
    handle = client.get_workflow_handle(listed.id, run_id=listed.run_id)
    page: Message = await handle.query(_METADATA)
    return _among(words, page.SerializeToString())


async def in_postgres(dsn: str, words: Words) -> list[str]:
    """Tables of every schema that have a row with one of them."""
    found = []
    async with await AsyncConnection.connect(dsn) as connection:
        for schema, table in await (await connection.execute(_TABLES)).fetchall():
            name = sql.Identifier(schema, table)
            query = sql.SQL("SELECT FROM {} AS row WHERE row::text ILIKE ANY(%s) LIMIT 1")
            rows = await connection.execute(query.format(name), [[f"%{word}%" for word in words]])
            found += [f"{schema}.{table}"] * rows.rowcount
    return found


async def in_redis(url: str, words: Words) -> set[str]:
    """Also as a part of keys, and of values of every type."""
    async with Redis.from_url(url) as redis:
        keys = [key async for key in redis.scan_iter()]
        dumped = [await redis.dump(key) or b"" for key in keys]
    return _among(words, b"\n".join([*keys, *dumped]))


async def in_kafka(bootstrap: str, words: Words) -> dict[str, set[str]]:
    """Topic -> words in any of its records, in their keys or in their headers."""
    found = {}
    for topic in TOPICS:
        records = await records_in(bootstrap, topic.name)
        parts = [(each.key, each.value, *(value for _, value in each.headers)) for each in records]
        told = b"\n".join(part for each in parts for part in each if part)
        found[topic.name] = _among(words, told)
    return found


def in_logs(folder: Path, words: Words) -> dict[str, set[str]]:
    """Process -> words in its log."""
    logs = {path.stem: path.read_bytes() for path in folder.glob("*.log")}
    found = {process: _among(words, log) for process, log in logs.items()}
    return {process: words for process, words in found.items() if words}


def _among(words: Words, written: bytes) -> set[str]:
    return {word for word in words if word.encode().lower() in written.lower()}
