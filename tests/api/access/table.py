"""Who is answered what: a row for every operation of the OpenAPI document.

Most people are answered alike, so a row says what those are answered who may, and where others
are refused in the usual way. Requests are made so that they show who gets through and leave the
world as it is: with a body that is refused (422), or for what can't be any more (409).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.everybody import Login, Who

_EVERYBODY = frozenset(Who)
_ACCOUNTS = _EVERYBODY - {Who.NOBODY}
_COURIERS = frozenset({Who.COURIER, Who.PAST_COURIER, Who.OTHER_COURIER})
# Those who may see the order of the request: the customer's and the restaurant's own, and each
# courier is asked about the order that they carried.
_INSIDERS = frozenset({Who.CUSTOMER, Who.STAFF, Who.COURIER, Who.PAST_COURIER, Who.SUPPORT})


@dataclass(frozen=True, kw_only=True)
class Row:
    """`status`: person -> what they are answered.

    `delivered`: everybody asks about the order that was delivered, which nothing can happen to.
    `ids` stand for those of the world.
    """

    status: Mapping[Who, int]
    body: Any = None
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    ids: Mapping[str, str] = field(default_factory=dict)
    delivered: bool = False
    login: Login = Login.OWN


def anybody(status: int, **asked: Any) -> Row:
    return Row(status=dict.fromkeys(Who, status), **asked)


def account(status: int, **asked: Any) -> Row:
    """Whoever is logged in; it is about themselves."""
    return Row(status={Who.NOBODY: 401, **dict.fromkeys(_ACCOUNTS, status)}, **asked)


def only(*who: Who, status: int, others: int = 403, **asked: Any) -> Row:
    refused = dict.fromkeys(_ACCOUNTS, others)
    return Row(status={**refused, Who.NOBODY: 401, **dict.fromkeys(who, status)}, **asked)


def staff(status: int, **asked: Any) -> Row:
    return only(Who.STAFF, status=status, **asked)


def order(allowed: Mapping[Who, int], **asked: Any) -> Row:
    """Who may not see the order is told that there is none; the others, that it isn't theirs."""
    refused = dict.fromkeys(_ACCOUNTS, 404) | dict.fromkeys(_INSIDERS, 403)
    if asked.get("delivered"):
        # It is not the other courier's.
        refused[Who.COURIER] = 404
    return Row(status={**refused, Who.NOBODY: 401, **allowed}, **asked)


def seen(status: int) -> Row:
    """Everybody who has to do with the order."""
    return order(dict.fromkeys(_INSIDERS, status))


def carried(status: int, **asked: Any) -> Row:
    """By its courier; other couriers are told that there is none, and everybody else to be one."""
    refused = dict.fromkeys(_ACCOUNTS, 403) | dict.fromkeys(_COURIERS, 404)
    answered = {**refused, Who.NOBODY: 401, Who.PAST_COURIER: status}
    return Row(status=answered, delivered=True, **asked)


_REASON = {"reason": "A test of who may"}
_KEY = {"Idempotency-Key": "of-the-access-matrix"}
_NOTHING = dict.fromkeys(
    ("address_id", "approval_id", "bulk_id", "item_id", "notification_id"),
    "00000000-0000-4000-8000-000000000000",
)
_UNKNOWN = {"email": "nobody-has-this@example.com"}

ROWS: Mapping[str, Row] = {
    "POST /auth/register": anybody(422, body={}),
    "POST /auth/login": anybody(422, body={}),
    "POST /auth/refresh": anybody(401, body={"refresh_token": "nobody's"}),
    "POST /auth/logout": account(204, body={"refresh_token": "nobody's"}, login=Login.ANOTHER),
    "GET /auth/google/nonce": anybody(404),
    "POST /auth/google": anybody(404, body={}),
    "POST /auth/password-reset": anybody(422, body={}),
    "POST /auth/password-reset/confirm": anybody(422, body={}),
    "POST /me/google": account(404, body={}),
    "POST /me/password": account(422, body={}),
    "DELETE /me": account(204, login=Login.OF_ANOTHER_ACCOUNT),
    "GET /me": account(200),
    "PATCH /me": account(422, body={"name": None}),
    "GET /me/addresses": account(200),
    "POST /me/addresses": account(422, body={}),
    "PATCH /me/addresses/{address_id}": only(Who.CUSTOMER, status=200, others=404, body={}),
    "DELETE /me/addresses/{address_id}": only(
        Who.CUSTOMER,
        status=404,
        others=404,
        ids=_NOTHING,
    ),
    "GET /me/notifications": account(200),
    "POST /me/notifications/{notification_id}/read": only(Who.CUSTOMER, status=204, others=404),
    "GET /me/notification-preferences": account(200),
    "PUT /me/notification-preferences": account(422, body={}),
    "PUT /admin/accounts/{account_id}/roles": only(Who.ADMIN, status=200, body={"roles": []}),
    "PUT /admin/accounts/{account_id}/support-right": only(
        Who.ADMIN, status=200, body={"right": "money"}
    ),
    "POST /restaurants": account(422, body={}),
    "GET /restaurants": anybody(200),
    "GET /restaurants/{restaurant_id}": anybody(200),
    "PATCH /restaurants/{restaurant_id}": staff(422, body={"name": None}),
    "POST /restaurants/{restaurant_id}/pause": staff(204),
    "POST /restaurants/{restaurant_id}/resume": staff(204),
    "POST /restaurants/{restaurant_id}/staff": staff(404, body=_UNKNOWN),
    "DELETE /restaurants/{restaurant_id}/staff": staff(404, body=_UNKNOWN),
    "GET /restaurants/{restaurant_id}/menu": anybody(200),
    "POST /restaurants/{restaurant_id}/menu/items": staff(422, body={}),
    "PATCH /restaurants/{restaurant_id}/menu/items/{item_id}": staff(422, body={"name": None}),
    "DELETE /restaurants/{restaurant_id}/menu/items/{item_id}": staff(404, ids=_NOTHING),
    "GET /restaurants/{restaurant_id}/orders": staff(200),
    "GET /restaurants/{restaurant_id}/notifications": staff(200),
    "POST /restaurants/{restaurant_id}/notifications/{notification_id}/read": staff(
        404, ids=_NOTHING
    ),
    "GET /restaurants/{restaurant_id}/statements/{day}": staff(200),
    "POST /orders/quote": account(422, body={}),
    "POST /orders": account(422, body={}, headers=_KEY),
    "GET /orders": account(200),
    "GET /orders/{order_id}": seen(200),
    "GET /orders/{order_id}/timeline": seen(200),
    "GET /orders/{order_id}/events": seen(200),
    "GET /orders/{order_id}/payment": order({Who.CUSTOMER: 200, Who.SUPPORT: 200}),
    "POST /orders/{order_id}/payment/return": order({Who.CUSTOMER: 200}),
    "POST /orders/{order_id}/cancel": order({Who.CUSTOMER: 409, Who.SUPPORT: 409}),
    "POST /orders/{order_id}/accept": order({Who.STAFF: 409}),
    "POST /orders/{order_id}/reject": order({Who.STAFF: 409}, body=_REASON),
    "POST /orders/{order_id}/delay": order({Who.STAFF: 409}, body={"minutes": 5}),
    "POST /orders/{order_id}/preparing": order({Who.STAFF: 409}),
    "POST /orders/{order_id}/ready": order({Who.STAFF: 200}),
    "POST /couriers": account(422, body={}),
    "GET /couriers": only(Who.SUPPORT, status=200),
    "PUT /couriers/me/availability": only(*_COURIERS, status=422, body={}),
    "PUT /couriers/me/location": only(*_COURIERS, status=422, body={}),
    "GET /deliveries": only(*_COURIERS, status=200),
    "POST /deliveries/{order_id}/claim": Row(
        status=dict.fromkeys(_ACCOUNTS, 403)
        | {Who.NOBODY: 401, Who.COURIER: 200, Who.OTHER_COURIER: 409, Who.PAST_COURIER: 200}
    ),
    "POST /deliveries/{order_id}/release": carried(409),
    "POST /deliveries/{order_id}/pick-up": carried(409),
    "POST /deliveries/{order_id}/deliver": carried(200),
    "POST /deliveries/{order_id}/fail": carried(409, body=_REASON),
    "GET /support/orders": only(Who.SUPPORT, status=200),
    "GET /support/orders/{order_id}": order({Who.SUPPORT: 200}),
    "POST /support/orders/{order_id}/refunds": order(
        {Who.SUPPORT: 409},
        headers=_KEY,
        body={
            "amount": {"amount": 99_999_999, "currency": "USD"},
            "liable": "platform",
            **_REASON,
        },
    ),
    "POST /support/orders/{order_id}/cancel": order(
        {Who.SUPPORT: 409}, body=_REASON, delivered=True
    ),
    "POST /support/orders/{order_id}/resolve-refund": order(
        {Who.SUPPORT: 409}, body={"resolution": "waived", **_REASON}
    ),
    "POST /support/orders/{order_id}/retry": order({Who.SUPPORT: 409}, body=_REASON),
    "POST /support/orders/{order_id}/reassign-courier": order(
        {Who.SUPPORT: 409}, body=_REASON, delivered=True
    ),
    "POST /support/orders/{order_id}/extend-deadline": order(
        {Who.SUPPORT: 409}, body={"minutes": 5, **_REASON}, delivered=True
    ),
    "POST /support/orders/{order_id}/order-again": order(
        {Who.SUPPORT: 409}, headers=_KEY, body=_REASON
    ),
    "POST /support/orders/{order_id}/resend-confirmation": order(
        {Who.SUPPORT: 200}, body=_REASON, delivered=True
    ),
    "POST /support/orders/{order_id}/notes": order(
        {Who.SUPPORT: 200}, body=_REASON, delivered=True
    ),
    "POST /support/orders/{order_id}/preview": order({Who.SUPPORT: 200}, body={"action": "retry"}),
    "GET /support/search": only(Who.SUPPORT, status=200, query="?q=nobody-at-all"),
    "POST /support/search": only(Who.SUPPORT, status=200, body={"q": "nobody-at-all"}),
    "GET /support/approvals": only(Who.SUPPORT, status=200),
    "POST /support/approvals": only(Who.SUPPORT, status=422, body={}),
    "GET /support/approvals/{approval_id}": only(Who.SUPPORT, status=404, ids=_NOTHING),
    "POST /support/approvals/{approval_id}/approve": only(
        Who.SUPPORT, status=404, ids=_NOTHING, body=_REASON
    ),
    "POST /support/approvals/{approval_id}/decline": only(
        Who.SUPPORT, status=404, ids=_NOTHING, body=_REASON
    ),
    "GET /support/bulk": only(Who.SUPPORT, status=200),
    "POST /support/bulk": only(Who.SUPPORT, status=422, body={}),
    "GET /support/bulk/{bulk_id}": only(Who.SUPPORT, status=404, ids=_NOTHING),
    "GET /support/audit": only(Who.SUPPORT, status=200),
    "POST /support/cases/{key}/move": only(Who.SUPPORT, status=404, body=_REASON),
    "GET /support/cases": only(Who.SUPPORT, status=200),
    "PUT /support/cases/{key}/owner": only(Who.SUPPORT, status=404),
    "POST /support/cases/{key}/decide": only(Who.SUPPORT, status=404, body=_REASON),
    "GET /support/refunds": only(Who.SUPPORT, status=200),
    "GET /support/stripe-events": only(Who.SUPPORT, status=200),
    "POST /webhooks/stripe": anybody(400, body={}),
}
