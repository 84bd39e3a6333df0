"""A payment for people to look at, where Stripe itself has its dashboard.

GET    /_dashboard/payments/{intent}   its status, and every movement of its money
"""

from collections.abc import Iterable
from html import escape

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from infra.stripe_sandbox import ledger
from infra.stripe_sandbox.dependencies import Sandbox, subject
from infra.stripe_sandbox.session import Body

router = APIRouter(prefix="/_dashboard/payments")

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{id}</title>
</head>
<body>
<main>
<h1>{id}</h1>
<p>A payment of {amount} in the Stripe sandbox. Amounts are in minor units.</p>
<table>
<tr><th scope="row">Status</th><td>{status}</td></tr>
<tr><th scope="row">Last refusal</th><td>{refusal}</td></tr>
<tr><th scope="row">Order</th><td>{order_id}</td></tr>
</table>
<h2>Movements</h2>
<table>
<tr><th>When</th><th>What</th><th>Amount</th><th>Refund</th></tr>
{movements}
</table>
</main>
</body>
</html>
"""


@router.get("/{intent_id}", response_class=HTMLResponse)
async def show(database: Sandbox, intent_id: str) -> str:
    with database.transaction() as connection:
        _, intent = subject(connection, intent_id, "payment_intent")
        movements = ledger.of_payment(connection, intent_id)
    refusal = intent["last_payment_error"]
    return _PAGE.format(
        id=escape(intent["id"]),
        amount=_money(intent["amount"], intent["currency"]),
        status=escape(intent["status"]),
        refusal=escape(refusal["message"]) if refusal else "none",
        order_id=escape(intent["metadata"].get("order_id", "none")),
        movements="\n".join(_rows(movements)),
    )


def _rows(movements: Iterable[Body]) -> Iterable[str]:
    for each in movements:
        amount = _money(each["amount"], each["currency"])
        cells = (escape(each["at"]), escape(each["kind"]), amount, escape(each["refund"] or ""))
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _money(amount: int, currency: str) -> str:
    return f"{amount} {escape(currency.upper())}"
