"""The statements on orders whose conditions are the rules: who may write what, and when."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Update, and_, case, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.sql.dml import ReturningInsert, ReturningUpdate

from adapters.postgres.ordering.mapping import cancellation_columns, payment_columns, row_of
from adapters.postgres.ordering.tables import OrderRow, ParticularsRow, RemarkRow
from domain.orders import AdvanceOrder, OrderStatus, RecordOrder, RecordPayment
from domain.payments import OrderPayment, RefundStatus

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

# Money was taken and not given back, and the refund has not said anything yet.
_UNTOLD = and_(OrderRow.refund_status == RefundStatus.NONE, OrderRow.captured > OrderRow.refunded)


def page_of(
    *,
    customer_id: UUID | None,
    restaurant_id: UUID | None,
    status: OrderStatus | None,
    before: tuple[datetime, UUID] | None,
) -> OrderSelect:
    """Newest first, from after the order that `before` names by its time and id."""
    page = ORDERS.order_by(OrderRow.placed_at.desc(), OrderRow.id.desc())
    if customer_id is not None:
        page = page.where(OrderRow.customer_id == customer_id)
    if restaurant_id is not None:
        page = page.where(OrderRow.restaurant_id == restaurant_id)
    if status is not None:
        page = page.where(OrderRow.status == status)
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
            refund_status=RefundStatus.NONE,
            **payment_columns(pending),
            **row_of(command),
        )
        .on_conflict_do_nothing(index_elements=[OrderRow.id])
        .returning(OrderRow)
    )


def advanced(command: AdvanceOrder) -> ReturningUpdate[OrderRow]:
    """Returns nothing where the order's status does not lead to the command's."""
    sources = [status for status in OrderStatus if status.leads_to(command.status)]
    columns: dict[str, Any] = {"status": command.status}
    if command.payment is not None:
        columns |= payment_columns(command.payment)
    if command.refund_status is not RefundStatus.NONE:
        columns["refund_status"] = case(
            (_UNTOLD, command.refund_status), else_=OrderRow.refund_status
        )
    if command.cancellation is not None:
        columns |= cancellation_columns(command.cancellation)
    return (
        _touched(command.order_id)
        .where(OrderRow.status.in_(sources))
        .values(columns)
        .returning(OrderRow)
    )


def refunded(command: RecordPayment) -> ReturningUpdate[OrderRow]:
    columns: dict[str, Any] = {"refund_status": command.refund_status}
    if command.payment is not None:
        columns |= payment_columns(command.payment)
    return _touched(command.order_id).values(columns).returning(OrderRow)


def _touched(order_id: UUID) -> Update:
    # The clock and not now(): that is when the transaction began, maybe before the change that
    # it then waited for.
    return (
        update(OrderRow)
        .where(OrderRow.id == order_id)
        .values(version=OrderRow.version + 1, updated_at=func.clock_timestamp())
        .execution_options(populate_existing=True)
    )
