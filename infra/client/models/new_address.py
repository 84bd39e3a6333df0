from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewAddress")


@_attrs_define
class NewAddress:
    """
    Attributes:
        line1 (str):
        city (str):
        lat (float):
        lon (float):
        label (None | str | Unset):
        line2 (None | str | Unset):
        instructions (None | str | Unset):
    """

    line1: str
    city: str
    lat: float
    lon: float
    label: None | str | Unset = UNSET
    line2: None | str | Unset = UNSET
    instructions: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        line1 = self.line1

        city = self.city

        lat = self.lat

        lon = self.lon

        label: None | str | Unset
        if isinstance(self.label, Unset):
            label = UNSET
        else:
            label = self.label

        line2: None | str | Unset
        if isinstance(self.line2, Unset):
            line2 = UNSET
        else:
            line2 = self.line2

        instructions: None | str | Unset
        if isinstance(self.instructions, Unset):
            instructions = UNSET
        else:
            instructions = self.instructions

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "line1": line1,
                "city": city,
                "lat": lat,
                "lon": lon,
            }
        )
        if label is not UNSET:
            field_dict["label"] = label
        if line2 is not UNSET:
            field_dict["line2"] = line2
        if instructions is not UNSET:
            field_dict["instructions"] = instructions

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        line1 = d.pop("line1")

        city = d.pop("city")

        lat = d.pop("lat")

        lon = d.pop("lon")

        def _parse_label(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        label = _parse_label(d.pop("label", UNSET))

        def _parse_line2(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        line2 = _parse_line2(d.pop("line2", UNSET))

        def _parse_instructions(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        instructions = _parse_instructions(d.pop("instructions", UNSET))

        new_address = cls(
            line1=line1,
            city=city,
            lat=lat,
            lon=lon,
            label=label,
            line2=line2,
            instructions=instructions,
        )

        return new_address
