"""What the routes around the API are given: the database, and whom a request is about."""

import json
import sqlite3
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from pydantic import BaseModel, ConfigDict

from infra.stripe_sandbox import accounts, clock
from infra.stripe_sandbox.accounts import EVERYBODY
from infra.stripe_sandbox.database import Database
from infra.stripe_sandbox.errors import StripeError
from infra.stripe_sandbox.passing_time import catch_up
from infra.stripe_sandbox.session import Body, Session


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


async def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


async def _account(request: Request) -> str:
    """The account of the key, and everybody's without one."""
    authorization = request.headers.get("authorization")
    if authorization is None:
        return EVERYBODY
    try:
        return accounts.authenticated(authorization)
    except StripeError as error:
        raise HTTPException(error.status, str(error)) from error


Sandbox = Annotated[Database, Depends(_database)]
Account = Annotated[str, Depends(_account)]


def subject(connection: sqlite3.Connection, object_id: str, kind: str) -> tuple[Session, Body]:
    """An object by its id alone, of whichever account, as it is by now."""
    catch_up(connection)
    row = connection.execute(
        "SELECT account, body FROM objects WHERE id = ? AND kind = ?", (object_id, kind)
    ).fetchone()
    if row is None:
        raise HTTPException(404, f"No such {kind}: {object_id}")
    account = row["account"]
    session = Session(connection=connection, account=account, now=clock.now(connection, account))
    return session, json.loads(row["body"])
