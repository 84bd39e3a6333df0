from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Accepting")


@_attrs_define
class Accepting:
    """`preparation_minutes` left out is the restaurant's usual time.

    Attributes:
        preparation_minutes (int | None | Unset):
        unavailable_item_ids (list[UUID] | Unset):
    """

    preparation_minutes: int | None | Unset = UNSET
    unavailable_item_ids: list[UUID] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        preparation_minutes: int | None | Unset
        if isinstance(self.preparation_minutes, Unset):
            preparation_minutes = UNSET
        else:
            preparation_minutes = self.preparation_minutes

        unavailable_item_ids: list[str] | Unset = UNSET
        if not isinstance(self.unavailable_item_ids, Unset):
            unavailable_item_ids = []
            for unavailable_item_ids_item_data in self.unavailable_item_ids:
                unavailable_item_ids_item = str(unavailable_item_ids_item_data)
                unavailable_item_ids.append(unavailable_item_ids_item)

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if preparation_minutes is not UNSET:
            field_dict["preparation_minutes"] = preparation_minutes
        if unavailable_item_ids is not UNSET:
            field_dict["unavailable_item_ids"] = unavailable_item_ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_preparation_minutes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        preparation_minutes = _parse_preparation_minutes(d.pop("preparation_minutes", UNSET))

        _unavailable_item_ids = d.pop("unavailable_item_ids", UNSET)
        unavailable_item_ids: list[UUID] | Unset = UNSET
        if _unavailable_item_ids is not UNSET:
            unavailable_item_ids = []
            for unavailable_item_ids_item_data in _unavailable_item_ids:
                unavailable_item_ids_item = UUID(unavailable_item_ids_item_data)

                unavailable_item_ids.append(unavailable_item_ids_item)

        accepting = cls(
            preparation_minutes=preparation_minutes,
            unavailable_item_ids=unavailable_item_ids,
        )

        return accepting
