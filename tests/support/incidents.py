"""What people call support about: for each story an order that is in the middle of it."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

from adapters.postgres.engine import Database
from adapters.postgres.support.audit import AuditRepository
from domain.audit import Reconcile
from domain.findings import SweepFor
from infra.stripe_sandbox.faults import Fault
from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import Person, insist, money, register
from tests.support.town import Kitchen, Ordered, go_to_work
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow
from workflows.sweep import SweepWorkflow

# Far from every other kitchen of the tests, so that no courier of theirs comes.
PLACE = {"lat": -37.83, "lon": 77.53}
HOME = {"line1": "Martin-de-Viviès 7", "city": "Amsterdam Island", **PLACE}
# Seconds: a busy machine takes its time.
_PATIENCE = 80
SPILLED = "The soup was spilled over everything"


@dataclass(frozen=True, kw_only=True)
class Incidents:
    """`maria` is of support. `quick` is a kitchen that accepts by itself, `slow` asks its cook.

    None of the orders is among those that the town was promised: the invariants are about orders
    that come to rest by themselves.
    """

    platform: Platform
    quick: Kitchen
    slow: Kitchen
    maria: Person
    selam: Person

    # People.

    async def joins(self, name: str, **given: Any) -> Person:
        return await _joined(self.maria.http, name, **given)

    async def rides(self, name: str, vehicle: str = "bicycle") -> Person:
        """A courier at the kitchens' door."""
        rider = await self.joins(name)
        await go_to_work(rider, PLACE, vehicle=vehicle)
        return rider

    # Orders.

    async def placed(
        self, kitchen: Kitchen, customer: Person | None = None, **given: Any
    ) -> Ordered:
        customer = customer or self.selam
        body = kitchen.order(**{"delivery_address": HOME, **given})
        place = partial(customer.post, "/orders", body, headers={"Idempotency-Key": uuid4().hex})
        answer = await insist(place, seconds=_PATIENCE)
        assert answer.status_code == 202, answer.text
        return Ordered(id=answer.json()["id"], customer=customer, kitchen=kitchen)

    async def paid(self, customer: Person | None = None, **given: Any) -> Ordered:
        """The kitchen has accepted it, and its money was taken."""
        order = await self.placed(self.quick, customer, **given)
        await order.until_paid("captured", seconds=_PATIENCE)
        return order

    async def cancelled_by_mistake(self) -> Ordered:
        order = await self.paid()
        await self.asks(order, "cancel", reason="The customer does not want it any more")
        await order.until("cancelled")
        return order

    async def changed_their_mind(self, customer: Person) -> Ordered:
        """Before the kitchen answered, so that no more than a hold was on the card."""
        order = await self.placed(self.slow, customer)
        await order.until("confirmed", seconds=_PATIENCE)
        await order.cancel()
        return order

    async def unrefundable(self) -> Ordered:
        """Whatever is to be given back of it, its bank does not take."""
        order = await self.paid(payment_method="pm_sandbox_refundRefused")
        await self.asks(order, "refunds", liable="platform", amount=money(500), reason=SPILLED)
        return order

    async def waits_for(self, courier: Person) -> Ordered:
        """Ready, and claimed by somebody who has not been heard of for some minutes."""
        order = await self.paid()
        await self.made_ready(order, courier)
        silent = "UPDATE delivery.couriers SET seen_at = seen_at - %s WHERE account_id = %s"
        await self._execute(silent, timedelta(minutes=4), UUID(courier.id))
        return order

    async def refunded_on(self, day: date) -> Ordered:
        """Today, in fact: the log can only be added to, so that day's lines are copies."""
        order = await self.paid()
        await self.asks(order, "refunds", liable="platform", amount=money(500), reason=SPILLED)
        database = Database(SecretStr(self.platform.stack.site.dsn("support")))
        try:
            log, action = AuditRepository(database), uuid4()
            rows, noon = await log.of_order(UUID(order.id)), datetime.combine(day, time(12), UTC)
            for row in rows:
                at = noon + (row.at - rows[0].at)
                await log.append(replace(row, action_id=action, at=at))
        finally:
            await database.close()
        return order

    async def uncapturable(self) -> Ordered:
        """The payment service fails whenever this order's money is to be taken."""
        order = await self.placed(self.slow)
        await order.until("confirmed", seconds=_PATIENCE)
        path = f"/v1/payment_intents/{await self._intent_of(order)}/capture"
        rule = {"fault": Fault.ERROR_BEFORE, "path": path, "times": 1_000}
        sandbox = self.platform.sandbox.http
        (await sandbox.post("/_control/faults", json=rule)).raise_for_status()
        await order.accept()
        return order

    # What is done about them.

    async def made_ready(self, order: Ordered, courier: Person) -> None:
        """For the courier, who has claimed it."""
        for step in ("preparing", "ready"):
            tell = partial(order.kitchen.staff.post, f"{order.path}/{step}")
            answer = await insist(tell, seconds=_PATIENCE)
            assert answer.status_code == 200, answer.text
            await order.until(step)
        await self.rode(order, courier, "claim")

    async def rode(self, order: Ordered, courier: Person, verb: str, body: Any = None) -> None:
        """As soon as it can be done."""

        async def done() -> bool:
            path = f"/deliveries/{order.id}/{verb}"
            return (await courier.post(path, body)).status_code == 200

        await seen(done, bool, seconds=_PATIENCE)

    async def looked_after(self, order: Ordered) -> None:
        """As two schedules do it every few minutes, after its workflow was terminated."""
        temporal, id_ = self.platform.witnesses.temporal, f"looking-{uuid4()}"
        gone = f'WorkflowId = "order-{order.id}" AND ExecutionStatus = "Terminated"'
        # Reconciliation reads the engine's list, which is a moment behind the engine.
        await seen(lambda: temporal.count_workflows(gone), lambda found: found.count)
        run = temporal.execute_workflow
        only = Reconcile(orders=[UUID(order.id)], grace_seconds=0.5)
        await run(ReconciliationWorkflow.run, only, id=id_, task_queue=PAYMENTS)
        await order.until("cancelled")
        await run(SweepWorkflow.run, SweepFor(grace_seconds=600), id=id_, task_queue=PAYMENTS)

    async def asks(self, order: Ordered, action: str, **body: Any) -> None:
        """Maria, and it is done."""
        path, key = f"/support{order.path}/{action}", {"Idempotency-Key": uuid4().hex}
        ask = partial(self.maria.post, path, body, headers=key)
        answer = await insist(ask, seconds=_PATIENCE)
        assert answer.is_success, answer.text

    async def _intent_of(self, order: Ordered) -> str:
        query = "SELECT payment_intent_id FROM payments.authorizations WHERE order_id = %s"
        [row] = await (await self._execute(query, UUID(order.id))).fetchall()
        return str(row["payment_intent_id"])

    async def _execute(self, statement: str, *values: object) -> Any:
        return await self.platform.witnesses.postgres.execute(statement, values)


@asynccontextmanager
async def incidents_of(platform: Platform) -> AsyncIterator[Incidents]:
    site, address = platform.stack.site, {"line1": "Martin-de-Viviès 2", "city": "Amsterdam Island"}
    async with httpx.AsyncClient(base_url=site.api_url, timeout=30, trust_env=False) as http:
        maria, selam, cook = await asyncio.gather(
            _joined(http, "Maria Lindqvist"),
            _joined(http, "Selam Bekele"),
            _joined(http, "Hana Girma"),
        )
        await platform.make_support(maria)

        async def kitchen(name: str, *, auto_accept: bool) -> Kitchen:
            there = {**address, **PLACE}
            return await platform.town.open_kitchen(
                by=cook, name=name, address=there, auto_accept=auto_accept
            )

        yield Incidents(
            platform=platform,
            quick=await kitchen("Entrecasteaux Grill", auto_accept=True),
            slow=await kitchen("Albatross Kitchen", auto_accept=False),
            maria=maria,
            selam=selam,
        )


async def _joined(http: httpx.AsyncClient, name: str, **given: Any) -> Person:
    """With an e-mail address that says who they are."""
    first = re.sub(r"\W", "", name.partition(" ")[0]).lower()
    return await register(http, name=name, email=f"{first}.{uuid4().hex[:8]}@example.com", **given)
