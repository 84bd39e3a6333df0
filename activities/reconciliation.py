"""What reconciliation reads, a class per witness, and the one repair that is its own."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from temporalio import activity
from temporalio.client import Client, WorkflowExecution, WorkflowExecutionStatus
from temporalio.service import RPCError, RPCStatusCode

from adapters.postgres.catalog.audit import ReservationAudit
from adapters.postgres.ordering.audit import OrderAudit
from adapters.postgres.payments.audit import PaymentAudit
from adapters.postgres.payments.reposting import Reposting
from adapters.stripe.books import StripeBooks
from domain.audit import (
    ChargesPage,
    FindOrders,
    ListCharges,
    ListOrders,
    ListOwed,
    LookAtMoney,
    LookAtWorkflows,
    MoneyFound,
    OrdersFound,
    PlacedOrder,
    PostMissing,
    WorkflowFound,
)
from domain.casework import Case
from domain.differences import charge_of
from domain.witnesses import ChargeRecord, PaymentRecord, Run

# Between our clock and Stripe's.
_CLOCK_SKEW = timedelta(minutes=5)
# How many workflows one query of the engine names.
_AT_ONCE = 50


class OrderAuditActivities:
    def __init__(self, orders: OrderAudit, reservations: ReservationAudit) -> None:
        self._orders = orders
        self._reservations = reservations

    @activity.defn
    async def list_orders(self, query: ListOrders) -> list[PlacedOrder]:
        return await self._orders.page(query)

    @activity.defn
    async def find_orders(self, query: FindOrders) -> OrdersFound:
        return OrdersFound(
            orders=await self._orders.find(query.order_ids),
            reservations=await self._reservations.find(query.order_ids),
        )


class MoneyAuditActivities:
    def __init__(self, payments: PaymentAudit, books: StripeBooks) -> None:
        self._payments = payments
        self._books = books

    @activity.defn
    async def list_owed(self, query: ListOwed) -> list[UUID]:
        return await self._payments.owed(query)

    @activity.defn
    async def list_charges(self, query: ListCharges) -> ChargesPage:
        """A page of Stripe's charges: the orders they name, and those that payments has not."""
        charges, after = await self._books.page(query.since - _CLOCK_SKEW, after=query.after)
        known = await self._payments.known(
            [charge.intent_id for charge in charges], [charge.step for charge in charges]
        )
        return ChargesPage(
            order_ids=sorted({charge.order_id for charge in charges if charge.order_id}),
            strangers=[
                charge
                for charge in charges
                if charge.money > 0 and known.isdisjoint({charge.intent_id, charge.step})
            ],
            after=after,
        )

    @activity.defn
    async def look_at_money(self, query: LookAtMoney) -> MoneyFound:
        payments = await self._payments.find(query.order_ids)
        cases = await self._payments.cases(query.order_ids)
        charges = await self._charges(query, payments)
        named = {*query.intent_ids, *_named_by(payments, cases)}
        fetched = await self._books.fetch(named - charges.keys())
        return MoneyFound(payments=payments, cases=cases, charges=[*charges.values(), *fetched])

    async def _charges(
        self, query: LookAtMoney, payments: Sequence[PaymentRecord]
    ) -> dict[str, ChargeRecord]:
        """Those of the orders, by id: in one sweep through a time, or, of single orders, customer
        by customer, where Stripe's answer to an attempt was not heard.

        All that a customer ever paid is much to look through: a charge that no attempt of ours
        can be is left to the sweeps.
        """
        since = query.since - _CLOCK_SKEW
        if query.until:
            found = await self._books.made(since, query.until + _CLOCK_SKEW)
        else:
            unheard = [payment.order_id for payment in payments if _is_unheard(payment)]
            customers = await self._payments.customers(unheard)
            found = await self._books.of_customers(customers, since)
        wanted = {*query.order_ids}
        return {charge.intent_id: charge for charge in found if charge.order_id in wanted}


class RepostingActivities:
    def __init__(self, reposting: Reposting) -> None:
        self._reposting = reposting

    @activity.defn
    async def post_missing(self, command: PostMissing) -> None:
        await self._reposting.post_missing(command.order_id)


class WorkflowAuditActivities:
    def __init__(self, client: Client) -> None:
        self._client = client

    @activity.defn
    async def look_at_workflows(self, query: LookAtWorkflows) -> list[WorkflowFound]:
        """Of an id that had several runs, the one that runs counts."""
        found: dict[str, Run] = {}
        for first in range(0, len(query.workflow_ids), _AT_ONCE):
            batch = query.workflow_ids[first : first + _AT_ONCE]
            found |= await (self._described(batch) if query.exactly else self._listed(batch))
        return [WorkflowFound(workflow_id=name, run=run) for name, run in found.items()]

    async def _listed(self, workflow_ids: Sequence[str]) -> dict[str, Run]:
        named = ", ".join(f"'{each}'" for each in workflow_ids)
        found: dict[str, Run] = {}
        async for each in self._client.list_workflows(f"WorkflowId IN ({named})"):
            if found.get(each.id) is not Run.RUNNING:
                found[each.id] = _run_of(each)
        return found

    async def _described(self, workflow_ids: Sequence[str]) -> dict[str, Run]:
        runs = await asyncio.gather(*map(self._describe, workflow_ids))
        return {name: run for name, run in zip(workflow_ids, runs, strict=True) if run}

    async def _describe(self, workflow_id: str) -> Run | None:
        try:
            return _run_of(await self._client.get_workflow_handle(workflow_id).describe())
        except RPCError as error:
            if error.status is RPCStatusCode.NOT_FOUND:
                return None
            raise


def _run_of(execution: WorkflowExecution) -> Run:
    runs = execution.status is WorkflowExecutionStatus.RUNNING
    return Run.RUNNING if runs else Run.CLOSED


def _is_unheard(payment: PaymentRecord) -> bool:
    return any(attempt.payment_intent_id is None for attempt in payment.attempts)


def _named_by(payments: Sequence[PaymentRecord], cases: Sequence[Case]) -> set[str]:
    """The charges that payments knows, and those that a case of reconciliation's is about."""
    attempts = [attempt for payment in payments for attempt in payment.attempts]
    return {
        *(attempt.payment_intent_id for attempt in attempts if attempt.payment_intent_id),
        *(charge for case in cases if (charge := charge_of(case.key))),
    }
