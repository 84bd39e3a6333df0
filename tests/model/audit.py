"""After a run: whether everybody who knows something of an order says the same of it."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from itertools import pairwise
from uuid import UUID

from sqlalchemy import func, select
from temporalio.client import WorkflowExecutionStatus

from adapters.postgres.catalog.tables import MenuItemRow, ReservationRow, RestaurantRow
from adapters.postgres.engine import Database
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.payments.ledger import LedgerRepository
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.tables import RefundRow
from domain.ledger import CUSTOMER, PSP, REFUNDS_DUE
from domain.orders import Order, OrderStatus
from domain.payments import OrderPayment
from domain.progress import OrderOutcome
from domain.refunds import RefundState
from domain.stock import ReservationState
from tests.model.expectations import Expected
from tests.model.run import Run
from tests.support.payment_events import untold
from workflows.order import workflow_id

_BAD_ENDS = {WorkflowExecutionStatus.FAILED, WorkflowExecutionStatus.TIMED_OUT}


@dataclass(frozen=True, kw_only=True)
class Witnesses:
    """What they say of one order. `bank` sums Stripe's own ledger by kind, in minor units.

    `by_hand` was paid past Stripe, `waived` is not paid by decision; both were owed.
    """

    row: Order
    statuses: list[OrderStatus]
    payment: OrderPayment | None
    ledger: dict[str, int]
    bank: Counter[str]
    captures: int
    by_hand: int
    waived: int
    reservation: ReservationState | None
    result: OrderOutcome | None

    @property
    def kept(self) -> int:
        """What the customer is out of pocket by, as far as Stripe knows."""
        return self.bank["captured"] - self.bank["refunded"] + self.bank["refund_failed"]

    @property
    def held(self) -> int:
        gone = self.bank["captured"] + self.bank["voided"] + self.bank["expired"]
        return self.bank["authorized"] - gone


async def violations(run: Run) -> list[str]:
    """In words; empty where everything is as it has to be."""
    found = [each async for each in _workflows(run)] + [each async for each in _stock(run)]
    for order_id, expected in run.orders.items():
        witnesses = await _witnesses(run, order_id, expected)
        if witnesses is None:
            found.append(f"{order_id} has no row.")
            continue
        for rule in (_money, _ledger, _row, _timeline, _held):
            found += [f"{order_id}: {words}" for words in rule(expected, witnesses)]
        payments = run.town.laboratory.databases["payments"]
        found += [f"{order_id}: {words}" for words in await untold(payments, order_id)]
    return found


def _money(expected: Expected, seen: Witnesses) -> Iterator[str]:
    if seen.held:
        yield f"{seen.held} are still held"
    if seen.captures > 1:
        yield "captured twice"
    owed = 0
    if seen.row.status is OrderStatus.DELIVERED:
        owed = expected.agreed - sum(expected.promised.values())
    if seen.kept - seen.by_hand - seen.waived != owed:
        yield f"Stripe keeps {seen.kept} ({seen.by_hand}, {seen.waived} by hand), not {owed}"


def _ledger(_: Expected, seen: Witnesses) -> Iterator[str]:
    if sum(seen.ledger.values()):
        yield f"the ledger is not balanced: {seen.ledger}"
    if seen.ledger.get(PSP, 0) != seen.kept:
        yield f"the ledger says {seen.ledger}, Stripe {seen.bank}"
    left = {account: seen.ledger.get(account, 0) for account in (CUSTOMER, REFUNDS_DUE)}
    if any(left.values()):
        yield f"the ledger leaves {left}"


def _row(expected: Expected, seen: Witnesses) -> Iterator[str]:
    row = seen.row
    if not row.status.is_final:
        yield f"it ended as {row.status}"
    if seen.payment and row.payment != seen.payment:
        yield f"the row says {row.payment}, payments {seen.payment}"
    if seen.payment and (seen.payment.authorized.amount, seen.payment.captured.amount) != (
        seen.held,
        seen.bank["captured"],
    ):
        yield f"payments say {seen.payment}, Stripe {seen.bank}"
    if seen.payment and seen.payment.refunded.amount != seen.bank["captured"] - seen.kept + (
        seen.by_hand
    ):
        yield f"payments say {seen.payment}, Stripe gave back {seen.bank}"
    if row.status is OrderStatus.DELIVERED and row.quote.total.amount != expected.agreed:
        yield f"{expected.agreed} were agreed, the row says {row.quote}"
    if (row.cancellation is None) is not (row.status is OrderStatus.DELIVERED):
        yield f"{row.status} because of {row.cancellation}"
    if seen.result and seen.result.status is not row.status:
        yield f"the workflow says {seen.result}, the row {row.status}"


def _timeline(_: Expected, seen: Witnesses) -> Iterator[str]:
    if seen.statuses[:1] != [OrderStatus.PLACED] or seen.statuses[-1] is not seen.row.status:
        yield f"the timeline says {seen.statuses}"
    for before, after in pairwise(seen.statuses):
        if not before.leads_to(after):
            yield f"it went from {before} to {after}"


def _held(_: Expected, seen: Witnesses) -> Iterator[str]:
    if seen.reservation is ReservationState.HELD:
        yield "it still holds dishes"


async def _witnesses(run: Run, order_id: UUID, expected: Expected) -> Witnesses | None:
    databases = run.town.laboratory.databases
    orders = OrderRepository(databases["ordering"])
    row = await orders.find(order_id)
    if row is None:
        return None
    timeline = await orders.timeline(order_id)
    payment = await PaymentRepository(databases["payments"]).find(order_id)
    balances = await LedgerRepository(databases["payments"]).balances(order_id)
    moved = (await run.town.laboratory.bank.get("/_ledger", order_id=str(order_id)))["items"]
    bank: Counter[str] = Counter()
    for movement in moved:
        bank[movement["kind"]] += movement["amount"]
    by_hand, waived = await _by_hand(databases["payments"], order_id)
    return Witnesses(
        row=row,
        statuses=[
            OrderStatus(entry.event.removeprefix("order_"))
            for entry in timeline
            if entry.event.startswith("order_")
        ],
        payment=payment.standing if payment else None,
        ledger={balance.account: balance.amount.amount for balance in balances},
        bank=bank,
        captures=sum(movement["kind"] == "captured" for movement in moved),
        by_hand=by_hand,
        waived=waived,
        reservation=await _reservation(databases["catalog"], order_id),
        result=None if expected.is_lost else await _result(run, order_id),
    )


async def _by_hand(payments: Database, order_id: UUID) -> tuple[int, int]:
    """What was paid by hand, and what was waived."""
    sums = select(RefundRow.status, func.sum(RefundRow.amount)).where(
        RefundRow.order_id == order_id,
        (RefundRow.status == RefundState.WAIVED) | RefundRow.reference.is_not(None),
    )
    async with payments.transaction() as session:
        found = dict((await session.execute(sums.group_by(RefundRow.status))).all())
    return int(found.get(RefundState.SUCCEEDED, 0)), int(found.get(RefundState.WAIVED, 0))


async def _reservation(catalog: Database, order_id: UUID) -> ReservationState | None:
    async with catalog.transaction() as session:
        row = await session.get(ReservationRow, order_id)
        return row.state if row else None


async def _result(run: Run, order_id: UUID) -> OrderOutcome:
    handle = run.town.laboratory.client.get_workflow_handle(
        workflow_id(order_id), result_type=OrderOutcome
    )
    outcome: OrderOutcome = await handle.result()
    return outcome


async def _workflows(run: Run) -> AsyncIterator[str]:
    for each in sorted(run.workflows):
        described = await run.town.laboratory.client.get_workflow_handle(each).describe()
        if described.status in _BAD_ENDS:
            yield f"{each} ended {described.status}"


async def _stock(run: Run) -> AsyncIterator[str]:
    """Nothing is lost, nothing is made, and no slot is taken."""
    async with run.town.laboratory.databases["catalog"].transaction() as session:
        restaurant = await session.get_one(RestaurantRow, run.town.restaurant.restaurant_id)
        dish = await session.get_one(MenuItemRow, run.town.dishes[0].menu_item_id)
    left = run.kitchen.left(run.orders.values())[dish.id]
    if restaurant.kitchen_busy:
        yield f"{restaurant.kitchen_busy} slots are taken"
    if dish.stock != left:
        yield f"{dish.stock} dishes are left, not {left}"
