"""What the database refuses of a delivery, whoever writes it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.tables import DeliveryRow
from adapters.postgres.engine import Database
from domain.deliveries import (
    DeliveryCode,
    DeliveryState,
)
from tests.support.delivering import (
    an_open_delivery,
)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": DeliveryState.ASSIGNED},
        {"state": DeliveryState.DELIVERED, "ended_at": datetime.now(UTC)},
        {"state": DeliveryState.CANCELLED},
        {"state": DeliveryState.CANCELLED, "ended_at": datetime.now(UTC)},
        {"code": DeliveryCode.NO_COURIER},
        {"picked_up_at": datetime.now(UTC)},
        {"assigned_at": datetime.now(UTC)},
        {"fee": -1},
        {"lat": 90.1},
        {"lon": -180.1},
        {"round": 0},
        {"radius_km": 0.0},
        {"currency": "usd"},
    ],
)
async def test_the_database_refuses_a_row_that_makes_no_sense(
    deliveries: DeliveryRepository, delivery: Database, broken: dict[str, Any]
) -> None:
    order_id = await an_open_delivery(deliveries)
    row = update(DeliveryRow).where(DeliveryRow.order_id == order_id)
    with pytest.raises(IntegrityError):
        async with delivery.transaction() as session:
            await session.execute(row.values(broken))
