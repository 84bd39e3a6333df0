"""Customers: https://docs.stripe.com/api/customers."""

from infra.stripe_sandbox import events
from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.operations import Operation
from infra.stripe_sandbox.session import Body, Session, random_text


def create(session: Session, params: Body) -> Body:
    customer = session.new("customer") | {
        "address": None,
        "balance": 0,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "discount": None,
        "email": params.get("email"),
        "invoice_prefix": random_text(8).upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "metadata": p.with_metadata({}, params.get("metadata", {})),
        "name": params.get("name"),
        "next_invoice_sequence": 1,
        "phone": params.get("phone"),
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    session.save(customer)
    events.record(session, "customer.created", customer)
    return customer


def retrieve(session: Session, params: Body) -> Body:
    return session.find("customer", params["id"])


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/customers",
        run=create,
        accepts={
            "description": p.optional_text,
            "email": p.optional_text,
            "metadata": p.metadata,
            "name": p.optional_text,
            "phone": p.optional_text,
        },
    ),
    Operation(method="GET", path="/v1/customers/{id}", run=retrieve),
)
