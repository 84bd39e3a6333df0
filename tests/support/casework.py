"""Cases as workers open them, without the workflows that look after them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from adapters.postgres.payments.cases import CaseRepository
from domain.casework import OpenCase
from domain.differences import Difference, Kind
from domain.orders import step_key
from tests.support.builders import usd


async def _opened(cases: CaseRepository, key: str, order_id: UUID) -> str:
    command = OpenCase(
        order_id=order_id,
        key=key,
        amount=usd(2_300),
        why="The charge pi_2 has 23.00 USD of a customer.",
        deadline=datetime.now(UTC) + timedelta(days=1),
    )
    await cases.open(command)
    return key


async def of_a_charge(cases: CaseRepository, order_id: UUID, kind: Kind) -> str:
    """A case of reconciliation's. Its key."""
    difference = Difference(kind=kind, order_id=order_id, words="", amount=usd(1), subject="pi_2")
    return await _opened(cases, difference.key, order_id)


async def of_a_refund(cases: CaseRepository, order_id: UUID) -> str:
    """Of one of everything, which can't be made. Its key."""
    return await _opened(cases, step_key(order_id, "refund"), order_id)
