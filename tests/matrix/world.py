"""Activities under the names of the real ones, for many orders at once, idempotent as those are."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from temporalio import activity

from domain.casework import CloseCase, OpenCase, RemindCase
from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    DeliveryState,
    LookForCourier,
    OfferDelivery,
    ReleaseDelivery,
)
from domain.money import Money
from domain.notifications import DeliverNotifications
from domain.orders import AdvanceOrder, NoteOnTimeline, OrderStatus, RecordPayment
from domain.payments import (
    Authorization,
    AuthorizePayment,
    CapturePayment,
    CheckPayment,
    OrderPayment,
    VoidPayment,
)
from domain.progress import RecordCourier, RecordDelay, RecordOrder
from domain.refunds import FindDue, RefundPart, RefundPayment, RefundResult
from domain.settlement import SettlePayment
from domain.stock import ConsumeStock, ReleaseStock, ReserveStock, WithdrawItems
from tests.matrix.books import Books


class Shelf:
    """The books of all orders."""

    def __init__(self) -> None:
        self._books: dict[UUID, Books] = {}

    def open(self, books: Books) -> None:
        self._books[books.order.order_id] = books

    def __getitem__(self, order_id: UUID) -> Books:
        return self._books[order_id]


class OrderRows:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @activity.defn
    async def record_order(self, command: RecordOrder) -> None:
        books = self._shelf[command.order_id]
        if books.is_first("record_order", command.run_id):
            books.statuses.append(OrderStatus.PLACED)

    @activity.defn
    async def advance_order(self, command: AdvanceOrder) -> None:
        self._shelf[command.order_id].advance(command)

    @activity.defn
    async def record_payment(self, command: RecordPayment) -> None:
        books = self._shelf[command.order_id]
        books.is_first("record_payment", command.key)
        books.pay(command.payment)

    @activity.defn
    async def record_delay(self, command: RecordDelay) -> None:
        self._shelf[command.order_id].is_first("record_delay", command.key)

    @activity.defn
    async def record_courier(self, command: RecordCourier) -> None:
        books = self._shelf[command.order_id]
        if books.is_first("record_courier", command.key):
            books.couriers.append(command.courier_id)

    @activity.defn
    async def note_on_timeline(self, command: NoteOnTimeline) -> None:
        self._shelf[command.order_id].is_first("note_on_timeline", command.key)


class Kitchens:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @activity.defn
    async def reserve_stock(self, command: ReserveStock) -> None:
        self._shelf[command.order_id].reserve()

    @activity.defn
    async def release_stock(self, command: ReleaseStock) -> None:
        books = self._shelf[command.order_id]
        books.release()
        books.undo("release")

    @activity.defn
    async def consume_stock(self, command: ConsumeStock) -> None:
        self._shelf[command.order_id].consume()

    @activity.defn
    async def withdraw_items(self, command: WithdrawItems) -> None:
        self._shelf[command.order_id].withdrawn |= {*command.menu_item_ids}


class Payments:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @activity.defn
    async def authorize_payment(self, command: AuthorizePayment) -> Authorization:
        return self._shelf[command.order_id].purse.authorize(command)

    @activity.defn
    async def check_payment(self, command: CheckPayment) -> Authorization:
        return self._shelf[command.order_id].purse.check(command)

    @activity.defn
    async def capture_payment(self, command: CapturePayment) -> OrderPayment:
        return self._shelf[command.order_id].purse.capture(command)

    @activity.defn
    async def void_payment(self, command: VoidPayment) -> OrderPayment:
        books = self._shelf[command.order_id]
        books.undo("void")
        return books.purse.void(command)

    @activity.defn
    async def refund_payment(self, command: RefundPayment) -> RefundResult:
        books = self._shelf[command.order_id]
        books.undo("refund")
        return books.purse.refund(command)

    @activity.defn
    async def plan_refund(self, part: RefundPart) -> OrderPayment:
        return self._shelf[part.order_id].purse.plan(part)

    @activity.defn
    async def refund_part(self, part: RefundPart) -> RefundResult:
        books = self._shelf[part.order_id]
        books.undo("refund part")
        return books.purse.refund_part(part)

    @activity.defn
    async def find_due(self, command: FindDue) -> Money:
        return command.held

    @activity.defn
    async def settle_payment(self, command: SettlePayment) -> None:
        books = self._shelf[command.order_id]
        if books.is_first("settle_payment", command.key):
            assert books.payer is None
            books.payer = command.payer


class Cases:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @activity.defn
    async def open_case(self, command: OpenCase) -> OrderPayment:
        return self._shelf[command.order_id].purse.open_case(command)

    @activity.defn
    async def close_case(self, command: CloseCase) -> OrderPayment:
        return self._shelf[command.order_id].purse.close_case(command)

    @activity.defn
    async def remind_case(self, command: RemindCase) -> None:
        order_id = UUID(command.key.partition(":")[0])
        self._shelf[order_id].is_first("remind_case", command.key)


class Deliveries:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @activity.defn
    async def offer_delivery(self, command: OfferDelivery) -> None:
        books = self._shelf[command.order_id]
        books.delivery = books.delivery or DeliveryState.OFFERED

    @activity.defn
    async def assign_courier(self, command: AssignCourier) -> None:
        self._move(command.order_id, f"assigned:{command.assignment}", DeliveryState.ASSIGNED)

    @activity.defn
    async def release_delivery(self, command: ReleaseDelivery) -> None:
        self._move(command.order_id, f"released:{command.assignment}", DeliveryState.OFFERED)

    @activity.defn
    async def advance_delivery(self, command: AdvanceDelivery) -> None:
        if command.state is DeliveryState.CANCELLED:
            self._shelf[command.order_id].undo("call off")
        self._move(command.order_id, command.state, command.state)

    @activity.defn
    async def courier_last_seen(self, _: LookForCourier) -> datetime:
        """Just now; where the server's clock jumps, that was long ago."""
        return datetime.now(UTC)

    def _move(self, order_id: UUID, key: str, state: DeliveryState) -> None:
        books = self._shelf[order_id]
        if books.is_first("delivery", key):
            books.delivery = state


class Post:
    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    @activity.defn
    async def deliver_notifications(self, command: DeliverNotifications) -> None:
        """Each recipient once per key."""
        books = self._shelf[command.order_id]
        for each in command.notifications:
            if books.is_first("told", each.dedupe_key):
                books.told[each.type.value] += 1


def activities_in(shelf: Shelf) -> dict[str, list[Callable[..., Any]]]:
    """By task queue."""
    rows, kitchens, payments = OrderRows(shelf), Kitchens(shelf), Payments(shelf)
    cases, deliveries, post = Cases(shelf), Deliveries(shelf), Post(shelf)
    money: list[Callable[..., Any]] = [
        payments.authorize_payment,
        payments.check_payment,
        payments.capture_payment,
        payments.void_payment,
        payments.refund_payment,
        payments.plan_refund,
        payments.refund_part,
        payments.find_due,
        payments.settle_payment,
        cases.open_case,
        cases.close_case,
        cases.remind_case,
    ]
    return {
        "orders": [
            rows.record_order,
            rows.advance_order,
            rows.record_payment,
            rows.record_delay,
            rows.record_courier,
            rows.note_on_timeline,
            kitchens.reserve_stock,
            kitchens.release_stock,
            kitchens.consume_stock,
            kitchens.withdraw_items,
            *money,
            post.deliver_notifications,
        ],
        "payments": money,
        "notifications": [post.deliver_notifications],
        "delivery": [
            deliveries.offer_delivery,
            deliveries.assign_courier,
            deliveries.release_delivery,
            deliveries.advance_delivery,
            deliveries.courier_last_seen,
        ],
    }
