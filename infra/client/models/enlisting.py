from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Enlisting")


@_attrs_define
class Enlisting:
    """
    Attributes:
        vehicle (str):
    """

    vehicle: str

    def to_dict(self) -> dict[str, Any]:
        vehicle = self.vehicle

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "vehicle": vehicle,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        vehicle = d.pop("vehicle")

        enlisting = cls(
            vehicle=vehicle,
        )

        return enlisting
