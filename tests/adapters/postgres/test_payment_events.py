"""Every change of an order's money has its event: once, in order, and with the state after it."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.disputes import DisputeRepository
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.reposting import Reposting
from adapters.postgres.payments.settlement import SettlementRepository
from adapters.postgres.payments.standing import locked, restate
from adapters.telemetry import correlated
from domain.casework import CloseCase, OpenCase, Resolution
from domain.charges import Charge, Refund
from domain.differences import RECONCILIATION_CASES
from domain.disputes import Dispute, DisputeState
from domain.errors import PaymentDeclined
from domain.events.payments import PaymentEvent, PaymentEventType, PaymentState
from domain.ledger import CUSTOMER, PLATFORM
from domain.money import Money
from domain.payments import PaymentStatus, RefundStatus
from domain.refunds import Liable, RefundReason, RefundState
from domain.settlement import SettlePayment, Share
from tests.support.payment_events import payment_events, untold
from tests.support.payments import OrderMoney
from tests.support.polling import seen

STARTED, AUTHORIZED = "payment_started", "payment_authorized"
BEGINNING = [STARTED, AUTHORIZED, "payment_captured"]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Till:
    """An order's money, and Stripe's answers. Every step is tried twice."""

    database: Database
    payments: PaymentRepository
    money: OrderMoney = field(default_factory=OrderMoney)

    @property
    def order_id(self) -> UUID:
        return self.money.order_id

    @property
    def refund(self) -> str:
        return self.money.refund().key

    async def authorize(self, n: int = 1, **charge: Any) -> None:
        """By default the money is held."""
        key = self.money.authorization(n)
        for _ in range(2):
            step = await self.payments.begin_authorization(self.money.authorize(n=n))
            found = self.charge(n, **(charge or {"held": 2_300}))
            await self.payments.finish(step, order_id=self.order_id, attempt=key, charge=found)

    async def look(self, n: int = 1, **charge: Any) -> None:
        """Something else came to be of an authorization."""
        payment = await self.payments.find(self.order_id)
        assert payment
        attempt = payment.attempt(self.money.authorization(n))
        assert attempt
        for _ in range(2):
            await self.payments.record(self.order_id, attempt, self.charge(n, **charge))

    async def take(self) -> None:
        await self.authorize()
        command = self.money.capture()
        for _ in range(2):
            step = await self.payments.begin(command.key)
            await self.payments.finish(
                step,
                order_id=self.order_id,
                attempt=self.money.authorization(),
                charge=self.charge(captured=2_300),
            )

    async def promise(self, amount: int, name: str = "part", *, attempt: int = 1) -> str:
        """The key of an attempt at a part, that Stripe has not heard of."""
        part = self.money.part(amount, name, attempt=attempt)
        for _ in range(2):
            await self.payments.refunds.plan_part(part)
            await self.payments.refunds.plan_attempt(part)
        return f"{part.key}:{attempt}"

    async def undo(self, attempt: int = 1) -> str:
        """The same of giving everything back."""
        for _ in range(2):
            await self.payments.refunds.plan_undo(self.order_id, self.refund, attempt)
        return f"{self.refund}:{attempt}"

    async def refunded(self, key: str, amount: int, *states: RefundState) -> None:
        """Stripe's answers about an attempt."""
        for state in states:
            found = Refund(key=key, id=f"re_{key}", amount=amount, state=state)
            for _ in range(2):
                await self.payments.refunds.record(self.order_id, [found])

    async def open_case(self, key: str, deadline: datetime = NOON) -> None:
        case = OpenCase(
            order_id=self.order_id,
            key=key,
            amount=self.money.amount,
            why="The bank refuses it.",
            deadline=deadline,
        )
        for _ in range(2):
            await self._cases.open(case)

    async def close_case(self, key: str, resolution: Resolution) -> None:
        by_hand = resolution is Resolution.PAID_BY_HAND
        decision = CloseCase(
            order_id=self.order_id,
            key=key,
            resolution=resolution,
            by=uuid4(),
            reference="transfer 1" if by_hand else "",
        )
        for _ in range(2):
            await self._cases.close(decision)

    async def dispute(self, state: DisputeState) -> None:
        found = Dispute(
            dispute_id=f"dp_{self.order_id}",
            order_id=self.order_id,
            amount=self.money.amount,
            state=state,
            reason="fraudulent",
            opened_at=NOON,
            due_by=NOON + timedelta(days=7),
        )
        for _ in range(2):
            await DisputeRepository(self.database).record(found)

    async def settle(self, shares: Iterable[Share], payer: str = CUSTOMER) -> None:
        key = self.money.key("settle")
        command = SettlePayment(order_id=self.order_id, key=key, payer=payer, shares=list(shares))
        for _ in range(2):
            await SettlementRepository(self.database).settle(command)

    async def events(self) -> list[PaymentEvent]:
        """After a look whether they say what the rows say."""
        assert await untold(self.database, self.order_id) == []
        return await payment_events(self.database, self.order_id)

    async def told(self) -> list[str]:
        return [event.type for event in await self.events()]

    def charge(self, n: int = 1, **given: Any) -> Charge:
        return Charge(id=f"pi_{self.money.authorization(n)}", **given)

    @property
    def _cases(self) -> CaseRepository:
        return CaseRepository(self.database)


@pytest.fixture
def till(payments_database: Database) -> Till:
    return Till(database=payments_database, payments=PaymentRepository(payments_database))


def states(events: Iterable[PaymentEvent]) -> list[tuple[PaymentStatus, RefundStatus, int]]:
    """With what was given back, in minor units."""
    return [
        (each.payment.status, each.payment.refund_status, each.payment.refunded.amount)
        for each in events
    ]


class TestCharge:
    async def test_is_told_from_the_start_to_the_division(self, till: Till) -> None:
        await till.take()
        await till.settle([Share(account="restaurant:1", amount=Money(2_000, "USD"))])
        assert await till.told() == [*BEGINNING, "payment_settled"]

    async def test_is_told_with_the_state_that_it_led_to(self, till: Till) -> None:
        await till.take()
        nothing, all_of_it = Money(0, "USD"), till.money.amount
        sums = [(nothing, nothing), (all_of_it, nothing), (nothing, all_of_it)]
        status = [PaymentStatus.PENDING, PaymentStatus.AUTHORIZED, PaymentStatus.CAPTURED]
        events = await till.events()
        assert [event.payment for event in events] == [
            PaymentState(
                status=each,
                refund_status=RefundStatus.NONE,
                amount=all_of_it,
                authorized=held,
                captured=taken,
                refunded=nothing,
            )
            for each, (held, taken) in zip(status, sums, strict=True)
        ]
        assert {event.customer_id for event in events} == {till.money.customer_id}

    async def test_that_is_declined_failed(self, till: Till) -> None:
        await till.authorize(refusal=PaymentDeclined("The bank said no."))
        assert await till.told() == [STARTED, "payment_failed"]

    @pytest.mark.parametrize(
        ("charge", "told"),
        [
            ({"held": 2_300}, AUTHORIZED),
            ({"refusal": PaymentDeclined("The bank said no.")}, "payment_failed"),
        ],
    )
    async def test_may_wait_for_the_customer(
        self, till: Till, charge: dict[str, Any], told: str
    ) -> None:
        await till.authorize(client_secret="secret", settled=False)
        await till.authorize(**charge)
        assert await till.told() == [STARTED, "payment_requires_action", told]

    async def test_may_be_voided(self, till: Till) -> None:
        await till.authorize()
        await till.look()
        assert await till.told() == [STARTED, AUTHORIZED, "payment_voided"]

    async def test_may_be_captured_at_once(self, till: Till) -> None:
        await till.authorize(captured=2_300)
        assert await till.told() == [STARTED, "payment_captured"]

    async def test_is_told_anew_when_it_is_renewed(self, till: Till) -> None:
        await till.authorize()
        await till.payments.begin_authorization(till.money.authorize(n=2))
        await till.look()
        await till.authorize(2)
        events = await till.events()
        assert [event.type for event in events] == [STARTED, AUTHORIZED] * 2
        assert len({event.event_id for event in events}) == 4

    async def test_is_told_anew_when_it_had_lapsed(self, till: Till) -> None:
        await till.authorize()
        await till.look()
        await till.authorize(2)
        assert await till.told() == [STARTED, AUTHORIZED, "payment_voided", STARTED, AUTHORIZED]

    async def test_is_told_once_where_two_workers_finish_it(self, till: Till) -> None:
        step = await till.payments.begin_authorization(till.money.authorize())
        key, charge = till.money.authorization(), till.charge(held=2_300)
        finish = till.payments.finish
        await asyncio.gather(
            *(finish(step, order_id=till.order_id, attempt=key, charge=charge) for _ in range(4))
        )
        assert await till.told() == [STARTED, AUTHORIZED]


class TestSettlement:
    async def test_tells_what_was_posted_and_not_what_was_asked_for(self, till: Till) -> None:
        await till.take()
        await till.promise(500)
        await till.settle([Share(account="restaurant:1", amount=Money(300, "USD"))])
        settled = (await till.events())[-1]
        assert (settled.type, settled.payer) == (PaymentEventType.SETTLED, CUSTOMER)
        assert {each.account: each.amount.amount for each in settled.shares} == {
            "restaurant:1": -200,
            PLATFORM: 2_000,
        }

    async def test_tells_that_the_platform_pays(self, till: Till) -> None:
        await till.take()
        share = Share(account="restaurant:1", amount=Money(1_700, "USD"))
        await till.settle([share], payer=PLATFORM)
        settled = (await till.events())[-1]
        assert (settled.payer, settled.shares) == (PLATFORM, (share,))


class TestRefund:
    @pytest.fixture(autouse=True)
    async def taken(self, till: Till) -> None:
        await till.take()

    async def test_is_told_part_by_part(self, till: Till) -> None:
        for amount, name in ((500, "one"), (1_800, "two")):
            key = await till.promise(amount, name)
            await till.refunded(key, amount, RefundState.PENDING, RefundState.SUCCEEDED)
        events = (await till.events())[3:]
        assert [each.type for each in events] == ["refund_pending", "refund_succeeded"] * 2
        assert states(events) == [
            (PaymentStatus.CAPTURED, RefundStatus.PENDING, 0),
            (PaymentStatus.PARTIALLY_REFUNDED, RefundStatus.PARTIAL, 500),
            (PaymentStatus.PARTIALLY_REFUNDED, RefundStatus.PENDING, 500),
            (PaymentStatus.REFUNDED, RefundStatus.FULL, 2_300),
        ]
        first = events[0].refund
        assert first
        assert first.amount == Money(500, "USD")
        assert (first.liable, first.reason) == (Liable.RESTAURANT, RefundReason.SUPPORT)

    async def test_may_be_returned_by_the_bank_and_made_again(self, till: Till) -> None:
        key = await till.undo()
        await till.refunded(key, 2_300, RefundState.SUCCEEDED, RefundState.FAILED)
        await till.refunded(await till.undo(2), 2_300, RefundState.SUCCEEDED)
        events = (await till.events())[3:]
        assert [each.type for each in events] == [
            "refund_pending",
            "refund_succeeded",
            "refund_failed",
            "refund_pending",
            "refund_succeeded",
        ]
        returned = (PaymentStatus.CAPTURED, RefundStatus.NONE, 0)
        assert states(events)[1:3] == [(PaymentStatus.REFUNDED, RefundStatus.FULL, 2_300), returned]

    async def test_that_somebody_made_at_stripe_is_told_as_it_is(self, till: Till) -> None:
        found = Refund(key="", id="re_by_hand", amount=300, state=RefundState.SUCCEEDED)
        for _ in range(2):
            await till.payments.refunds.record(till.order_id, [found])
        assert await till.told() == [*BEGINNING, "refund_succeeded"]

    async def test_that_is_in_the_way_of_one_made_at_stripe_failed(self, till: Till) -> None:
        await till.promise(2_000)
        found = Refund(key="", id=f"re_{uuid4()}", amount=2_300, state=RefundState.PENDING)
        await till.payments.refunds.record(till.order_id, [found])
        told = ["refund_pending", "refund_failed", "refund_pending"]
        assert await till.told() == [*BEGINNING, *told]


class TestCase:
    @pytest.fixture(autouse=True)
    async def due(self, till: Till) -> None:
        await till.take()
        await till.refunded(await till.undo(), 2_300, RefundState.FAILED)
        await till.open_case(till.refund)

    async def test_tells_what_is_owed_and_until_when(self, till: Till) -> None:
        due = (await till.events())[-1]
        assert due.type is PaymentEventType.REFUND_DUE
        assert (due.owed, due.deadline) == (till.money.amount, NOON)
        assert due.payment.refund_status is RefundStatus.DUE

    @pytest.mark.parametrize(
        ("resolution", "told", "state"),
        [
            (
                Resolution.PAID_BY_HAND,
                ["refund_succeeded", "refund_settled"],
                (PaymentStatus.REFUNDED, RefundStatus.FULL, 2_300),
            ),
            (
                Resolution.WAIVED,
                ["refund_waived", "refund_settled"],
                (PaymentStatus.CAPTURED, RefundStatus.NONE, 0),
            ),
        ],
    )
    async def test_tells_what_a_person_decided(
        self,
        till: Till,
        resolution: Resolution,
        told: list[str],
        state: tuple[PaymentStatus, RefundStatus, int],
    ) -> None:
        await till.close_case(till.refund, resolution)
        events = (await till.events())[6:]
        assert [each.type for each in events] == told
        assert states(events) == [state] * 2
        assert events[-1].resolution is resolution

    async def test_opens_anew_when_the_bank_returns_what_had_settled_it(self, till: Till) -> None:
        key = await till.undo(2)
        await till.refunded(key, 2_300, RefundState.SUCCEEDED)
        await till.close_case(till.refund, Resolution.REFUNDED)
        await till.open_case(till.refund)
        await till.refunded(key, 2_300, RefundState.FAILED)
        await till.open_case(till.refund, NOON + timedelta(days=1))
        told = (await till.told())[5:]
        assert told == [
            "refund_due",
            "refund_pending",
            "refund_succeeded",
            "refund_settled",
            "refund_failed",
            "refund_due",
        ]

    async def test_of_a_difference_is_no_refund(self, till: Till) -> None:
        before = await till.told()
        key = f"{till.order_id}{RECONCILIATION_CASES}ledger_differs"
        await till.open_case(key)
        await till.close_case(key, Resolution.WAIVED)
        assert await till.told() == before


class TestCaseWithoutPayment:
    async def test_is_not_told(self, till: Till) -> None:
        await till.open_case(till.refund)
        await till.close_case(till.refund, Resolution.WAIVED)
        assert await till.told() == []

    async def test_is_in_the_state_of_a_payment_that_is_begun_after_it(self, till: Till) -> None:
        await till.open_case(till.refund)
        await till.authorize()
        events = await till.events()
        assert [each.type for each in events] == [STARTED, AUTHORIZED]
        assert events[-1].payment.refund_status is RefundStatus.DUE


class TestDispute:
    @pytest.mark.parametrize("seen_open", [True, False])
    @pytest.mark.parametrize(
        ("state", "told"),
        [(DisputeState.WON, "dispute_won"), (DisputeState.LOST, "dispute_lost")],
    )
    async def test_is_told_with_its_decision_whether_or_not_it_was_seen_open(
        self, till: Till, state: DisputeState, told: str, *, seen_open: bool
    ) -> None:
        await till.take()
        if seen_open:
            await till.dispute(DisputeState.OPEN)
        await till.dispute(state)
        events = (await till.events())[3:]
        assert [each.type for each in events] == ["dispute_opened", told]
        opened = events[0].dispute
        assert opened
        assert (opened.amount, opened.reason) == (till.money.amount, "fraudulent")
        assert opened.due_by == NOON + timedelta(days=7)


class TestPublish:
    async def test_joins_an_event_to_the_request_behind_it(self, till: Till) -> None:
        with correlated("req-1"):
            await till.authorize()
        await till.look()
        told = [event.correlation_id for event in await till.events()]
        assert told == ["req-1", "req-1", str(till.order_id)]

    async def test_is_no_business_of_a_posting_that_is_written_again(self, till: Till) -> None:
        await till.take()
        await Reposting(till.database).post_missing(till.order_id)
        assert await till.told() == BEGINNING

    async def test_numbers_events_in_the_order_of_commits(self, till: Till) -> None:
        """A transaction that began first but had to wait for the row comes after."""
        await till.take()
        key = await till.promise(500)
        async with till.database.transaction() as session:
            await locked(session, till.order_id)
            other = asyncio.create_task(till.refunded(key, 500, RefundState.SUCCEEDED))
            await seen(lambda: _waiting(till.database), bool, pause=0.01)
            await restate(session, till.order_id, News(type=PaymentEventType.SETTLED))
        await other
        assert (await till.told())[3:] == ["refund_pending", "payment_settled", "refund_succeeded"]

    async def test_leaves_no_gap_where_many_write_at_once(self, till: Till) -> None:
        await till.take()
        await asyncio.gather(*(till.promise(100, str(number)) for number in range(8)))
        assert await till.told() == [*BEGINNING, *["refund_pending"] * 8]


async def _waiting(database: Database) -> bool:
    """Whether somebody waits for a lock."""
    async with database.transaction() as session:
        waits = await session.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted"))
        return bool(waits)
