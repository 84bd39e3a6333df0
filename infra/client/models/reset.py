from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="Reset")


@_attrs_define
class Reset:
    """
    Attributes:
        token (str):
        new (str):
    """

    token: str
    new: str

    def to_dict(self) -> dict[str, Any]:
        token = self.token

        new = self.new

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "token": token,
                "new": new,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        token = d.pop("token")

        new = d.pop("new")

        reset = cls(
            token=token,
            new=new,
        )

        return reset
