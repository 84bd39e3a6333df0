"""What a test or a person does to the sandbox, beside Stripe's API. None of it needs a key.

GET    /health/ready                 200 once requests are served
GET    /_ledger?after=0&order_id=    every movement of money, oldest first
POST   /_authenticate/{intent}       the customer's bank: {"outcome": "succeeded" | "failed"}
POST   /_control/refunds/{refund}    the bank's last word: {"status": "succeeded" | "failed"}
GET    /_control/clock               {"now"}
POST   /_control/clock               {"advance_seconds": 86400}
GET    /_control/faults              the rules, with the uses they have left
POST   /_control/faults              a rule, see `faults.Rule`
DELETE /_control/faults              no rules

fault          what happens to a request that matches a rule
latency        it begins `milliseconds` late; its idempotency key is in use meanwhile
rate_limit     429, nothing happens, nothing is stored
error_before   500 before the effect, stored under the key
error_after    500 after the effect, stored under the key
hang_before    no answer, nothing happens
hang_after     the effect, its answer stored, but never sent
reset_after    the effect, its answer stored, and the connection reset
"""

import json
import sqlite3
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from infra.stripe_sandbox import clock, faults, ledger, paying, refunds
from infra.stripe_sandbox.database import Database
from infra.stripe_sandbox.faults import Rule
from infra.stripe_sandbox.passing_time import catch_up
from infra.stripe_sandbox.session import Session

router = APIRouter()


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Authentication(Strict):
    outcome: Literal["succeeded", "failed"]


class Settlement(Strict):
    status: Literal["succeeded", "failed"]


class Advance(Strict):
    advance_seconds: float = Field(ge=0)


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


Sandbox = Annotated[Database, Depends(_database)]


@router.get("/health/ready")
async def ready(database: Sandbox) -> dict[str, str]:
    database.connection.execute("SELECT 1")
    return {"status": "ready"}


@router.get("/_ledger")
async def read_ledger(
    database: Sandbox, after: Annotated[int, Query(ge=0)] = 0, order_id: str | None = None
) -> dict[str, Any]:
    with database.transaction() as connection:
        catch_up(connection, clock.now(connection))
        items, last = ledger.read(connection, after=after, order_id=order_id)
    return {"items": items, "last_sequence": last}


@router.post("/_authenticate/{intent_id}")
async def authenticate(database: Sandbox, intent_id: str, body: Authentication) -> dict[str, Any]:
    """The PaymentIntent after its customer authenticated, or failed to."""
    with database.transaction() as connection:
        session, intent = _subject(connection, intent_id, "payment_intent")
        if intent["status"] != "requires_action":
            raise HTTPException(409, f"The PaymentIntent has a status of {intent['status']}.")
        if body.outcome == "succeeded":
            return paying.authenticated(session, intent)
        return paying.refused(session, intent)


@router.post("/_control/refunds/{refund_id}")
async def settle_refund(database: Sandbox, refund_id: str, body: Settlement) -> dict[str, Any]:
    """The refund after its settlement. One that failed stays failed."""
    with database.transaction() as connection:
        session, refund = _subject(connection, refund_id, "refund")
        if refund["status"] == "failed":
            raise HTTPException(409, "The refund has failed.")
        return refunds.settle(session, refund, body.status)


@router.get("/_control/clock")
async def read_clock(database: Sandbox) -> dict[str, str]:
    return {"now": clock.rfc3339(clock.now(database.connection))}


@router.post("/_control/clock")
async def advance_clock(database: Sandbox, body: Advance) -> dict[str, str]:
    with database.transaction() as connection:
        clock.advance(connection, body.advance_seconds)
        now = clock.now(connection)
        catch_up(connection, now)
    return {"now": clock.rfc3339(now)}


@router.get("/_control/faults")
async def list_faults(database: Sandbox) -> dict[str, Any]:
    return {"items": faults.listed(database.connection)}


@router.post("/_control/faults", status_code=201)
async def add_fault(database: Sandbox, rule: Rule) -> dict[str, int]:
    return {"id": faults.add(database.connection, rule)}


@router.delete("/_control/faults", status_code=204)
async def clear_faults(database: Sandbox) -> None:
    faults.clear(database.connection)


def _subject(
    connection: sqlite3.Connection, object_id: str, kind: str
) -> tuple[Session, dict[str, Any]]:
    """An object by its id alone, of whichever account, as it is by now."""
    now = clock.now(connection)
    catch_up(connection, now)
    row = connection.execute(
        "SELECT account, body FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
    ).fetchone()
    if row is None:
        raise HTTPException(404, f"No such {kind}: {object_id}")
    session = Session(connection=connection, account=row["account"], now=now)
    return session, json.loads(row["body"])
