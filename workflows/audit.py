"""How reconciliation goes through the orders, and asks every witness about a batch of them."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from temporalio import workflow

from workflows import order, refund
from workflows.owing import refund_keys
from workflows.policies import AUDIT, POSTGRES_FROM_AFAR
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.reconciliation import (
        MoneyAuditActivities,
        OrderAuditActivities,
        WorkflowAuditActivities,
    )
    from domain.audit import (
        Cursor,
        FindOrders,
        ListCharges,
        ListOrders,
        ListOwed,
        LookAtMoney,
        LookAtWorkflows,
        OrdersFound,
        Stage,
    )
    from domain.witnesses import Facts, Run

T = TypeVar("T")

# How long after an order was placed its first charge may be made: as long as paying may take.
_PAYING = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Through everything since then, `limit` orders at a time."""

    since: datetime
    limit: int

    async def page(self, cursor: Cursor) -> tuple[LookAtMoney, Cursor | None]:
        """What to look at now, and where to go on; None where this was the last of it."""
        match cursor.stage:
            case Stage.RECENT | Stage.UNFINISHED:
                return await self._orders(cursor)
            case Stage.OWED:
                return await self._owed(cursor)
            case Stage.CHARGES:
                return await self._charges(cursor)

    async def _orders(self, cursor: Cursor) -> tuple[LookAtMoney, Cursor]:
        found = await execute(
            OrderAuditActivities.list_orders,
            ListOrders(stage=cursor.stage, since=self.since, after=cursor, limit=self.limit),
            policy=POSTGRES_FROM_AFAR,
            summary=f"The next orders: {cursor.stage}",
        )
        query = self._query([each.order_id for each in found])
        if found and cursor.stage is Stage.RECENT:
            # In one sweep: orders of one time have their charges at Stripe side by side.
            query = replace(query, since=found[0].placed_at, until=found[-1].placed_at + _PAYING)
        if len(found) == self.limit:
            last = found[-1]
            return query, replace(cursor, at=last.placed_at, order_id=last.order_id)
        recent = cursor.stage is Stage.RECENT
        return query, Cursor(stage=Stage.UNFINISHED if recent else Stage.OWED)

    async def _owed(self, cursor: Cursor) -> tuple[LookAtMoney, Cursor]:
        found = await execute(
            MoneyAuditActivities.list_owed,
            ListOwed(after=cursor.order_id, limit=self.limit),
            policy=AUDIT,
            summary="The next orders of which money is owed",
        )
        if len(found) == self.limit:
            return self._query(found), replace(cursor, order_id=found[-1])
        return self._query(found), Cursor(stage=Stage.CHARGES)

    async def _charges(self, cursor: Cursor) -> tuple[LookAtMoney, Cursor | None]:
        """Of Stripe's own list only what nothing before led to: no order, or no payment of ours."""
        page = await execute(
            MoneyAuditActivities.list_charges,
            ListCharges(since=self.since, after=cursor.intent_id),
            policy=AUDIT,
            summary="The next charges of Stripe's list",
        )
        there = {order.order_id for order in (await _orders_of(page.order_ids)).orders}
        strange = [charge.belongs_to for charge in page.strangers]
        query = replace(
            self._query(sorted({*page.order_ids} - there | {*strange})),
            intent_ids=[charge.intent_id for charge in page.strangers],
        )
        return query, replace(cursor, intent_id=page.after) if page.after else None

    def _query(self, order_ids: Sequence[UUID]) -> LookAtMoney:
        return LookAtMoney(order_ids=[*order_ids], since=self.since)


async def facts_of(query: LookAtMoney, *, exactly: bool = False) -> list[Facts]:
    """What everybody knows of these orders; `exactly` where something is done about it."""
    if not query.order_ids:
        return []
    orders, money = await asyncio.gather(
        _orders_of(query.order_ids),
        execute(
            MoneyAuditActivities.look_at_money,
            query,
            policy=AUDIT,
            summary=f"The money of {len(query.order_ids)} orders, here and at Stripe",
        ),
    )
    rows = {order.order_id: order for order in orders.orders}
    held = {each.order_id: each.state for each in orders.reservations}
    payments = {payment.order_id: payment for payment in money.payments}
    charges = _grouped(money.charges, [charge.belongs_to for charge in money.charges])
    cases = _grouped(money.cases, [case.order_id for case in money.cases])
    facts = [
        Facts(
            order_id=order_id,
            order=rows.get(order_id),
            payment=payments.get(order_id),
            charges=charges[order_id],
            cases=cases[order_id],
            reservation=held.get(order_id),
        )
        for order_id in query.order_ids
    ]
    return await _with_workflows(facts, exactly=exactly)


async def _orders_of(order_ids: Sequence[UUID]) -> OrdersFound:
    return await execute(
        OrderAuditActivities.find_orders,
        FindOrders(order_ids=[*order_ids]),
        policy=POSTGRES_FROM_AFAR,
        summary=f"The rows of {len(order_ids)} orders",
    )


async def _with_workflows(facts: Sequence[Facts], *, exactly: bool) -> list[Facts]:
    """With what the engine knows: whether the order's workflow runs, and those of its refunds."""
    found = await execute(
        WorkflowAuditActivities.look_at_workflows,
        LookAtWorkflows(
            workflow_ids=[name for each in facts for name in _workflows_of(each)], exactly=exactly
        ),
        policy=AUDIT,
        summary="Which of their workflows run",
    )
    runs = {each.workflow_id: each.run for each in found}
    running = {name for name, run in runs.items() if run is Run.RUNNING}
    return [
        replace(
            each,
            run=runs.get(order.workflow_id(each.order_id), Run.MISSING),
            refunding=frozenset(
                key
                for key in refund_keys(each)
                if refund.workflow_id_of(each.order_id, key) in running
            ),
        )
        for each in facts
    ]


def _workflows_of(facts: Facts) -> list[str]:
    refunds = [refund.workflow_id_of(facts.order_id, key) for key in refund_keys(facts)]
    return [order.workflow_id(facts.order_id), *refunds]


def _grouped(things: Sequence[T], order_ids: Sequence[UUID]) -> dict[UUID, list[T]]:
    found = defaultdict[UUID, list[T]](list)
    for order_id, thing in zip(order_ids, things, strict=True):
        found[order_id].append(thing)
    return found
