"""Events: https://docs.stripe.com/api/events. What happened, and the object as it was then."""

from infra.stripe_sandbox import deliveries
from infra.stripe_sandbox import parameters as p
from infra.stripe_sandbox.operations import PAGE, Operation, listing
from infra.stripe_sandbox.session import Body, Session

API_VERSION = "2026-10-28.endive"


def record(session: Session, event_type: str, subject: Body) -> None:
    """Keep an event of `subject` as it is now, and send it to the account's endpoint."""
    endpoint = deliveries.endpoint_of(session.connection, session.account)
    event = session.new("event") | {
        "api_version": API_VERSION,
        "data": {"object": subject},
        "pending_webhooks": 1 if endpoint else 0,
        "request": {"id": session.request_id, "idempotency_key": session.idempotency_key},
        "type": event_type,
    }
    session.save(event)
    if endpoint:
        deliveries.dispatch(session, event)


def retrieve(session: Session, params: Body) -> Body:
    return session.find("event", params["id"])


def list_all(session: Session, params: Body) -> Body:
    where = dict(params)
    if "types" in where:
        where["type"] = where.pop("types")
    return listing(session, "event", "/v1/events", where)


OPERATIONS = (
    Operation(method="GET", path="/v1/events/{id}", run=retrieve),
    Operation(
        method="GET",
        path="/v1/events",
        run=list_all,
        accepts=PAGE | {"type": p.text, "types": p.texts},
    ),
)
