"""What people wrote goes when they do; what they bought, for how much and when, stays."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, literal_column, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.ordering.mapping import ADDRESS
from adapters.postgres.ordering.tables import OrderRow, ParticularsRow, RemarkRow
from domain.accounts import NOWHERE
from domain.orders import Actor, OrderStatus
from domain.payments import RefundStatus

_RUNS = OrderRow.status.in_([status for status in OrderStatus if not status.is_final])
_OWED = OrderRow.refund_status.in_([RefundStatus.PENDING, RefundStatus.DUE])
_NO_NOTES: ColumnElement[Any] = literal_column(
    "to_jsonb(array_fill(NULL::text, ARRAY[jsonb_array_length(notes)]))"
)


def _under_way(account_id: UUID) -> ColumnElement[bool]:
    """Orders that are not over, or for which the account is to get money back."""
    return or_(
        and_(OrderRow.customer_id == account_id, or_(_RUNS, _OWED)),
        and_(OrderRow.courier_id == account_id, _RUNS),
    )


def _over(account_id: UUID) -> Select[UUID]:
    return select(OrderRow.id).where(
        OrderRow.customer_id == account_id, not_(_under_way(account_id))
    )


async def has_orders_under_way(session: AsyncSession, account_id: UUID) -> bool:
    return bool(
        await session.scalar(select(select(OrderRow.id).where(_under_way(account_id)).exists()))
    )


async def has_orders_to_cook(session: AsyncSession, restaurant_ids: Collection[UUID]) -> bool:
    """Whether one of the restaurants has an order that is not over."""
    running = select(OrderRow.id).where(OrderRow.restaurant_id.in_(restaurant_ids), _RUNS)
    return bool(await session.scalar(select(running.exists())))


async def orders_over(session: AsyncSession, account_id: UUID) -> Sequence[UUID]:
    """All that the account placed and that are over."""
    return (await session.scalars(_over(account_id))).all()


async def erase_writings(session: AsyncSession, account_id: UUID) -> None:
    """Of the account's orders that are over, and its own words about others' that it carried."""
    over = _over(account_id)
    nowhere = ADDRESS.dump_python(NOWHERE, mode="json")
    particulars = update(ParticularsRow).where(ParticularsRow.order_id.in_(over))
    await session.execute(particulars.values(address=nowhere, notes=_NO_NOTES))
    own = and_(
        RemarkRow.account_id == account_id, RemarkRow.actor.in_([Actor.CUSTOMER, Actor.COURIER])
    )
    remarks = update(RemarkRow).where(or_(RemarkRow.order_id.in_(over), own))
    await session.execute(remarks.values(text=""))
