"""The addresses that the caller keeps."""

from dataclasses import replace
from http import HTTPStatus
from typing import Any, ClassVar, Self
from uuid import UUID, uuid4

from fastapi import APIRouter, status
from pydantic import Field

from api.dependencies import Caller, Using
from api.fields import Latitude, Line, Longitude, Model, Name, Patch, Text
from api.openapi import refusals
from api.pages import Page, Paged, page_of
from api.preconditions import Resource, Revised
from domain.accounts import DeliveryAddress
from domain.errors import AddressNotFound
from domain.geography import Point

router = APIRouter(prefix="/me/addresses", tags=["accounts"])


class NewAddress(Model):
    label: Name | None = Field(default=None, examples=["Home"])
    line1: Line = Field(examples=["Bole Road 12"])
    line2: Line | None = None
    city: Name = Field(examples=["Addis Ababa"])
    lat: Latitude = Field(examples=[9.005])
    lon: Longitude = Field(examples=[38.79])
    instructions: Text | None = Field(default=None, examples=["Ring twice"])

    def address(self, address_id: UUID | None) -> DeliveryAddress:
        return DeliveryAddress(
            address_id=address_id,
            label=self.label,
            line1=self.line1,
            line2=self.line2,
            city=self.city,
            point=Point(lat=self.lat, lon=self.lon),
            instructions=self.instructions,
        )


class AddressChanges(Patch):
    nullable: ClassVar[frozenset[str]] = frozenset({"label", "line2", "instructions"})

    label: Name | None = None
    line1: Line | None = None
    line2: Line | None = None
    city: Name | None = None
    lat: Latitude | None = None
    lon: Longitude | None = None
    instructions: Text | None = None

    def applied_to(self, address: DeliveryAddress) -> DeliveryAddress:
        changes: dict[str, Any] = self.changes()
        point = Point(
            lat=changes.pop("lat", address.point.lat), lon=changes.pop("lon", address.point.lon)
        )
        return replace(address, point=point, **changes)


class AddressAnswer(Resource):
    """`id` is null for an address that was given with an order only."""

    id: UUID | None
    label: str | None
    line1: str
    line2: str | None
    city: str
    lat: float
    lon: float
    instructions: str | None

    @classmethod
    def of(cls, address: DeliveryAddress) -> Self:
        return cls(
            id=address.address_id,
            label=address.label,
            line1=address.line1,
            line2=address.line2,
            city=address.city,
            lat=address.point.lat,
            lon=address.point.lon,
            instructions=address.instructions,
        )


@router.get("")
async def list_addresses(services: Using, caller: Caller, paging: Paged) -> Page[AddressAnswer]:
    """The newest first."""
    rows = await services.addresses.list(
        caller.account_id, before=paging.before(services.cursors), limit=paging.limit + 1
    )
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda row: row.position,
        shape=lambda row: AddressAnswer.of(row.address),
    )


@router.post("", status_code=status.HTTP_201_CREATED)
async def add_address(
    body: NewAddress, services: Using, caller: Caller, revisions: Revised
) -> AddressAnswer:
    """One more, to order to by its id."""
    address = body.address(uuid4())
    await services.addresses.add(caller.account_id, address)
    return revisions.show(AddressAnswer.of(address))


@router.patch("/{address_id}", responses=refusals(AddressNotFound, HTTPStatus.PRECONDITION_FAILED))
async def change_address(
    address_id: UUID, body: AddressChanges, services: Using, caller: Caller, revisions: Revised
) -> AddressAnswer:
    """What is left out stays. Orders keep the address they were placed with."""

    def change(current: DeliveryAddress) -> DeliveryAddress:
        revisions.check(AddressAnswer.of(current))
        return body.applied_to(current)

    address = await services.addresses.change(caller.account_id, address_id, change)
    return revisions.show(AddressAnswer.of(address))


@router.delete(
    "/{address_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(AddressNotFound),
)
async def remove_address(address_id: UUID, services: Using, caller: Caller) -> None:
    """Orders keep the address they were placed with."""
    await services.addresses.remove(caller.account_id, address_id)
