"""What finds orders that support asks about: the beginning of an id, and those that stand still."""

import re
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, or_

from adapters.postgres.ordering.tables import OrderRow
from domain.clocks import USUAL
from domain.orders import OrderStatus

_PROMISED = {
    OrderStatus.CONFIRMED: OrderRow.answer_by,
    OrderStatus.ACCEPTED: OrderRow.ready_by,
    OrderStatus.PREPARING: OrderRow.ready_by,
}
_DIGITS = 32


def id_begins_with(beginning: str) -> ColumnElement[bool]:
    """By the index of the ids, which is in their order. Raises `ValueError` for no such id."""
    digits = beginning.replace("-", "").lower()
    if not re.fullmatch(r"[0-9a-f]{1,32}", digits):
        message = f"{beginning!r} begins no id."
        raise ValueError(message)
    return OrderRow.id.between(UUID(digits.ljust(_DIGITS, "0")), UUID(digits.ljust(_DIGITS, "f")))


def stands_still() -> ColumnElement[bool]:
    """Nothing has changed for the usual time of its status, and for as long after what was
    promised for this very order, if anything was.
    """
    return or_(*(_beyond(status) for status in USUAL))


def _beyond(status: OrderStatus) -> ColumnElement[bool]:
    latest = func.now() - literal(USUAL[status])
    beyond = and_(OrderRow.status == status, OrderRow.updated_at < latest)
    promised = _PROMISED.get(status)
    return beyond if promised is None else and_(beyond, or_(promised.is_(None), promised < latest))
