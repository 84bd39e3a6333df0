"""The addresses that people keep. Every statement names their owner."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, delete, select, tuple_

from adapters.postgres.engine import Database
from adapters.postgres.identity.tables import AddressRow
from domain.accounts import DeliveryAddress
from domain.errors import AddressNotFound
from domain.geography import Point


@dataclass(frozen=True, slots=True)
class KeptAddress:
    """`position` is what the next page's `before` is, where a page ends with this one."""

    position: tuple[datetime, UUID]
    address: DeliveryAddress


class AddressRepository:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account_id: UUID, address: DeliveryAddress) -> None:
        """`address.address_id` is the new one's."""
        async with self._database.transaction() as session:
            session.add(AddressRow(account_id=account_id, **_columns(address)))

    async def find(self, account_id: UUID, address_id: UUID) -> DeliveryAddress:
        """Raises `AddressNotFound`, also where it is somebody else's."""
        async with self._database.transaction() as session:
            row = await session.scalar(select(AddressRow).where(_owned(account_id, address_id)))
        if row is None:
            raise _not_found()
        return _address(row)

    async def list(
        self, account_id: UUID, *, before: tuple[datetime, UUID] | None, limit: int
    ) -> Sequence[KeptAddress]:
        """The newest first. `before` is the position of the last one of the page before."""
        statement = select(AddressRow).where(AddressRow.account_id == account_id)
        if before:
            statement = statement.where(
                tuple_(AddressRow.created_at, AddressRow.address_id) < tuple_(*before)
            )
        newest = (AddressRow.created_at.desc(), AddressRow.address_id.desc())
        async with self._database.transaction() as session:
            rows = await session.scalars(statement.order_by(*newest).limit(limit))
            return [KeptAddress((row.created_at, row.address_id), _address(row)) for row in rows]

    async def change(
        self,
        account_id: UUID,
        address_id: UUID,
        change: Callable[[DeliveryAddress], DeliveryAddress],
    ) -> DeliveryAddress:
        """Keep what `change` makes of the address as it is now; nobody else changes it meanwhile.

        Raises `AddressNotFound`, and what `change` raises.
        """
        statement = select(AddressRow).where(_owned(account_id, address_id)).with_for_update()
        async with self._database.transaction() as session:
            row = await session.scalar(statement)
            if row is None:
                raise _not_found()
            changed = change(_address(row))
            for name, value in _columns(changed).items():
                setattr(row, name, value)
        return changed

    async def remove(self, account_id: UUID, address_id: UUID) -> None:
        """Raises `AddressNotFound`. Orders keep the address they were placed with."""
        statement = delete(AddressRow).where(_owned(account_id, address_id))
        async with self._database.transaction() as session:
            found = await session.execute(statement.returning(AddressRow.address_id))
            if not found.one_or_none():
                raise _not_found()


def _owned(account_id: UUID, address_id: UUID) -> ColumnElement[bool]:
    return and_(AddressRow.address_id == address_id, AddressRow.account_id == account_id)


def _columns(address: DeliveryAddress) -> dict[str, object]:
    return {
        "address_id": address.address_id,
        "label": address.label,
        "line1": address.line1,
        "line2": address.line2,
        "city": address.city,
        "lat": address.point.lat,
        "lon": address.point.lon,
        "instructions": address.instructions,
    }


def _address(row: AddressRow) -> DeliveryAddress:
    return DeliveryAddress(
        address_id=row.address_id,
        label=row.label,
        line1=row.line1,
        line2=row.line2,
        city=row.city,
        point=Point(lat=row.lat, lon=row.lon),
        instructions=row.instructions,
    )


def _not_found() -> AddressNotFound:
    return AddressNotFound("You have no such address.")
