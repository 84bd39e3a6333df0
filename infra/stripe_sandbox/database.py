"""The one SQLite file that holds all state of the sandbox.

SQLite has one writer, so every request runs from its first read to its commit without giving up
the event loop: requests are atomic and in one order, and a key, its effect and its ledger entry
commit together or not at all.

`synchronous=NORMAL` in WAL mode hands every commit to the kernel before it returns, so `kill -9`
of this process loses nothing. Only a crash of the whole machine could lose the last commits, and
that loses the world the sandbox stands in for as well.
"""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS objects (
    sequence INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    UNIQUE (account, id)
);
CREATE INDEX IF NOT EXISTS objects_by_kind ON objects (account, kind);
CREATE INDEX IF NOT EXISTS objects_by_customer
    ON objects (account, kind, json_extract(body, '$.customer'));
CREATE INDEX IF NOT EXISTS objects_by_payment_intent
    ON objects (account, kind, json_extract(body, '$.payment_intent'));

CREATE TABLE IF NOT EXISTS idempotency_keys (
    account TEXT NOT NULL,
    key TEXT NOT NULL,
    path TEXT NOT NULL,
    parameters TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    request_id TEXT NOT NULL,
    created_at REAL NOT NULL,
    PRIMARY KEY (account, key)
);

CREATE TABLE IF NOT EXISTS ledger (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    payment_intent TEXT NOT NULL,
    refund TEXT,
    amount INTEGER NOT NULL CHECK (amount > 0),
    currency TEXT NOT NULL,
    order_id TEXT
);
CREATE INDEX IF NOT EXISTS ledger_by_order ON ledger (order_id);
CREATE TRIGGER IF NOT EXISTS ledger_is_never_changed BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER IF NOT EXISTS ledger_is_never_cut BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE IF NOT EXISTS schedule (
    account TEXT NOT NULL,
    object TEXT NOT NULL,
    due_at REAL NOT NULL,
    PRIMARY KEY (account, object)
);
CREATE INDEX IF NOT EXISTS schedule_by_time ON schedule (due_at);

CREATE TABLE IF NOT EXISTS fault_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    fault TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    remaining INTEGER NOT NULL,
    milliseconds INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS clocks (
    account TEXT PRIMARY KEY,
    ahead_seconds REAL NOT NULL
);

CREATE TABLE IF NOT EXISTS webhook_endpoints (
    account TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS webhook_rules (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    knob TEXT NOT NULL,
    type TEXT NOT NULL,
    remaining INTEGER NOT NULL,
    seconds REAL NOT NULL,
    copies INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS deliveries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    account TEXT NOT NULL,
    event TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_at REAL,
    held_by INTEGER,
    follows INTEGER
);
CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (next_at) WHERE next_at IS NOT NULL;
"""


class Database:
    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Autocommit: transaction() below is the only place that begins and ends one.
        self.connection = sqlite3.connect(path, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.connection.executescript(SCHEMA)
        # Set by every transaction that wrote something; `background` waits for it.
        self.changed = asyncio.Event()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        self.connection.execute("BEGIN IMMEDIATE")
        before = self.connection.total_changes
        try:
            yield self.connection
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")
        if self.connection.total_changes != before:
            self.changed.set()

    def close(self) -> None:
        self.connection.close()
