"""Who uses the platform, and in which roles."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.desk import Right
from domain.geography import Point


class Role(StrEnum):
    CUSTOMER = "customer"
    RESTAURANT = "restaurant"
    COURIER = "courier"
    SUPPORT = "support"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`restaurants` are those whose staff the person is: that, not `roles`, opens each of them.

    `support_right` is what they may do there, None without the role.
    """

    account_id: UUID
    email: str
    name: str
    phone: str | None
    roles: list[Role]
    restaurants: list[UUID]
    created_at: datetime
    support_right: Right | None = None


@dataclass(frozen=True, slots=True)
class ExternalIdentity:
    """Somebody as another issuer of tokens knows them, for good: its `iss` and its `sub`."""

    issuer: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAddress:
    """Where an order goes. `address_id` is None for one given with the order only."""

    address_id: UUID | None
    label: str | None
    line1: str
    line2: str | None
    city: str
    point: Point
    instructions: str | None


NOWHERE = DeliveryAddress(
    address_id=None,
    label=None,
    line1="",
    line2=None,
    city="",
    point=Point(lat=0, lon=0),
    instructions=None,
)
"""In place of an address that was erased with its person."""
