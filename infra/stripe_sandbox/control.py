"""What a test or a person does to the sandbox, beside Stripe's API. None of it needs a key.

With a key in the Authorization header, a clock is that account's alone.

GET    /health/ready                 200 once requests are served
GET    /_ledger?after=0&order_id=    every movement of money, oldest first
POST   /_control/refunds/{refund}    the bank's last word: {"status": "succeeded" | "failed"}
POST   /_control/disputes            {"payment_intent" | "charge", "amount"?, "reason"?, "inquiry"?}
POST   /_control/disputes/{dispute}  {"status": "won" | "lost" | "warning_closed"}
GET    /_control/clock               {"now"}
POST   /_control/clock               {"advance_seconds": 86400}
"""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import Field, model_validator

from infra.stripe_sandbox import clock, disputes, ledger, refunds
from infra.stripe_sandbox.cards import Complaint
from infra.stripe_sandbox.dependencies import Account, Sandbox, Strict, subject
from infra.stripe_sandbox.passing_time import catch_up

router = APIRouter()


class Settlement(Strict):
    status: Literal["succeeded", "failed"]


class NewDispute(Strict):
    """Of a PaymentIntent's charge or of a charge; by default of all that was not given back."""

    payment_intent: str | None = None
    charge: str | None = None
    amount: int | None = Field(default=None, ge=1, description="Minor units.")
    reason: str = "fraudulent"
    inquiry: bool = False

    @model_validator(mode="after")
    def _names_one_payment(self) -> "NewDispute":
        if (self.payment_intent is None) == (self.charge is None):
            raise ValueError("Name a payment_intent or a charge.")
        return self


class Verdict(Strict):
    status: Literal["won", "lost", "warning_closed"]


class Advance(Strict):
    advance_seconds: float = Field(ge=0)


@router.get("/health/ready")
async def ready(request: Request, database: Sandbox) -> dict[str, str]:
    database.connection.execute("SELECT 1")
    if request.app.state.background.done():
        raise HTTPException(503, "Time stands still, and no webhooks are sent.")
    return {"status": "ready"}


@router.get("/_ledger")
async def read_ledger(
    database: Sandbox, after: Annotated[int, Query(ge=0)] = 0, order_id: str | None = None
) -> dict[str, Any]:
    with database.transaction() as connection:
        catch_up(connection)
        items, last = ledger.read(connection, after=after, order_id=order_id)
    return {"items": items, "last_sequence": last}


@router.post("/_control/refunds/{refund_id}")
async def settle_refund(database: Sandbox, refund_id: str, body: Settlement) -> dict[str, Any]:
    """The refund after its settlement. One that failed stays failed."""
    with database.transaction() as connection:
        session, refund = subject(connection, refund_id, "refund")
        if refund["status"] == "failed":
            raise HTTPException(409, "The refund has failed.")
        return refunds.settle(session, refund, body.status)


@router.post("/_control/disputes", status_code=201)
async def open_dispute(database: Sandbox, body: NewDispute) -> dict[str, Any]:
    with database.transaction() as connection:
        if body.charge:
            session, charge = subject(connection, body.charge, "charge")
        else:
            session, intent = subject(connection, str(body.payment_intent), "payment_intent")
            if intent["latest_charge"] is None:
                raise HTTPException(409, "The PaymentIntent was not paid.")
            charge = session.find("charge", intent["latest_charge"])
        left = disputes.disputable(charge)
        amount = body.amount or left
        if not 0 < amount <= left:
            raise HTTPException(409, f"Of the charge, {left} can be disputed.")
        complaint = Complaint(body.reason, is_inquiry=body.inquiry)
        return disputes.open_on(session, charge, complaint, amount=amount)


@router.post("/_control/disputes/{dispute_id}")
async def close_dispute(database: Sandbox, dispute_id: str, body: Verdict) -> dict[str, Any]:
    with database.transaction() as connection:
        session, dispute = subject(connection, dispute_id, "dispute")
        if disputes.is_closed(dispute):
            raise HTTPException(409, f"The dispute is {dispute['status']}.")
        if disputes.is_inquiry(dispute) != (body.status == "warning_closed"):
            raise HTTPException(409, "A dispute ends won or lost, an inquiry ends warning_closed.")
        return disputes.close(session, dispute, body.status)


@router.get("/_control/clock")
async def read_clock(database: Sandbox, account: Account) -> dict[str, str]:
    return {"now": clock.rfc3339(clock.now(database.connection, account))}


@router.post("/_control/clock")
async def advance_clock(database: Sandbox, account: Account, body: Advance) -> dict[str, str]:
    with database.transaction() as connection:
        clock.advance(connection, account, body.advance_seconds)
        catch_up(connection)
    return {"now": clock.rfc3339(clock.now(database.connection, account))}
