"""An example for every body and answer, made of the examples that its fields have."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

# For fields that say no more than their form.
_FORMATS: Mapping[str, Any] = {
    "date": "2027-01-07",
    "date-time": "2027-01-07T11:30:00Z",
    "email": "abebe@example.com",
    "uuid": "0f8fad5b-d9cb-469f-a165-70867728950e",
}
_TYPES: Mapping[str, Any] = {"boolean": True, "integer": 1, "null": None, "number": 9.01}
# What most fields of a name are about; where a schema means another thing, under its own name.
_NAMES: Mapping[str, Any] = {
    "AccountAnswer.name": "Abebe Bikila",
    "AgainLinks.again_of": "/api/v1/support/orders/0f8fad5b-d9cb-469f-a165-70867728950e",
    "AgainLinks.events": "/api/v1/orders/7c9e6679-7425-40de-944b-e07fc1f90ae7/events",
    "AgainLinks.payment": "/api/v1/orders/7c9e6679-7425-40de-944b-e07fc1f90ae7/payment",
    "AgainLinks.self": "/api/v1/orders/7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "AgainLinks.support": "/api/v1/support/orders/7c9e6679-7425-40de-944b-e07fc1f90ae7",
    "AuditAnswer.code": "approval_needed",
    "BulkItemAnswer.code": "illegal_transition",
    "BulkItemAnswer.detail": "The order is delivered: it can't be delayed.",
    "BulkLinks.self": "/api/v1/support/bulk/0f8fad5b-d9cb-469f-a165-70867728950e",
    "CancellationAnswer.reason": "The oven broke",
    "DisputeAnswer.id": "dp_3f1c9e",
    "DisputeAnswer.reason": "product_not_received",
    "Links.events": "/api/v1/orders/0f8fad5b-d9cb-469f-a165-70867728950e/events",
    "Links.payment": "/api/v1/orders/0f8fad5b-d9cb-469f-a165-70867728950e/payment",
    "Links.self": "/api/v1/orders/0f8fad5b-d9cb-469f-a165-70867728950e",
    "PickUp.name": "Soranu Kitchen",
    "RefundLinks.order": "/api/v1/support/orders/0f8fad5b-d9cb-469f-a165-70867728950e",
    "RestaurantAnswer.name": "Soranu Kitchen",
    "RestaurantChanges.name": "Soranu Kitchen",
    "StripeEventAnswer.id": "evt_3f1c9e",
    "StripeEventAnswer.type": "payment_intent.succeeded",
    "SupportLinks.delivery": "https://temporal.example.com/namespaces/default/workflows/delivery-0f8f",
    "SupportLinks.page": "https://food.example.com/support/orders/0f8fad5b",
    "SupportLinks.self": "/api/v1/support/orders/0f8fad5b-d9cb-469f-a165-70867728950e",
    "acceptance_minutes": 10,
    "approval": "125.00 USD is more than the 100.00 USD that one person may give away.",
    "access_token": "eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwZjhmIn0.c2ln",
    "account": "restaurant:0f8fad5b-d9cb-469f-a165-70867728950e",
    "body": "Your food is on its way.",
    "case": "0f8fad5b-d9cb-469f-a165-70867728950e:refund",
    "city": "Addis Ababa",
    "client_secret": "pi_3f1c9e_secret_8b2d",
    "code": "restaurant_rejected",
    "cuisine": "Ethiopian",
    "currency": "USD",
    "delivery_fee": {"amount": 200, "currency": "USD"},
    "description": "Chickpea stew with berbere",
    "detail": "The kitchen has accepted.",
    "distance_km": 1.5,
    "email": "abebe@example.com",
    "event": "order_accepted",
    "expires_in": 600,
    "instructions": "Ring twice",
    "key": "0f8fad5b-d9cb-469f-a165-70867728950e:refund",
    "label": "Home",
    "match": "abebe@example.com",
    "lat": 9.005,
    "line1": "Bole Road 12",
    "line2": "2nd floor",
    "line_total": {"amount": 2500, "currency": "USD"},
    "lon": 38.79,
    "name": "Shiro wot",
    "next_cursor": "qIVbZ0xJb3JhbnU",
    "note": "No onions",
    "object": "pi_3f1c9e",
    "outcome": "unknown_object",
    "payment_intent": "pi_3f1c9e",
    "phone": "+251911000000",
    "preparation_minutes": 20,
    "quantity": 2,
    "reason": "Half of it was cold",
    "reference": "SEPA 2027-01-07/118",
    "refused": "The order is delivered: it can't be cancelled.",
    "refresh_token": "kq3vX0Qm1yJ9c2Fz",
    "service_fee": {"amount": 125, "currency": "USD"},
    "stock": 25,
    "stripe_refund": "re_3f1c9e",
    "request_id": "5f0c1d6c2b9a4c0e",
    "subtotal": {"amount": 2500, "currency": "USD"},
    "text": "Rang twice: nobody opened.",
    "tip": {"amount": 0, "currency": "USD"},
    "title": "On its way",
    "token": "kq3vX0Qm1yJ9c2Fz",
    "total": {"amount": 2825, "currency": "USD"},
    "vehicle": "bicycle",
    "version": 3,
    "what": "The order was cancelled",
    "why": "The card was closed.",
    "workflow": "https://temporal.example.com/namespaces/default/workflows/order-0f8fad5b",
}
_SAID = ("const", "example")


class Examples:
    """Of the schemas of one document (`components.schemas`)."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        self._schemas = schemas

    def body(self, schema: Schema) -> Any:
        """What has to be sent, and what has an example of its own besides."""
        return self._of(schema, wants_all=False)

    def answer(self, schema: Schema) -> Any:
        """With every field."""
        return self._of(schema, wants_all=True)

    def _of(self, schema: Schema, *, wants_all: bool) -> Any:
        schema = self._resolved(schema)
        if said := _said(schema):
            return said[0]
        match schema.get("type"):
            case "object":
                return self._object(schema, wants_all=wants_all)
            case "array":
                return [self._of(schema.get("items", {}), wants_all=wants_all)]
            case form:
                return _FORMATS.get(schema.get("format", ""), _TYPES.get(form or "", "…"))

    def _object(self, schema: Schema, *, wants_all: bool) -> dict[str, Any]:
        """Where nothing has to be sent, everything is: an empty example shows nothing."""
        required = schema.get("required", [])
        return {
            name: self._field(schema, name, wants_all=wants_all)
            for name, field in schema.get("properties", {}).items()
            if wants_all or not required or name in required or "examples" in field
        }

    def _field(self, owner: Schema, name: str, *, wants_all: bool) -> Any:
        field = owner["properties"][name]
        schema = self._resolved(field)
        is_said = "examples" in field or "enum" in schema
        for known in (f"{owner.get('title')}.{name}", name):
            example = _NAMES.get(known)
            if not is_said and example and isinstance(example, dict) is ("properties" in schema):
                return example
        return self._of(field, wants_all=wants_all)

    def _resolved(self, schema: Schema) -> Schema:
        """Without references, and the first thing it may be that is something."""
        while "$ref" in schema or (options := schema.get("anyOf", schema.get("oneOf"))):
            if _said(schema):
                break
            if "$ref" in schema:
                schema = self._schemas[schema["$ref"].rpartition("/")[2]]
            else:
                schema = next((each for each in options if each.get("type") != "null"), options[0])
        return schema


def _said(schema: Schema) -> list[Any]:
    """The values that the schema itself names, the most telling first."""
    said = [*schema.get("examples", []), *(schema[key] for key in _SAID if key in schema)]
    if schema.get("default") is not None:
        said.append(schema["default"])
    return [*said, *schema.get("enum", [])]
