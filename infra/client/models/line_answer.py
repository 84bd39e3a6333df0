from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="LineAnswer")


@_attrs_define
class LineAnswer:
    """
    Attributes:
        menu_item_id (UUID):
        name (str):
        quantity (int):
        unit_price (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        line_total (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        note (None | str):
    """

    menu_item_id: UUID
    name: str
    quantity: int
    unit_price: Money
    line_total: Money
    note: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        menu_item_id = str(self.menu_item_id)

        name = self.name

        quantity = self.quantity

        unit_price = self.unit_price.to_dict()

        line_total = self.line_total.to_dict()

        note: None | str
        note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "menu_item_id": menu_item_id,
                "name": name,
                "quantity": quantity,
                "unit_price": unit_price,
                "line_total": line_total,
                "note": note,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        menu_item_id = UUID(d.pop("menu_item_id"))

        name = d.pop("name")

        quantity = d.pop("quantity")

        unit_price = Money.from_dict(d.pop("unit_price"))

        line_total = Money.from_dict(d.pop("line_total"))

        def _parse_note(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        note = _parse_note(d.pop("note"))

        line_answer = cls(
            menu_item_id=menu_item_id,
            name=name,
            quantity=quantity,
            unit_price=unit_price,
            line_total=line_total,
            note=note,
        )

        line_answer.additional_properties = d
        return line_answer

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
