"""What the support desk has of a person goes with them; the audit log has only ids, and stays."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from adapters.postgres.contexts import CONTEXTS
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.tables import RemarkRow as CourierRemarkRow
from adapters.postgres.engine import Database
from adapters.postgres.erasing import Eraser
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.ordering.erasing import erase_writings
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.tables import OrderRow, RemarkRow
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.support.approvals import ApprovalRepository
from adapters.postgres.support.audit import AuditRepository
from adapters.postgres.support.findings import FindingRepository
from adapters.settings import DatabaseSettings
from domain import findings
from domain.accounts import NOWHERE, Account, Role
from domain.approvals import AskApproval
from domain.desk import AuditRow, DeskAction, Outcome, Right
from domain.findings import Found, Run, Termination
from domain.orders import Actor, OrderStatus
from tests.support.builders import usd
from tests.support.ordering import a_recorded_order
from tests.support.polling import seen

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SUPPORT = uuid4()


@pytest.fixture
async def by_context(databases: DatabaseSettings) -> AsyncIterator[dict[str, Database]]:
    async with AsyncExitStack() as closing:
        opened = {name: Database(databases.of(name), pool_size=1) for name in CONTEXTS}
        for database in opened.values():
            closing.push_async_callback(database.close)
        yield opened


@pytest.fixture
async def customer(identity: Database) -> Account:
    account = Account(
        account_id=uuid4(),
        email=f"{uuid4().hex}@example.com",
        name="Abebe",
        phone=f"+34 6{uuid4().int % 10**8:08}",
        roles=[Role.CUSTOMER],
        restaurants=[],
        created_at=NOW,
    )
    await AccountRepository(identity).add(account, "a hash")
    return account


async def under_way(ordering: Database, customer_id: UUID) -> UUID:
    placed = await a_recorded_order(
        OrderRepository(ordering), WritingRepository(ordering), customer_id=customer_id
    )
    return placed.order_id


async def deliver(ordering: Database, order_id: UUID) -> None:
    over = update(OrderRow).where(OrderRow.id == order_id)
    async with ordering.transaction() as session:
        await session.execute(over.values(status=OrderStatus.DELIVERED))


async def delivered(ordering: Database, customer_id: UUID) -> UUID:
    order_id = await under_way(ordering, customer_id)
    await deliver(ordering, order_id)
    return order_id


async def helped(by_context: dict[str, Database], order_id: UUID) -> tuple[AuditRow, UUID, UUID]:
    """What support leaves: a line of the log, an approval that waits, and the reason of both."""
    remark_id = await WritingRepository(by_context["ordering"]).keep_remark(
        order_id=order_id, actor=Actor.SUPPORT, account_id=SUPPORT, text="Abebe called again."
    )
    shared: dict[str, Any] = {
        "action": DeskAction.REFUND,
        "order_id": order_id,
        "remark_id": remark_id,
        "amount": usd(20_000),
    }
    approval = AskApproval(
        approval_id=uuid4(),
        asked_by=SUPPORT,
        request={"liable": "platform"},
        expires_at=datetime(2100, 1, 1, tzinfo=UTC),
        **shared,
    )
    await ApprovalRepository(by_context["support"]).ask(approval)
    row = AuditRow(
        action_id=uuid4(),
        at=NOW,
        actor=SUPPORT,
        right=Right.MONEY,
        approved_by=None,
        before={},
        after={"approval": str(approval.approval_id)},
        request_id="request-1",
        outcome=Outcome.ASKED,
        **shared,
    )
    await AuditRepository(by_context["support"]).append(row)
    return row, approval.approval_id, remark_id


class TestErase:
    async def test_leaves_of_what_support_did_the_audit_log_alone(
        self, by_context: dict[str, Database], customer: Account
    ) -> None:
        ordering, support = by_context["ordering"], by_context["support"]
        order_id = await delivered(ordering, customer.account_id)
        others = await delivered(ordering, uuid4())
        row, approval_id, remark_id = await helped(by_context, order_id)
        _, others_approval_id, others_remark_id = await helped(by_context, others)
        await Eraser(by_context).erase(customer.account_id, now=NOW)
        approvals = ApprovalRepository(support)
        assert await approvals.find(approval_id) is None
        assert await approvals.find(others_approval_id)
        assert await AuditRepository(support).of_order(order_id) == [row]
        assert await text_of(ordering, remark_id) == ""
        assert await text_of(ordering, others_remark_id) == "Abebe called again."

    async def test_takes_what_couriers_wrote_about_the_customer_along(
        self, by_context: dict[str, Database], customer: Account
    ) -> None:
        delivery, courier_id = by_context["delivery"], uuid4()
        await CourierRepository(delivery).enlist(courier_id, vehicle="bike")
        own = await delivered(by_context["ordering"], customer.account_id)
        others = await delivered(by_context["ordering"], uuid4())
        for order_id in (own, others):
            await DeliveryRepository(delivery).keep_remark(order_id, courier_id, "No Abebe here.")
        await Eraser(by_context).erase(customer.account_id, now=NOW)
        assert [await said_about(delivery, order_id) for order_id in (own, others)] == [
            "",
            "No Abebe here.",
        ]

    async def test_takes_why_an_engineer_terminated_an_order_along(
        self, by_context: dict[str, Database], customer: Account
    ) -> None:
        ordering, kept = by_context["ordering"], FindingRepository(by_context["support"])
        own = await delivered(ordering, customer.account_id)
        others = await delivered(ordering, uuid4())
        reason = 'Abebe ("the tall one"). He\ncalled'
        found = [await terminated(ordering, order_id, reason) for order_id in (own, others)]
        await kept.replace(found)
        await Eraser(by_context).erase(customer.account_id, now=NOW)
        [told_of_own], [told_of_others] = [await kept.of_order(each) for each in (own, others)]
        assert told_of_others.found == found[1]
        assert reason in told_of_others.found.words
        assert told_of_own.found.words == (
            "Terminated by tctl@host on 24 Nov 12:00 UTC. The order has ended: it is delivered, "
            "refund none."
        )

    async def test_keeps_no_word_of_what_is_written_about_them_later(
        self, by_context: dict[str, Database], customer: Account
    ) -> None:
        ordering = by_context["ordering"]
        own = await delivered(ordering, customer.account_id)
        others = await delivered(ordering, uuid4())
        await Eraser(by_context).erase(customer.account_id, now=NOW)
        remarks = [(await helped(by_context, order_id))[2] for order_id in (own, others, uuid4())]
        assert [await text_of(ordering, each) for each in remarks] == [
            "",
            "Abebe called again.",
            "Abebe called again.",
        ]

    async def test_goes_before_what_is_written_at_the_same_time(
        self, by_context: dict[str, Database], ordering: Database, customer: Account
    ) -> None:
        order_id = await delivered(ordering, customer.account_id)
        async with ordering.transaction() as session:
            await erase_writings(session, customer.account_id)
            helping = asyncio.create_task(helped(by_context, order_id))
            await seen(lambda: is_kept_waiting(ordering), bool)
        _, _, remark_id = await helping
        assert await text_of(ordering, remark_id) == ""

    async def test_leaves_nobody_to_be_found(
        self, by_context: dict[str, Database], customer: Account
    ) -> None:
        accounts = AccountRepository(by_context["identity"])
        words = (customer.email, customer.phone or "")
        for found in words:
            assert [each.email for each in await accounts.search(found)] == [customer.email]
        await Eraser(by_context).erase(customer.account_id, now=NOW)
        for found in words:
            assert await accounts.search(found) == []


class TestFinish:
    async def test_comes_again_for_an_order_that_ends_meanwhile(
        self,
        by_context: dict[str, Database],
        customer: Account,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        eraser, ordering = Eraser(by_context), by_context["ordering"]
        await eraser.erase(customer.account_id, now=NOW)
        # Acknowledged just before, and over after its words were looked for.
        order_id = await under_way(ordering, customer.account_id)

        async def ends(_: object, account_id: UUID) -> None:
            # Those whom other tests erased have their turn too.
            if account_id == customer.account_id:
                await deliver(ordering, order_id)

        later = NOW + timedelta(minutes=2)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr("adapters.postgres.erasing.erase_messages", ends)
            await eraser.finish(now=later)
        await eraser.finish(now=later)
        addresses = await WritingRepository(ordering).addresses([order_id])
        assert addresses == {order_id: NOWHERE}


async def is_kept_waiting(ordering: Database) -> bool:
    """Somebody who wants to lock the words of an order."""
    waiting = text(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%particulars%'"
    )
    async with ordering.transaction() as session:
        return bool((await session.execute(waiting)).all())


async def terminated(ordering: Database, order_id: UUID, reason: str) -> Found:
    """As a sweep finds it."""
    run = Run(workflow_id=f"order-{order_id}", run_id="1")
    ended = Termination(run=run, by="tctl@host", reason=reason, at=NOW)
    return findings.terminated(ended, await OrderRepository(ordering).find(order_id))


async def text_of(ordering: Database, remark_id: UUID) -> str:
    async with ordering.transaction() as session:
        return (
            await session.scalars(select(RemarkRow.text).where(RemarkRow.id == remark_id))
        ).one()


async def said_about(delivery: Database, order_id: UUID) -> str:
    said = select(CourierRemarkRow.text).where(CourierRemarkRow.order_id == order_id)
    async with delivery.transaction() as session:
        return (await session.scalars(said)).one()
