"""The events of an order's money, written beside its row in the transaction of the change.

A cause within the transaction collects its news; they are written at its end, when the row says
what they led to. So every event of one transaction has the same state.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Required, TypedDict

from sqlalchemy import func, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.outbox import put
from adapters.postgres.payments.tables import OutboxRow, PaymentRow
from adapters.telemetry import correlation_id_for
from domain.casework import Resolution
from domain.events.envelope import event_id
from domain.events.payments import (
    DisputeTold,
    PaymentEvent,
    PaymentEventType,
    PaymentState,
    RefundTold,
)
from domain.money import Money
from domain.settlement import Share


class News(TypedDict, total=False):
    """What an event says besides the state: the fields of `PaymentEvent` that its type has."""

    type: Required[PaymentEventType]
    refund: RefundTold
    dispute: DisputeTold
    owed: Money
    deadline: datetime
    resolution: Resolution
    payer: str
    shares: tuple[Share, ...]


async def publish(
    session: AsyncSession,
    payment: PaymentRow,
    news: Sequence[News],
    changed: Mapping[str, Any] | None = None,
) -> None:
    """Write what `changed` into the payment's row, and an event of each of the `news`.

    The caller holds the row: so positions in the outbox, versions and times have one order.
    """
    stated = (
        update(PaymentRow)
        .where(PaymentRow.order_id == payment.order_id)
        .values(
            **(changed or {}),
            event_version=PaymentRow.event_version + len(news),
            # Not when the transaction began: it may have waited for the one before it.
            updated_at=func.clock_timestamp(),
        )
        .returning(PaymentRow)
        .execution_options(populate_existing=True, synchronize_session=False)
    )
    await write(session, (await session.scalars(stated)).one(), news)


async def write(session: AsyncSession, payment: PaymentRow, news: Sequence[News]) -> None:
    """An event of each of the `news`, which the row counts already."""
    first = payment.event_version - len(news) + 1
    for version, each in enumerate(news, first):
        await put(session, OutboxRow, _event(payment, version, each))


def _event(payment: PaymentRow, version: int, news: News) -> PaymentEvent:
    order_id = payment.order_id
    return PaymentEvent(
        # Whoever tries again finds the row changed and has no news. A step's key would not do:
        # the same may come to be anew without another step.
        event_id=event_id(order_id, str(version), news["type"]),
        occurred_at=payment.updated_at,
        aggregate_id=order_id,
        aggregate_version=version,
        correlation_id=correlation_id_for(order_id),
        customer_id=payment.customer_id,
        payment=_state(payment),
        **news,
    )


def _state(payment: PaymentRow) -> PaymentState:
    currency = payment.currency
    return PaymentState(
        status=payment.status,
        refund_status=payment.refund_status,
        amount=Money(payment.amount, currency),
        authorized=Money(payment.authorized, currency),
        captured=Money(payment.captured, currency),
        refunded=Money(payment.refunded, currency),
    )
