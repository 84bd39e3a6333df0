"""What is left of an erased courier: who had which delivery, and nothing about them."""

from uuid import UUID

from sqlalchemy import update
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
