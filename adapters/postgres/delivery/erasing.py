"""Of an erased courier is left who had which delivery; of a customer, where nobody is named."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, literal, update
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.delivery.tables import CourierRow, RemarkRow


async def erase_courier(session: AsyncSession, account_id: UUID) -> None:
    """Nothing, where the account is no courier."""
    courier = update(CourierRow).where(CourierRow.account_id == account_id)
    await session.execute(
        courier.values(vehicle="", available=False, lat=None, lon=None, located_at=None)
    )
    remarks = update(RemarkRow).where(RemarkRow.courier_id == account_id)
    await session.execute(remarks.values(text=""))


async def erase_remarks(session: AsyncSession, order_ids: Collection[UUID]) -> None:
    """What couriers wrote about a customer's deliveries: why they could not be brought."""
    orders = literal([*order_ids], ARRAY(Uuid))
    remarks = update(RemarkRow).where(RemarkRow.order_id == any_(orders))
    await session.execute(remarks.values(text=""))
