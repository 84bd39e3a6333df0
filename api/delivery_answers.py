"""A delivery as a courier sees it: the customer's address only while they carry the order."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

import structlog
from pydantic import BaseModel

from api.addresses import AddressAnswer
from api.money import Money
from api.restaurant_answers import Place
from api.services import Services
from domain.accounts import DeliveryAddress
from domain.deliveries import HELD, Courier, Delivery, DeliveryState
from domain.restaurants import Restaurant

_log = structlog.stdlib.get_logger(__name__)

# Hundredths of a degree are about a kilometre: enough to choose by, too little to find a door.
_ROUGHLY = 2

_UNKNOWN = "Unknown"


class PickUp(BaseModel):
    id: UUID
    name: str
    address: Place

    @classmethod
    def of(cls, restaurant: Restaurant) -> Self:
        return cls(
            id=restaurant.restaurant_id,
            name=restaurant.name,
            address=Place.of(restaurant.address),
        )

    @classmethod
    def unknown(cls, delivery: Delivery) -> Self:
        """Of a restaurant that the catalogue has not: one broken row hides nobody's others."""
        point = delivery.pickup
        place = Place(line1=_UNKNOWN, city=_UNKNOWN, lat=point.lat, lon=point.lon)
        return cls(id=delivery.restaurant_id, name=_UNKNOWN, address=place)


class DropOff(BaseModel):
    """`lat` and `lon` are rounded to two decimals, unless the order is in the reader's hands."""

    city: str
    lat: float
    lon: float

    @classmethod
    def of(cls, address: DeliveryAddress, *, exactly: bool) -> Self:
        lat, lon = address.point.lat, address.point.lon
        if not exactly:
            lat, lon = round(lat, _ROUGHLY), round(lon, _ROUGHLY)
        return cls(city=address.city, lat=lat, lon=lon)


class DeliveryAnswer(BaseModel):
    """`distance_km` is that from the courier to the restaurant; null where nobody knows.

    `address` is the customer's: null before the claim, and again once the delivery has ended.
    """

    order_id: UUID
    status: DeliveryState
    restaurant: PickUp
    dropoff: DropOff | None
    address: AddressAnswer | None
    distance_km: float | None
    fee: Money
    expires_at: datetime


async def answers(
    services: Services, deliveries: Sequence[Delivery], courier: Courier
) -> list[DeliveryAnswer]:
    """As this courier sees them, in the same order."""
    restaurants = await services.restaurants.named({each.restaurant_id for each in deliveries})
    addresses = await services.writings.addresses({each.order_id for each in deliveries})
    return [
        _answer(each, courier, restaurants.get(each.restaurant_id), addresses.get(each.order_id))
        for each in deliveries
    ]


def _answer(
    delivery: Delivery,
    courier: Courier,
    restaurant: Restaurant | None,
    address: DeliveryAddress | None,
) -> DeliveryAnswer:
    if restaurant is None:
        _log.error("delivery.restaurant_unknown", order_id=str(delivery.order_id))
    carries = delivery.courier_id == courier.courier_id and delivery.state in HELD
    distance = courier.location.distance_km(delivery.pickup) if courier.location else None
    return DeliveryAnswer(
        order_id=delivery.order_id,
        status=delivery.state,
        restaurant=PickUp.of(restaurant) if restaurant else PickUp.unknown(delivery),
        dropoff=DropOff.of(address, exactly=carries) if address else None,
        address=AddressAnswer.of(address) if address and carries else None,
        distance_km=None if distance is None else round(distance, 2),
        fee=Money.of(delivery.fee),
        expires_at=delivery.expires_at,
    )
