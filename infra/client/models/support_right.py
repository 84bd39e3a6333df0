from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.right import Right, check_right

T = TypeVar("T", bound="SupportRight")


@_attrs_define
class SupportRight:
    """`act` may `read` too, and `money` all that support may.

    Attributes:
        right (Right): Of somebody of support; each holds the ones before it.
    """

    right: Right

    def to_dict(self) -> dict[str, Any]:
        right: str = self.right

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "right": right,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        right = check_right(d.pop("right"))

        support_right = cls(
            right=right,
        )

        return support_right
