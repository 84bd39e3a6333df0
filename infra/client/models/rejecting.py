from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Rejecting")


@_attrs_define
class Rejecting:
    """
    Attributes:
        reason (str):
        unavailable_item_ids (list[UUID] | Unset):
    """

    reason: str
    unavailable_item_ids: list[UUID] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        unavailable_item_ids: list[str] | Unset = UNSET
        if not isinstance(self.unavailable_item_ids, Unset):
            unavailable_item_ids = []
            for unavailable_item_ids_item_data in self.unavailable_item_ids:
                unavailable_item_ids_item = str(unavailable_item_ids_item_data)
                unavailable_item_ids.append(unavailable_item_ids_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if unavailable_item_ids is not UNSET:
            field_dict["unavailable_item_ids"] = unavailable_item_ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        _unavailable_item_ids = d.pop("unavailable_item_ids", UNSET)
        unavailable_item_ids: list[UUID] | Unset = UNSET
        if _unavailable_item_ids is not UNSET:
            unavailable_item_ids = []
            for unavailable_item_ids_item_data in _unavailable_item_ids:
                unavailable_item_ids_item = UUID(unavailable_item_ids_item_data)

                unavailable_item_ids.append(unavailable_item_ids_item)

        rejecting = cls(
            reason=reason,
            unavailable_item_ids=unavailable_item_ids,
        )

        return rejecting
