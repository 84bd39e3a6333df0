"""Couriers: who delivers, whether they work now, and where they are."""

from contextlib import suppress
from typing import Self
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel, Field, StrictBool

from adapters.outages import AWAY
from api.dependencies import Caller, Rider, Support, Using
from api.fields import Latitude, Longitude, Model, Name
from api.openapi import refusals
from api.pages import Page, Paged, page_of
from domain.accounts import Role
from domain.deliveries import Courier
from domain.errors import CourierNotFound, Forbidden
from domain.geography import Point

router = APIRouter(prefix="/couriers", tags=["deliveries"])


class Enlisting(Model):
    vehicle: Name = Field(examples=["bicycle"])


class Availability(Model):
    available: StrictBool


class Location(Model):
    lat: Latitude = Field(examples=[9.01])
    lon: Longitude = Field(examples=[38.75])


class CourierAnswer(BaseModel):
    id: UUID
    vehicle: str
    available: bool

    @classmethod
    def of(cls, courier: Courier) -> Self:
        return cls(id=courier.courier_id, vehicle=courier.vehicle, available=courier.available)


@router.post("", status_code=status.HTTP_201_CREATED)
async def enlist(body: Enlisting, services: Using, caller: Caller) -> CourierAnswer:
    """The caller gains the role `courier`. A courier who enlists again has another vehicle."""
    # In this order: should the second be lost, a courier who may do nothing hurts nobody.
    courier = await services.couriers.enlist(caller.account_id, body.vehicle)
    await services.accounts.grant(caller.email, Role.COURIER)
    return CourierAnswer.of(courier)


@router.get("", responses=refusals(Forbidden))
async def list_couriers(services: Using, _: Support, paging: Paged) -> Page[CourierAnswer]:
    """Everybody who ever enlisted."""
    rows = await services.couriers.list(
        after=paging.after(services.cursors), limit=paging.limit + 1
    )
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda courier: courier.courier_id,
        shape=CourierAnswer.of,
    )


@router.put(
    "/me/availability",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(Forbidden, CourierNotFound),
)
async def set_availability(body: Availability, services: Using, caller: Rider) -> None:
    """Who is not available is offered nothing. What they have already stays theirs."""
    await services.couriers.set_available(caller.account_id, available=body.available)
    if not body.available:
        await services.rides.forget_place(caller.account_id)


@router.put(
    "/me/location",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(Forbidden, CourierNotFound),
)
async def tell_location(body: Location, services: Using, caller: Rider) -> None:
    """Every few minutes: a courier whose place is unknown for 10 minutes is offered nothing.

    One who has claimed a delivery and tells nothing for 5 minutes loses it. While somebody carries
    an order, those who follow it see where; afterwards the place is forgotten.
    """
    await services.couriers.locate(caller.account_id, Point(lat=body.lat, lon=body.lon))
    rides = await services.rides.of_courier(caller.account_id)
    # Who follows an order misses a place; who carries it goes on.
    with suppress(*AWAY):
        if rides:
            await services.positions.tell(caller.account_id, rides)
