"""`expand[]`: ids replaced by their objects, https://docs.stripe.com/api/expanding_objects."""

from typing import Any

from infra.stripe_sandbox.errors import InvalidParameter
from infra.stripe_sandbox.session import Body, Session

_EXPANDABLE = {"charge", "customer", "latest_charge", "payment_intent", "payment_method"}


def check(paths: list[str]) -> None:
    for path in paths:
        fields = path.removeprefix("data.").split(".")
        if not _EXPANDABLE.issuperset(fields):
            raise InvalidParameter(f"This property cannot be expanded ({path}).", param="expand")


def expanded(session: Session, body: Body, paths: list[str]) -> Body:
    for path in paths:
        body = _along(session, body, path.split("."))
    return body


def _along(session: Session, node: Any, fields: list[str]) -> Any:
    if isinstance(node, list):
        return [_along(session, element, fields) for element in node]
    field, *rest = fields
    child = node.get(field)
    if isinstance(child, str):
        child = session.find_any(child)
    if rest and child is not None:
        child = _along(session, child, rest)
    return node | {field: child}
