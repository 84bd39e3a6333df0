"""Orders as rows and back."""

from typing import Any
from uuid import UUID

from pydantic import TypeAdapter

from adapters.postgres.ordering.tables import OrderRow, ParticularsRow
from domain.accounts import DeliveryAddress
from domain.events.orders import OrderEvent, OrderState, PaymentSeen
from domain.money import Money
from domain.orders import Cancellation, Order, OrderLine, Particulars, Quote, Revision
from domain.payments import OrderPayment
from domain.progress import RecordOrder

ADDRESS = TypeAdapter(DeliveryAddress)

_NOT_CANCELLED = dict.fromkeys(
    ("cancelled_by", "cancellation_code", "cancellation_reason", "remark_id", "kept")
)


def row_of(command: RecordOrder) -> dict[str, Any]:
    """The columns of a new order's row but those of its progress."""
    order, quote = command.order, command.order.quote
    return {
        "id": order.order_id,
        "run_id": command.run_id,
        "customer_id": order.customer_id,
        "restaurant_id": order.restaurant_id,
        "currency": quote.total.currency,
        "placed_total": quote.total.amount,
        "acceptance_minutes": order.acceptance_minutes,
        "ride_minutes": order.ride_minutes,
        "request_hash": order.request_hash,
        "correlation_id": order.correlation_id,
        "placed_at": order.placed_at,
        "updated_at": order.placed_at,
        **revision_columns(Revision(lines=order.lines, quote=quote)),
    }


def revision_columns(revision: Revision) -> dict[str, Any]:
    quote = revision.quote
    return {
        "lines": [_json_of(line) for line in revision.lines],
        "subtotal": quote.subtotal.amount,
        "delivery_fee": quote.delivery_fee.amount,
        "service_fee": quote.service_fee.amount,
        "tip": quote.tip.amount,
        "total": quote.total.amount,
    }


def payment_columns(payment: OrderPayment) -> dict[str, Any]:
    return {
        "payment_status": payment.status,
        "authorized": payment.authorized.amount,
        "captured": payment.captured.amount,
        "refunded": payment.refunded.amount,
        "refund_status": payment.refund_status,
        "payment_version": payment.version,
    }


def cancellation_columns(cancellation: Cancellation) -> dict[str, Any]:
    return {
        "cancelled_by": cancellation.by,
        "cancellation_code": cancellation.code,
        "cancellation_reason": cancellation.reason,
        "remark_id": cancellation.remark_id,
        "kept": cancellation.kept.amount if cancellation.kept else None,
    }


def order_of(row: OrderRow, particulars: ParticularsRow, remark: str | None) -> Order:
    return Order(
        order_id=row.id,
        run_id=row.run_id,
        status=row.status,
        customer_id=row.customer_id,
        restaurant_id=row.restaurant_id,
        lines=[_line_of(line, row.currency) for line in row.lines],
        quote=quote_of(row),
        placed_total=Money(row.placed_total, row.currency),
        payment=payment_of(row),
        courier_id=row.courier_id,
        answer_by=row.answer_by,
        ready_by=row.ready_by,
        ride_minutes=row.ride_minutes,
        particulars=particulars_of(particulars),
        cancellation=_cancellation_of(row),
        remark=remark,
        request_hash=row.request_hash,
        placed_at=row.placed_at,
        updated_at=row.updated_at,
        version=row.version,
    )


def payment_of(row: OrderRow) -> OrderPayment:
    return OrderPayment(
        status=row.payment_status,
        authorized=Money(row.authorized, row.currency),
        captured=Money(row.captured, row.currency),
        refunded=Money(row.refunded, row.currency),
        refund_status=row.refund_status,
        version=row.payment_version,
    )


def state_of(row: OrderRow) -> OrderState:
    """The whole row, as its events tell it."""
    quote, payment = quote_of(row), payment_of(row)
    return OrderState(
        status=row.status,
        refund_status=row.refund_status,
        customer_id=row.customer_id,
        restaurant_id=row.restaurant_id,
        lines=tuple(_line_of(line, row.currency) for line in row.lines),
        subtotal=quote.subtotal,
        delivery_fee=quote.delivery_fee,
        service_fee=quote.service_fee,
        tip=quote.tip,
        total=quote.total,
        placed_total=Money(row.placed_total, row.currency),
        payment=PaymentSeen(
            status=payment.status,
            authorized=payment.authorized,
            captured=payment.captured,
            refunded=payment.refunded,
            version=payment.version,
        ),
        courier_id=row.courier_id,
        acceptance_minutes=row.acceptance_minutes,
        answer_by=row.answer_by,
        ready_by=row.ready_by,
        ride_minutes=row.ride_minutes,
        cancellation=_cancellation_of(row),
        placed_at=row.placed_at,
        run_id=row.run_id,
        request_hash=row.request_hash,
    )


def columns_of(event: OrderEvent) -> dict[str, Any]:
    """The whole row that the event was told of."""
    order, payment = event.order, event.order.payment
    quote = Quote(
        subtotal=order.subtotal,
        delivery_fee=order.delivery_fee,
        service_fee=order.service_fee,
        tip=order.tip,
        total=order.total,
    )
    standing = OrderPayment(
        status=payment.status,
        authorized=payment.authorized,
        captured=payment.captured,
        refunded=payment.refunded,
        refund_status=order.refund_status,
        version=payment.version,
    )
    ended = order.cancellation
    return {
        "id": event.aggregate_id,
        "run_id": order.run_id,
        "status": order.status,
        "customer_id": order.customer_id,
        "restaurant_id": order.restaurant_id,
        "currency": order.total.currency,
        "placed_total": order.placed_total.amount,
        "courier_id": order.courier_id,
        "acceptance_minutes": order.acceptance_minutes,
        "answer_by": order.answer_by,
        "ready_by": order.ready_by,
        "ride_minutes": order.ride_minutes,
        "request_hash": order.request_hash,
        "correlation_id": event.correlation_id,
        "placed_at": order.placed_at,
        "updated_at": event.occurred_at,
        "version": event.aggregate_version,
        **revision_columns(Revision(lines=[*order.lines], quote=quote)),
        **payment_columns(standing),
        **(cancellation_columns(ended) if ended else _NOT_CANCELLED),
    }


def particulars_of(row: ParticularsRow) -> Particulars:
    return Particulars(address=ADDRESS.validate_python(row.address), notes=row.notes)


def quote_of(row: OrderRow) -> Quote:
    return Quote(
        subtotal=Money(row.subtotal, row.currency),
        delivery_fee=Money(row.delivery_fee, row.currency),
        service_fee=Money(row.service_fee, row.currency),
        tip=Money(row.tip, row.currency),
        total=Money(row.total, row.currency),
    )


def _cancellation_of(row: OrderRow) -> Cancellation | None:
    # The database has all three or none; the types cannot say so.
    if not (row.cancelled_by and row.cancellation_code and row.cancellation_reason):
        return None
    return Cancellation(
        by=row.cancelled_by,
        code=row.cancellation_code,
        reason=row.cancellation_reason,
        remark_id=row.remark_id,
        kept=kept_of(row),
    )


def kept_of(row: OrderRow) -> Money | None:
    return Money(row.kept, row.currency) if row.kept else None


def _json_of(line: OrderLine) -> dict[str, Any]:
    return {
        "menu_item_id": str(line.menu_item_id),
        "name": line.name,
        "quantity": line.quantity,
        "unit_price": line.unit_price.amount,
        "unavailable": line.unavailable,
    }


def _line_of(line: dict[str, Any], currency: str) -> OrderLine:
    return OrderLine(
        menu_item_id=UUID(line["menu_item_id"]),
        name=line["name"],
        quantity=line["quantity"],
        unit_price=Money(line["unit_price"], currency),
        # Orders of before there was such a thing don't say it.
        unavailable=line.get("unavailable", False),
    )
