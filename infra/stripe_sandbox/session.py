"""One request's view of one account: its objects as JSON documents, its time, its transaction."""

import json
import secrets
import sqlite3
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from infra.stripe_sandbox.errors import StripeError

Body = dict[str, Any]

_COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
# SQLite's largest integer: above every sequence.
_BEYOND = 2**63 - 1
_ALPHABET = string.ascii_letters + string.digits

# What an id starts with, and how Stripe's messages call the object.
_KINDS = {
    "pi_": ("payment_intent", "payment_intent"),
    "ch_": ("charge", "charge"),
    "re_": ("refund", "refund"),
    "du_": ("dispute", "dispute"),
    "evt_": ("event", "event"),
    "cus_": ("customer", "customer"),
    "pm_": ("payment_method", "PaymentMethod"),
}
_PREFIXES = {kind: prefix for prefix, (kind, _) in _KINDS.items()}
_NAMES = dict(_KINDS.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`now` is in seconds since the epoch, on the account's clock.

    The request is what Stripe's events name as their cause: none where something happened by
    itself.
    """

    connection: sqlite3.Connection
    account: str
    now: float
    request_id: str | None = None
    idempotency_key: str | None = None

    def new(self, kind: str) -> Body:
        """The fields that every object of Stripe's has."""
        return {
            "id": _PREFIXES[kind] + random_text(24),
            "object": kind,
            "created": int(self.now),
            "livemode": False,
        }

    def save(self, body: Body) -> Body:
        self.connection.execute(
            "INSERT INTO objects (account, id, kind, body) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (account, id) DO UPDATE SET body = excluded.body",
            (self.account, body["id"], body["object"], json.dumps(body)),
        )
        return body

    def find(self, kind: str, object_id: str, param: str | None = None) -> Body:
        """The object, or `resource_missing`: 404 in the path, 400 where a parameter named it."""
        row = self.connection.execute(
            "SELECT body FROM objects WHERE account = ? AND id = ? AND kind = ?",
            (self.account, object_id, kind),
        ).fetchone()
        if row is None:
            raise StripeError(
                400 if param else 404,
                f"No such {_NAMES[kind]}: '{object_id}'",
                code="resource_missing",
                param=param or ("intent" if kind == "payment_intent" else "id"),
            )
        body: Body = json.loads(row["body"])
        return body

    def find_any(self, object_id: str) -> Body:
        """The object that an id names by its prefix."""
        kind, _ = _KINDS[object_id.partition("_")[0] + "_"]
        return self.find(kind, object_id)

    def first(self, kind: str, where: Mapping[str, object]) -> Body | None:
        """The newest object whose fields are as told, if there is any."""
        found, _ = self.page(kind, where, {"limit": 1})
        return found[0] if found else None

    def page(self, kind: str, where: Mapping[str, object], page: Body) -> tuple[list[Body], bool]:
        """Objects, newest first, whose fields are as told, and whether more follow.

        `where` has, by name, the value of a field, the list of its possible values, or the dict
        of its bounds (`{"gte": 5}`). `page` takes `limit` and the ids `starting_after` (older
        than it) and `ending_before` (newer than it).
        """
        newer = "ending_before" in page
        below = self._place(kind, page, "starting_after", default=_BEYOND)
        above = self._place(kind, page, "ending_before", default=0)
        fields, values = _conditions(where)
        rows = self.connection.execute(
            "SELECT body FROM objects WHERE account = ? AND kind = ?"  # noqa: S608 - see _conditions
            f"{fields} AND sequence < ? AND sequence > ?"
            f" ORDER BY sequence {'ASC' if newer else 'DESC'} LIMIT ?",
            (self.account, kind, *values, below, above, page["limit"] + 1),
        ).fetchall()
        found = [json.loads(row["body"]) for row in rows[: page["limit"]]]
        return found[::-1] if newer else found, len(rows) > page["limit"]

    def _place(self, kind: str, page: Body, bound: str, *, default: int) -> int:
        """The sequence of the object that bounds a page."""
        if bound not in page:
            return default
        self.find(kind, page[bound], param=bound)
        row = self.connection.execute(
            "SELECT sequence FROM objects WHERE account = ? AND id = ?", (self.account, page[bound])
        ).fetchone()
        return int(row["sequence"])


def _conditions(where: Mapping[str, object]) -> tuple[str, list[object]]:
    """SQL and its values. The names are the sandbox's own, and literal for the indexes to serve."""
    clauses: list[str] = []
    values: list[object] = []
    for name, wanted in where.items():
        field = f"json_extract(body, '$.{name}')"
        if isinstance(wanted, dict):
            clauses += [f" AND {field} {_COMPARISONS[bound]} ?" for bound in wanted]
            values += wanted.values()
        elif isinstance(wanted, list):
            clauses.append(f" AND {field} IN ({', '.join('?' * len(wanted))})")
            values += wanted
        else:
            clauses.append(f" AND {field} = ?")
            values.append(wanted)
    return "".join(clauses), values


def random_text(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
