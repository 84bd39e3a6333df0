"""Which orders something may be done to at once: lists to tick, and numbers that were pasted."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from uuid import UUID

from adapters.postgres.ordering.statements import OrderFilter
from api.services import Services
from api.support.bulk import MOST, those_there
from api.web.support.fields import Given, Unreadable
from api.web.support.words import LATE
from domain.clocks import Side, late
from domain.orders import Order
from domain.payments import RefundStatus

_UNDER_WAY = 500
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DUE = "refunds_due"

LISTS: Mapping[str, str] = {
    _DUE: "Refunds due",
    **{side.value: title for side, title in LATE.items()},
}
"""By the name that an address has."""


async def offered(services: Services, name: str) -> Sequence[Order]:
    """Those of the list, as many as may be chosen; what is late longest is among them."""
    if name not in LISTS:
        return []
    if name == _DUE:
        return await services.orders.list(OrderFilter(refund_status=RefundStatus.DUE), limit=MOST)
    now = datetime.now(UTC)
    clocks = await services.clocks.under_way(limit=_UNDER_WAY)
    longest = late(clocks, Side(name), now)[:MOST]
    return await those_there(services, [clock.order_id for clock in longest])


async def chosen(services: Services, given: Given) -> Sequence[Order]:
    """What was ticked and what was pasted. Raises `Unreadable`."""
    pasted = " ".join(given.get("pasted", ())).lower()
    ids = dict.fromkeys([*given.get("order_ids", ()), *_ID.findall(pasted)])
    left = _ID.sub(" ", pasted).strip(" ,;\n\r\t")
    if left:
        message = f"Order numbers: {left[:40]!r} is not the whole number of an order."
        raise Unreadable(message)
    if not 1 <= len(ids) <= MOST:
        message = f"Choose 1 to {MOST} orders: these are {len(ids)}."
        raise Unreadable(message)
    orders = await those_there(services, [UUID(id_) for id_ in ids if _ID.fullmatch(id_)])
    if len(orders) < len(ids):
        message = f"Only {len(orders)} of these {len(ids)} orders are there: look at the numbers."
        raise Unreadable(message)
    return orders
