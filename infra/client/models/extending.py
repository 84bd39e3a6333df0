from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Extending")


@_attrs_define
class Extending:
    """
    Attributes:
        reason (str):
        minutes (int):
    """

    reason: str
    minutes: int

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        minutes = self.minutes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "minutes": minutes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        minutes = d.pop("minutes")

        extending = cls(
            reason=reason,
            minutes=minutes,
        )

        return extending
