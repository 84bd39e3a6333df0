"""Reading all that the page of an order is made of."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID

from adapters.postgres.ordering.statements import OrderFilter
from api.services import Services
from api.support import engine
from api.web.support import names
from api.web.support.dossier import Dossier
from domain.approvals import Approval, ApprovalState
from domain.casework import MoneyFile
from domain.deliveries import LOCATION_HOLDS, Courier, Delivery
from domain.desk import AuditRow
from domain.errors import CourierNotFound
from domain.orders import Order, Remark

OTHERS_SHOWN = 20
_COURIERS_SHOWN = 20


async def of(services: Services, order: Order) -> Dossier:
    order_id = order.order_id
    delivery = await services.deliveries.find(order_id)
    carrier_id = delivery.courier_id if delivery else order.courier_id
    timeline, money, ledger, balances = await asyncio.gather(
        services.orders.timeline(order_id),
        services.money_files.of_order(order_id),
        services.ledger.entries(order_id),
        services.ledger.balances(order_id),
    )
    audit, remarks, others, workflows, available, findings = await asyncio.gather(
        services.audit.of_order(order_id),
        services.writings.remarks_of(order_id),
        _others(services, order),
        engine.workflows_of(services, order_id, money.disputes),
        _available(services, delivery),
        services.findings.of_order(order_id),
    )
    approvals, fails = await asyncio.gather(
        _waiting(services, order_id), engine.failing_steps_of(services.temporal, order)
    )
    named = {
        *_named(audit, money, remarks),
        *(courier.courier_id for courier in available),
        *(approval.asked.asked_by for approval in approvals),
    }
    restaurants = {order.restaurant_id, *(other.restaurant_id for other in others)}
    return Dossier(
        now=datetime.now(UTC),
        order=order,
        timeline=timeline,
        money=money,
        ledger=ledger,
        balances=balances,
        delivery=delivery,
        why_failed=await services.deliveries.why_failed(order_id),
        customer=await services.accounts.find(order.customer_id),
        carrier=await services.accounts.find(carrier_id) if carrier_id else None,
        courier=await _courier(services, carrier_id),
        available=available,
        others=others,
        workflows=workflows,
        failing=fails,
        findings=findings,
        approvals=approvals,
        reasons={remark.remark_id: remark for remark in remarks},
        audit=audit,
        restaurants=await names.of_restaurants(services, restaurants),
        people=await names.of_accounts(services, named),
    )


def _named(
    audit: Sequence[AuditRow], money: MoneyFile, remarks: Sequence[Remark]
) -> Iterator[UUID | None]:
    """Whoever had to do with it, beside its customer and its courier."""
    for row in audit:
        yield from (row.actor, row.approved_by)
    for case in money.cases:
        yield from (case.owner, case.resolved_by)
    for remark in remarks:
        yield remark.account_id


async def _waiting(services: Services, order_id: UUID) -> list[Approval]:
    now = datetime.now(UTC)
    asked = await services.approvals.of_order(order_id)
    unfinished = await services.approvals.unfinished(order_id=order_id, limit=len(asked))
    return [*unfinished, *(each for each in asked if each.state(now) is ApprovalState.WAITING)]


async def _others(services: Services, order: Order) -> Sequence[Order]:
    """Of the same customer, the newest first."""
    found = await services.orders.list(
        OrderFilter(customer_id=order.customer_id), limit=OTHERS_SHOWN + 1
    )
    return [other for other in found if other.order_id != order.order_id][:OTHERS_SHOWN]


async def _courier(services: Services, courier_id: UUID | None) -> Courier | None:
    if courier_id is not None:
        with suppress(CourierNotFound):
            return await services.couriers.find(courier_id)
    return None


async def _available(services: Services, delivery: Delivery | None) -> Sequence[Courier]:
    """Who could carry it; whoever has it is none of them."""
    if delivery is None or delivery.state.is_final:
        return []
    near = await services.couriers.available_near(
        delivery.pickup, since=datetime.now(UTC) - LOCATION_HOLDS, limit=_COURIERS_SHOWN
    )
    return [courier for courier in near if courier.courier_id != delivery.courier_id]
