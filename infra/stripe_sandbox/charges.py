"""Charges: https://docs.stripe.com/api/charges. One per attempt to pay a PaymentIntent."""

from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.cards import Decline
from infra.stripe_sandbox.operations import PAGE, Operation, listing
from infra.stripe_sandbox.session import Body, Session, random_text

APPROVED = {
    "advice_code": None,
    "network_advice_code": None,
    "network_decline_code": None,
    "network_status": "approved_by_network",
    "reason": None,
    "risk_level": "normal",
    "risk_score": 20,
    "seller_message": "Payment complete.",
    "type": "authorized",
}


# What Stripe always sends and this sandbox has no use for.
_UNUSED: Body = {
    "calculated_statement_descriptor": "SANDBOX",
    "disputed": False,
    "fraud_details": {},
    "radar_options": {},
} | dict.fromkeys(
    (
        "application",
        "application_fee",
        "application_fee_amount",
        "failure_balance_transaction",
        "on_behalf_of",
        "receipt_email",
        "receipt_number",
        "receipt_url",
        "review",
        "shipping",
        "source",
        "source_transfer",
        "statement_descriptor",
        "statement_descriptor_suffix",
        "transfer_data",
        "transfer_group",
    )
)


def new(session: Session, intent: Body, method: Body) -> Body:
    """A charge that succeeded and isn't captured; not saved."""
    same = ("amount", "currency", "customer", "description", "metadata")
    return (
        session.new("charge")
        | _UNUSED
        | {name: intent[name] for name in same}
        | {
            "amount_captured": 0,
            "amount_refunded": 0,
            "balance_transaction": None,
            "billing_details": method["billing_details"],
            "captured": False,
            "failure_code": None,
            "failure_message": None,
            "outcome": APPROVED,
            "paid": True,
            "payment_intent": intent["id"],
            "payment_method": method["id"],
            "payment_method_details": {
                method["type"]: _DETAILS[method["type"]](intent, method),
                "type": method["type"],
            },
            "refunded": False,
            "status": "succeeded",
        }
    )


def failed(charge: Body, decline: Decline) -> Body:
    return charge | {
        "failure_code": decline.code,
        "failure_message": decline.message,
        "outcome": APPROVED
        | {
            "network_status": "declined_by_network",
            "reason": decline.decline_code or decline.code,
            "seller_message": "The bank did not return any further details with this decline.",
            "type": "issuer_declined",
        },
        "paid": False,
        "status": "failed",
    }


def captured(charge: Body, amount: int) -> Body:
    """The rest of a part goes back to the customer and is no refund, since API 2025-03-31."""
    charge = charge | {
        "amount_captured": amount,
        "balance_transaction": f"txn_{random_text(24)}",
        "captured": True,
    }
    if card := charge["payment_method_details"].get("card"):
        card["capture_before"] = None
    return charge


def retrieve(session: Session, params: Body) -> Body:
    return session.find("charge", params["id"])


def list_all(session: Session, params: Body) -> Body:
    return listing(session, "charge", "/v1/charges", params)


def _card_details(intent: Body, method: Body) -> Body:
    card = method["card"]
    same = ("brand", "checks", "country", "exp_month", "exp_year", "fingerprint", "funding")
    return {name: card[name] for name in same} | {
        "amount_authorized": intent["amount"],
        "authorization_code": random_text(6).upper(),
        "capture_before": None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": {"status": "unavailable"},
        "installments": None,
        "last4": card["last4"],
        "mandate": None,
        "multicapture": {"status": "unavailable"},
        "network": card["brand"],
        "network_token": {"used": False},
        "network_transaction_id": random_text(15),
        "overcapture": {"maximum_amount_capturable": intent["amount"], "status": "unavailable"},
        "regulated_status": "unregulated",
        "three_d_secure": None,
        "wallet": None,
    }


def _alipay_details(_: Body, method: Body) -> Body:
    return {
        "buyer_id": f"2088{method['id'][-12:]}",
        "fingerprint": f"sandbox{method['id'][-8:]}",
        "transaction_id": random_text(28),
    }


_DETAILS = {"card": _card_details, "alipay": _alipay_details}

OPERATIONS = (
    Operation(method="GET", path="/v1/charges/{id}", run=retrieve),
    Operation(
        method="GET",
        path="/v1/charges",
        run=list_all,
        accepts=PAGE | {"customer": p.text, "payment_intent": p.text},
    ),
)
