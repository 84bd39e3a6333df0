from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AddressAnswer")


@_attrs_define
class AddressAnswer:
    """`id` is null for an address that was given with an order only.

    Attributes:
        id (None | UUID):
        label (None | str):
        line1 (str):
        line2 (None | str):
        city (str):
        lat (float):
        lon (float):
        instructions (None | str):
    """

    id: None | UUID
    label: None | str
    line1: str
    line2: None | str
    city: str
    lat: float
    lon: float
    instructions: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id: None | str
        if isinstance(self.id, UUID):
            id = str(self.id)
        else:
            id = self.id

        label: None | str
        label = self.label

        line1 = self.line1

        line2: None | str
        line2 = self.line2

        city = self.city

        lat = self.lat

        lon = self.lon

        instructions: None | str
        instructions = self.instructions

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "label": label,
                "line1": line1,
                "line2": line2,
                "city": city,
                "lat": lat,
                "lon": lon,
                "instructions": instructions,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                id_type_0 = UUID(data)

                return id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        id = _parse_id(d.pop("id"))

        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))

        line1 = d.pop("line1")

        def _parse_line2(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        line2 = _parse_line2(d.pop("line2"))

        city = d.pop("city")

        lat = d.pop("lat")

        lon = d.pop("lon")

        def _parse_instructions(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        instructions = _parse_instructions(d.pop("instructions"))

        address_answer = cls(
            id=id,
            label=label,
            line1=line1,
            line2=line2,
            city=city,
            lat=lat,
            lon=lon,
            instructions=instructions,
        )

        address_answer.additional_properties = d
        return address_answer

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
