"""What waits for support, at a glance."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from adapters.postgres.ordering.statements import OrderFilter
from api.dependencies import Support, Using
from api.services import Services
from api.support import engine
from api.support.approvals import open_approvals
from api.support.views import of_restaurant, ready_made
from api.web.rendering import page
from api.web.support import names
from api.web.support.words import ASKED, LATE
from domain.approvals import Approval
from domain.casework import Case
from domain.clocks import Clock, late
from domain.findings import Finding
from domain.orders import Order, OrderStatus
from domain.payments import RefundStatus

router = APIRouter()

# More than that nobody reads at a glance; what is cut off has lists of its own.
_SHOWN = 20
_UNDER_WAY = 500
_DECLINED = (OrderStatus.PAYMENT_FAILED, OrderStatus.REJECTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lists:
    """`attention` is None where the engine does not answer."""

    attention: list[engine.ListedWorkflow] | None
    clocks: Sequence[Clock]
    cases: Sequence[Case]
    due: Sequence[Order]
    declined: Sequence[Order]
    approvals: Sequence[Approval]
    findings: Sequence[Finding]

    def by_restaurant(self, now: datetime) -> Mapping[UUID, int]:
        """How many orders of each ask for a person."""
        over = {clock.order_id: clock.restaurant_id for clock in self.clocks if clock.over(now)}
        due = {order.order_id: order.restaurant_id for order in self.due}
        asked = {
            each.order_id: each.restaurant_id for each in self.attention or [] if each.restaurant_id
        }
        asking = Counter((over | due | asked).values())
        return dict(asking.most_common(_SHOWN))


@router.get("")
async def show_desk(
    request: Request, services: Using, caller: Support, restaurant_id: UUID | None = None
) -> Response:
    """All restaurants together, or one of them."""
    now = datetime.now(UTC)
    lists = await _lists(services, restaurant_id, now)
    facts = {
        "now": now,
        "lists": lists,
        "late": {title: late(lists.clocks, side, now) for side, title in LATE.items()},
        "busy": lists.by_restaurant(now),
        "money": await services.days.of(now.date()),
        "people": await names.of_accounts(
            services,
            {
                *(case.owner for case in lists.cases),
                *(approval.asked.asked_by for approval in lists.approvals),
            },
        ),
        "asked_for": ASKED,
        "shown": _SHOWN,
        "attention_shown": engine.SHOWN,
        **await _restaurants(services, lists, restaurant_id, now),
    }
    return page(request, "support/home.html", caller=caller, facts=facts)


async def _lists(services: Services, restaurant_id: UUID | None, now: datetime) -> Lists:
    midnight = datetime.combine(now.date(), time.min, UTC)
    attention, clocks, cases, approvals, findings = await asyncio.gather(
        engine.needing_attention(services, restaurant_id),
        services.clocks.under_way(restaurant_id=restaurant_id, limit=_UNDER_WAY),
        services.cases.open_ones(limit=_SHOWN),
        open_approvals(services, limit=_SHOWN),
        services.findings.open(limit=_SHOWN),
    )
    due, *declined = await asyncio.gather(
        _orders(services, restaurant_id=restaurant_id, refund_status=RefundStatus.DUE),
        *(
            _orders(services, restaurant_id=restaurant_id, status=status, placed_after=midnight)
            for status in _DECLINED
        ),
    )
    newest = sorted(
        (order for each in declined for order in each),
        key=lambda order: order.placed_at,
        reverse=True,
    )
    return Lists(
        attention=attention,
        clocks=clocks,
        cases=cases,
        due=due,
        declined=newest,
        approvals=approvals,
        findings=findings,
    )


async def _orders(services: Services, **wanted: Any) -> Sequence[Order]:
    return await services.orders.list(OrderFilter(**wanted), limit=_SHOWN)


async def _restaurants(
    services: Services, lists: Lists, restaurant_id: UUID | None, now: datetime
) -> dict[str, object]:
    ids = {
        restaurant_id,
        *(clock.restaurant_id for clock in lists.clocks if clock.over(now)),
        *(order.restaurant_id for order in (*lists.due, *lists.declined)),
        *(each.restaurant_id for each in lists.attention or []),
    }
    views = [*ready_made(now.date())]
    if restaurant_id:
        views.append(of_restaurant(restaurant_id))
    return {
        "names": await names.of_restaurants(services, ids),
        "restaurant_id": restaurant_id,
        "views": {view.name: view.link(services.workflows_url) for view in views},
    }
