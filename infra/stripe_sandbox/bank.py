"""The customer's bank, that wants to know its customer: for programs, and as a page for people.

POST   /_authenticate/{intent}                    {"outcome": "succeeded" | "failed"}
GET    /_authenticate/{intent}?return_url=        the page that a customer is sent to
POST   /_authenticate/{intent}/form?return_url=   what its buttons send; leads back to the shop
"""

from html import escape
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse

from infra.stripe_sandbox import paying
from infra.stripe_sandbox.dependencies import Sandbox, Strict, subject

router = APIRouter(prefix="/_authenticate/{intent_id}")

Outcome = Literal["succeeded", "failed"]

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Test bank</title>
</head>
<body>
<main>
<h1>Test bank</h1>
<p>Somebody wants to take {amount} {currency} (minor units) from your card. Is it you?</p>
<form method="post" action="{action}">
<button name="outcome" value="succeeded">Yes, it is me</button>
<button name="outcome" value="failed">No</button>
</form>
</main>
</body>
</html>
"""


class Authentication(Strict):
    outcome: Outcome


@router.post("")
async def authenticate(database: Sandbox, intent_id: str, body: Authentication) -> dict[str, Any]:
    """The PaymentIntent after its customer authenticated, or failed to."""
    with database.transaction() as connection:
        session, intent = subject(connection, intent_id, "payment_intent")
        if intent["status"] != "requires_action":
            raise HTTPException(409, f"The PaymentIntent has a status of {intent['status']}.")
        if body.outcome == "succeeded":
            return paying.authenticated(session, intent)
        return paying.refused(session, intent)


@router.get("", response_class=HTMLResponse)
async def ask(database: Sandbox, intent_id: str, return_url: str) -> str:
    with database.transaction() as connection:
        _, intent = subject(connection, intent_id, "payment_intent")
    action = f"/_authenticate/{intent['id']}/form?{urlencode({'return_url': return_url})}"
    return _PAGE.format(
        amount=intent["amount"], currency=intent["currency"].upper(), action=escape(action)
    )


@router.post("/form", response_class=RedirectResponse)
async def answer(
    database: Sandbox, intent_id: str, return_url: str, outcome: Annotated[Outcome, Form()]
) -> RedirectResponse:
    """Back to the shop, also for who had answered before."""
    try:
        await authenticate(database, intent_id, Authentication(outcome=outcome))
    except HTTPException as refusal:
        if refusal.status_code != 409:  # noqa: PLR2004 -- Of HTTP.
            raise
    return RedirectResponse(return_url, 303)
