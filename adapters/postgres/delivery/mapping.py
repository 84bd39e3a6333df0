"""Couriers and deliveries as rows and back."""

from adapters.postgres.delivery.tables import CourierRow, DeliveryRow
from domain.deliveries import Courier, Delivery
from domain.events.deliveries import DeliveryTold
from domain.geography import Point
from domain.money import Money


def courier_of(row: CourierRow) -> Courier:
    location = None
    if row.lat is not None and row.lon is not None:
        location = Point(lat=row.lat, lon=row.lon)
    return Courier(
        courier_id=row.account_id,
        vehicle=row.vehicle,
        available=row.available,
        location=location,
        located_at=row.located_at,
        seen_at=row.seen_at,
    )


def delivery_of(row: DeliveryRow) -> Delivery:
    return Delivery(
        order_id=row.order_id,
        restaurant_id=row.restaurant_id,
        pickup=Point(lat=row.lat, lon=row.lon),
        fee=Money(row.fee, row.currency),
        state=row.state,
        round=row.round,
        radius_km=row.radius_km,
        expires_at=row.expires_at,
        assignment=row.assignment,
        courier_id=row.courier_id,
        code=row.code,
        assigned_at=row.assigned_at,
        picked_up_at=row.picked_up_at,
        ended_at=row.ended_at,
        version=row.version,
    )


def told_of(row: DeliveryRow) -> DeliveryTold:
    """The row, as its events tell it."""
    return DeliveryTold(
        restaurant_id=row.restaurant_id,
        state=row.state,
        courier_id=row.courier_id,
        assignment=row.assignment,
        fee=Money(row.fee, row.currency),
        round=row.round,
        radius_km=row.radius_km,
        expires_at=row.expires_at,
        code=row.code,
    )
