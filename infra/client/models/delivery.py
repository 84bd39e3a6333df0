from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.address_answer import AddressAnswer


T = TypeVar("T", bound="Delivery")


@_attrs_define
class Delivery:
    """`eta` is when the food should be at the door: from where the courier is, if anybody knows.

    The address is null for who doesn't need it: the restaurant's staff, and a courier in whose
    hands the order is not.

        Attributes:
            address (AddressAnswer | None):
            courier_id (None | UUID):
            eta (datetime.datetime | None):
    """

    address: AddressAnswer | None
    courier_id: None | UUID
    eta: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.address_answer import AddressAnswer  # noqa: PLC0415

        address: dict[str, Any] | None
        if isinstance(self.address, AddressAnswer):
            address = self.address.to_dict()
        else:
            address = self.address

        courier_id: None | str
        if isinstance(self.courier_id, UUID):
            courier_id = str(self.courier_id)
        else:
            courier_id = self.courier_id

        eta: None | str
        if isinstance(self.eta, datetime.datetime):
            eta = self.eta.isoformat()
        else:
            eta = self.eta

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "address": address,
                "courier_id": courier_id,
                "eta": eta,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address_answer import AddressAnswer  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_address(data: object) -> AddressAnswer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                address_type_0 = AddressAnswer.from_dict(data)

                return address_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AddressAnswer | None, data)

        address = _parse_address(d.pop("address"))

        def _parse_courier_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                courier_id_type_0 = UUID(data)

                return courier_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        courier_id = _parse_courier_id(d.pop("courier_id"))

        def _parse_eta(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                eta_type_0 = datetime.datetime.fromisoformat(data)

                return eta_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        eta = _parse_eta(d.pop("eta"))

        delivery = cls(
            address=address,
            courier_id=courier_id,
            eta=eta,
        )

        delivery.additional_properties = d
        return delivery

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
