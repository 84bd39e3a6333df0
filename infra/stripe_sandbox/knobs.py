"""How the sandbox is made to fail: `faults` of its answers, and unreliable webhooks.

A key in the Authorization header makes a rule or an endpoint that account's alone; without one
it is everybody's.

GET    /_control/faults              the rules, with the uses they have left
POST   /_control/faults              a rule, see `faults.Rule`
DELETE /_control/faults              no rules
GET    /_control/webhooks            {"url", "rules", "pending"}
POST   /_control/webhooks            {"url", "secret"}
DELETE /_control/webhooks            no endpoint; what is on its way is dropped
POST   /_control/webhooks/rules      a rule, see `webhook_rules.WebhookRule`
DELETE /_control/webhooks/rules      no rules; what they held is sent
POST   /_control/events/{event}      send it once more, past every rule

fault          what happens to a request that matches a rule
latency        it begins `milliseconds` late; its idempotency key is in use meanwhile
rate_limit     429, nothing happens, nothing is stored
refuse         400, nothing happens, stored under the key
error_before   500 before the effect, stored under the key
error_after    500 after the effect, stored under the key
hang_before    no answer, nothing happens
hang_after     the effect, its answer stored, but never sent
reset_after    the effect, its answer stored, and the connection reset

knob           what happens to an event that matches a rule
delay          it is sent `seconds` late
drop           it is never sent
duplicate      it is sent as `copies` in all
reorder        it is held until `times` events are, and those are sent the last first
"""

from typing import Any

from fastapi import APIRouter
from pydantic import HttpUrl

from infra.stripe_sandbox import deliveries, faults, webhook_rules
from infra.stripe_sandbox.deliveries import Endpoint
from infra.stripe_sandbox.dependencies import Account, Sandbox, Strict, subject
from infra.stripe_sandbox.faults import Rule
from infra.stripe_sandbox.webhook_rules import WebhookRule

router = APIRouter(prefix="/_control")


class NewEndpoint(Strict):
    url: HttpUrl
    secret: str


@router.get("/faults")
async def list_faults(database: Sandbox, account: Account) -> dict[str, Any]:
    return {"items": faults.listed(database.connection, account)}


@router.post("/faults", status_code=201)
async def add_fault(database: Sandbox, account: Account, rule: Rule) -> dict[str, int]:
    return {"id": faults.add(database.connection, account, rule)}


@router.delete("/faults", status_code=204)
async def clear_faults(database: Sandbox, account: Account) -> None:
    faults.clear(database.connection, account)


@router.get("/webhooks")
async def read_webhooks(database: Sandbox, account: Account) -> dict[str, Any]:
    endpoint = deliveries.endpoint_of(database.connection, account)
    return {
        "url": endpoint.url if endpoint else None,
        "rules": webhook_rules.listed(database.connection, account),
        "pending": deliveries.pending(database.connection, account),
    }


@router.post("/webhooks", status_code=204)
async def set_endpoint(database: Sandbox, account: Account, body: NewEndpoint) -> None:
    with database.transaction() as connection:
        deliveries.set_endpoint(connection, account, Endpoint(str(body.url), body.secret))


@router.delete("/webhooks", status_code=204)
async def remove_endpoint(database: Sandbox, account: Account) -> None:
    with database.transaction() as connection:
        deliveries.remove_endpoint(connection, account)


@router.post("/webhooks/rules", status_code=201)
async def add_rule(database: Sandbox, account: Account, rule: WebhookRule) -> dict[str, int]:
    return {"id": webhook_rules.add(database.connection, account, rule)}


@router.delete("/webhooks/rules", status_code=204)
async def clear_rules(database: Sandbox, account: Account) -> None:
    with database.transaction() as connection:
        for rule in webhook_rules.listed(connection, account):
            webhook_rules.remove(connection, rule["id"])
            deliveries.release(connection, rule["id"])


@router.post("/events/{event_id}", status_code=202)
async def send_again(database: Sandbox, event_id: str) -> None:
    with database.transaction() as connection:
        session, event = subject(connection, event_id, "event")
        deliveries.send_again(session, event)
