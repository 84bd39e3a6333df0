from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Place")


@_attrs_define
class Place:
    """
    Attributes:
        line1 (str):
        city (str):
        lat (float):
        lon (float):
    """

    line1: str
    city: str
    lat: float
    lon: float

    def to_dict(self) -> dict[str, Any]:
        line1 = self.line1

        city = self.city

        lat = self.lat

        lon = self.lon

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "line1": line1,
                "city": city,
                "lat": lat,
                "lon": lon,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        line1 = d.pop("line1")

        city = d.pop("city")

        lat = d.pop("lat")

        lon = d.pop("lon")

        place = cls(
            line1=line1,
            city=city,
            lat=lat,
            lon=lon,
        )

        return place
