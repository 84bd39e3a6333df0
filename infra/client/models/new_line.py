from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="NewLine")


@_attrs_define
class NewLine:
    """
    Attributes:
        menu_item_id (UUID):
        quantity (int):
        note (None | str | Unset):
    """

    menu_item_id: UUID
    quantity: int
    note: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        menu_item_id = str(self.menu_item_id)

        quantity = self.quantity

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "menu_item_id": menu_item_id,
                "quantity": quantity,
            }
        )
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        menu_item_id = UUID(d.pop("menu_item_id"))

        quantity = d.pop("quantity")

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        new_line = cls(
            menu_item_id=menu_item_id,
            quantity=quantity,
            note=note,
        )

        return new_line
