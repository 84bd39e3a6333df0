"""Who would leave a restaurant without anybody."""

from collections import Counter
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.identity.tables import AccountRow, RestaurantStaffRow


async def alone_at(session: AsyncSession, account_id: UUID) -> Sequence[UUID]:
    """The restaurants that have no other staff. Until the transaction ends, nobody leaves those
    that the account is staff of: of two who leave at the same time, one is the last.
    """
    # Locked in one order by everybody who leaves, so that nobody waits in a circle.
    account = select(AccountRow.account_id).where(AccountRow.account_id == account_id)
    await session.execute(account.with_for_update())
    theirs = select(RestaurantStaffRow.restaurant_id).where(
        RestaurantStaffRow.account_id == account_id
    )
    staff = (
        select(RestaurantStaffRow.restaurant_id)
        .where(RestaurantStaffRow.restaurant_id.in_(theirs))
        .order_by(RestaurantStaffRow.restaurant_id, RestaurantStaffRow.account_id)
    )
    members = Counter(await session.scalars(staff.with_for_update()))
    return [restaurant_id for restaurant_id, count in members.items() if count == 1]
