"""Where an order's money stands: the sums of its authorizations and refunds, and what is due."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.payments import journal
from adapters.postgres.payments.casework_tables import IS_OF_REFUND, IS_OPEN, CaseRow
from adapters.postgres.payments.journal import News
from adapters.postgres.payments.tables import AuthorizationRow, PaymentRow, RefundRow
from domain.events.payments import PaymentEventType
from domain.money import Money
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from domain.refunds import RefundState

Row = TypeVar("Row", AuthorizationRow, RefundRow)

_FRESH = {"populate_existing": True}

# How the world hears where a charge got to. What refunds make of one they tell themselves.
_CHARGED = {
    PaymentStatus.PENDING: PaymentEventType.STARTED,
    PaymentStatus.REQUIRES_ACTION: PaymentEventType.REQUIRES_ACTION,
    PaymentStatus.AUTHORIZED: PaymentEventType.AUTHORIZED,
    PaymentStatus.CAPTURED: PaymentEventType.CAPTURED,
    PaymentStatus.PARTIALLY_REFUNDED: PaymentEventType.CAPTURED,
    PaymentStatus.REFUNDED: PaymentEventType.CAPTURED,
    PaymentStatus.VOIDED: PaymentEventType.VOIDED,
    PaymentStatus.FAILED: PaymentEventType.FAILED,
}


async def locked(session: AsyncSession, order_id: UUID) -> PaymentRow | None:
    """The order's row, for as long as the transaction lasts: who moves its money takes turns."""
    query = (
        select(PaymentRow).where(PaymentRow.order_id == order_id).with_for_update(key_share=True)
    )
    return (await session.scalars(query, execution_options=_FRESH)).one_or_none()


async def restate(session: AsyncSession, order_id: UUID, *news: News) -> None:
    """Let the order's row say what its authorizations, refunds and cases say, and tell the `news`.

    Does nothing where no payment was begun, and counts a version only where something changed.
    Where the charge got to is news too.
    """
    payment = await locked(session, order_id)
    if payment is None:
        return
    refunds = await _all(session, RefundRow, order_id)
    stated = _sums(await _all(session, AuthorizationRow, order_id), refunds)
    stated["refund_status"] = await _refund_status(session, order_id, stated, refunds)
    changed = {name: value for name, value in stated.items() if getattr(payment, name) != value}
    if changed:
        after = _CHARGED[stated["status"]]
        # Nothing changes without an event.
        if after is not _CHARGED[payment.status] or not news:
            news = (News(type=after), *news)
        changed["version"] = payment.version + 1
    if changed or news:
        await journal.publish(session, payment, news, changed)


def standing_of(row: PaymentRow) -> OrderPayment:
    return OrderPayment(
        status=row.status,
        authorized=Money(row.authorized, row.currency),
        captured=Money(row.captured, row.currency),
        refunded=Money(row.refunded, row.currency),
        refund_status=row.refund_status,
        version=row.version,
    )


async def _all(session: AsyncSession, table: type[Row], order_id: UUID) -> Sequence[Row]:
    """Oldest first, as they are in the database and not as the session remembers them."""
    query = select(table).where(table.order_id == order_id).order_by(table.created_at, table.key)
    return (await session.scalars(query, execution_options=_FRESH)).all()


def _sums(
    authorizations: Sequence[AuthorizationRow], refunds: Sequence[RefundRow]
) -> dict[str, Any]:
    authorized = sum(attempt.held for attempt in authorizations)
    captured = sum(attempt.captured for attempt in authorizations)
    refunded = sum(refund.amount for refund in refunds if refund.status is RefundState.SUCCEEDED)
    return {
        "authorized": authorized,
        "captured": captured,
        "refunded": refunded,
        "status": _captured_status(captured, refunded)
        if captured
        else _held_status(authorized, authorizations),
    }


def _captured_status(captured: int, refunded: int) -> PaymentStatus:
    if refunded == captured:
        return PaymentStatus.REFUNDED
    return PaymentStatus.PARTIALLY_REFUNDED if refunded else PaymentStatus.CAPTURED


def _held_status(authorized: int, authorizations: Sequence[AuthorizationRow]) -> PaymentStatus:
    """Of an order of whose money nothing was taken: the latest attempt tells."""
    if authorized:
        return PaymentStatus.AUTHORIZED
    return authorizations[-1].status if authorizations else PaymentStatus.PENDING


async def _refund_status(
    session: AsyncSession, order_id: UUID, stated: dict[str, Any], refunds: Sequence[RefundRow]
) -> RefundStatus:
    is_open = exists().where(CaseRow.order_id == order_id, IS_OPEN, IS_OF_REFUND)
    if await session.scalar(select(is_open)):
        return RefundStatus.DUE
    if any(refund.status is RefundState.PENDING for refund in refunds):
        return RefundStatus.PENDING
    if not stated["refunded"]:
        return RefundStatus.NONE
    return RefundStatus.FULL if stated["refunded"] == stated["captured"] else RefundStatus.PARTIAL
