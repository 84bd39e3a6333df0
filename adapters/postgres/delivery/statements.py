"""The statements on deliveries whose conditions are the rules: who may write what, and when.

Each changes nothing where its condition is not met: tried again, or too late.
"""

from typing import Any
from uuid import UUID

from sqlalchemy import Update, func, update
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.dml import ReturningInsert

from adapters.postgres.delivery.tables import DeliveryRow, ReleaseRow
from domain.deliveries import (
    AdvanceDelivery,
    AssignCourier,
    DeliveryState,
    OfferDelivery,
    ReleaseDelivery,
)


def offered(command: OfferDelivery) -> Insert:
    """Make the delivery, or widen its offer. One that comes late expires no later than the row."""
    terms = {
        "round": command.round,
        "radius_km": command.radius_km,
        "expires_at": command.expires_at,
    }
    return (
        insert(DeliveryRow)
        .values(
            order_id=command.order_id,
            restaurant_id=command.restaurant_id,
            lat=command.pickup.lat,
            lon=command.pickup.lon,
            fee=command.fee.amount,
            currency=command.fee.currency,
            state=DeliveryState.OFFERED,
            **terms,
        )
        .on_conflict_do_update(
            index_elements=[DeliveryRow.order_id],
            set_={**terms, "version": DeliveryRow.version + 1},
            where=(DeliveryRow.state == DeliveryState.OFFERED)
            & (DeliveryRow.expires_at < command.expires_at),
        )
    )


def assigned(command: AssignCourier) -> Update:
    before = command.assignment - 1
    return _moved(command.order_id, DeliveryState.ASSIGNED, assignment=before).values(
        assignment=command.assignment,
        courier_id=command.courier_id,
        assigned_at=func.clock_timestamp(),
    )


def noted(command: ReleaseDelivery) -> ReturningInsert[UUID]:
    """Who had it, and how they lost it. Returns the order's id unless it was noted before."""
    return (
        insert(ReleaseRow)
        .values(
            order_id=command.order_id,
            assignment=command.assignment,
            courier_id=command.courier_id,
            lost=command.lost,
        )
        .on_conflict_do_nothing()
        .returning(ReleaseRow.order_id)
    )


def released(command: ReleaseDelivery) -> Update:
    return (
        _moved(command.order_id, DeliveryState.OFFERED, assignment=command.assignment)
        .where(DeliveryRow.courier_id == command.courier_id)
        .values(courier_id=None, assigned_at=None)
    )


def advanced(command: AdvanceDelivery) -> Update:
    columns: dict[str, Any] = {"code": command.code, "remark_id": command.remark_id}
    if command.state is DeliveryState.PICKED_UP:
        columns["picked_up_at"] = func.clock_timestamp()
    if command.state.is_final:
        columns["ended_at"] = func.clock_timestamp()
    moved = _moved(command.order_id, command.state, assignment=command.assignment)
    return moved.values(columns)


def _moved(order_id: UUID, state: DeliveryState, *, assignment: int) -> Update:
    """To the state, from those that lead there, while it is with this assignment."""
    sources = [source for source in DeliveryState if source.leads_to(state)]
    return (
        update(DeliveryRow)
        .where(
            DeliveryRow.order_id == order_id,
            DeliveryRow.assignment == assignment,
            DeliveryRow.state.in_(sources),
        )
        .values(state=state, version=DeliveryRow.version + 1)
    )
