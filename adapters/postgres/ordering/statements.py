"""The statements on orders whose conditions are the rules: who may write what, and when."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Update,
    and_,
    case,
    func,
    literal,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from adapters.postgres.ordering.finding import id_begins_with, stands_still
from adapters.postgres.ordering.mapping import (
    cancellation_columns,
    payment_columns,
    revision_columns,
    row_of,
)
from adapters.postgres.ordering.tables import OrderRow, ParticularsRow, RemarkRow
from domain.orders import AdvanceOrder, OrderStatus
from domain.payments import OrderPayment, RefundStatus
from domain.progress import RecordOrder

OrderSelect = Select[OrderRow, ParticularsRow, str]

ORDERS: OrderSelect = (
    select(OrderRow, ParticularsRow, RemarkRow.text)
    .join(
        ParticularsRow,
        and_(
            ParticularsRow.order_id == OrderRow.id,
            ParticularsRow.request_hash == OrderRow.request_hash,
        ),
    )
    .outerjoin(RemarkRow, RemarkRow.id == OrderRow.remark_id)
)
"""Orders with what people wrote to them: one statement, however many orders."""

_MINUTE = literal(timedelta(minutes=1))

# Money was taken and not given back, and the refund has not said anything yet.
_UNTOLD = and_(OrderRow.refund_status == RefundStatus.NONE, OrderRow.captured > OrderRow.refunded)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    """Which orders a list shows: those that are all of what is not None.

    Placed from `placed_after` on, and before `placed_before`. `customer_ids` are of one of several
    people. `id_begins` is the first characters of an id, and anything else is a `ValueError`.
    `stuck` orders have not ended, and nothing has changed for longer than is usual.
    """

    order_ids: Collection[UUID] | None = None
    id_begins: str | None = None
    stuck: bool = False
    customer_id: UUID | None = None
    customer_ids: Collection[UUID] | None = None
    restaurant_id: UUID | None = None
    courier_id: UUID | None = None
    status: OrderStatus | None = None
    refund_status: RefundStatus | None = None
    placed_after: datetime | None = None
    placed_before: datetime | None = None

    @property
    def conditions(self) -> list[ColumnElement[bool]]:
        same = ("customer_id", "restaurant_id", "courier_id", "status", "refund_status")
        wanted = {name: getattr(self, name) for name in same}
        conditions = [
            getattr(OrderRow, name) == value for name, value in wanted.items() if value is not None
        ]
        if self.placed_after is not None:
            conditions.append(OrderRow.placed_at >= self.placed_after)
        if self.placed_before is not None:
            conditions.append(OrderRow.placed_at < self.placed_before)
        if self.order_ids is not None:
            conditions.append(OrderRow.id.in_(self.order_ids))
        if self.customer_ids is not None:
            conditions.append(OrderRow.customer_id.in_(self.customer_ids))
        if self.id_begins is not None:
            conditions.append(id_begins_with(self.id_begins))
        if self.stuck:
            conditions.append(stands_still())
        return conditions


def page_of(filter_: OrderFilter, *, before: tuple[datetime, UUID] | None) -> OrderSelect:
    """Newest first, from after the order that `before` names by its time and id."""
    page = ORDERS.where(*filter_.conditions)
    page = page.order_by(OrderRow.placed_at.desc(), OrderRow.id.desc())
    if before is not None:
        page = page.where(tuple_(OrderRow.placed_at, OrderRow.id) < before)
    return page


def locked(order_id: UUID) -> Select[OrderRow]:
    """Who writes about an order holds its row: so the timeline has no gap and no fork."""
    return select(OrderRow).where(OrderRow.id == order_id).with_for_update(key_share=True)


def inserted(command: RecordOrder) -> ReturningInsert[OrderRow]:
    """Returns nothing where the order is there already."""
    pending = OrderPayment.pending(command.order.quote.total.currency)
    return (
        insert(OrderRow)
        .values(
            status=OrderStatus.PLACED,
            **payment_columns(pending),
            **row_of(command),
        )
        .on_conflict_do_nothing(index_elements=[OrderRow.id])
        .returning(OrderRow)
    )


def advanced(command: AdvanceOrder, payment: OrderPayment | None) -> ReturningUpdate[OrderRow]:
    """Returns nothing where the order's status does not lead to the command's.

    `payment` is the command's where it is newer than the row's: the caller holds the row.
    """
    sources = [status for status in OrderStatus if status.leads_to(command.status)]
    columns: dict[str, Any] = {"status": command.status}
    if command.status is OrderStatus.CONFIRMED:
        columns["answer_by"] = func.clock_timestamp() + OrderRow.acceptance_minutes * _MINUTE
    if command.refund_handed_on:
        columns["refund_status"] = case(
            (_UNTOLD, RefundStatus.PENDING), else_=OrderRow.refund_status
        )
    if payment is not None:
        columns |= payment_columns(payment)
    if command.cancellation is not None:
        columns |= cancellation_columns(command.cancellation)
    if command.revision is not None:
        columns |= revision_columns(command.revision)
    if command.ready_by is not None:
        columns["ready_by"] = command.ready_by
    return (
        touched(command.order_id)
        .where(OrderRow.status.in_(sources))
        .values(columns)
        .returning(OrderRow)
    )


def touched(order_id: UUID) -> Update:
    """A change of the order's row: it counts a version, and says when."""
    # The clock and not now(): that is when the transaction began, maybe before the change that
    # it then waited for.
    return (
        update(OrderRow)
        .where(OrderRow.id == order_id)
        .values(version=OrderRow.version + 1, updated_at=func.clock_timestamp())
        .execution_options(populate_existing=True)
    )
