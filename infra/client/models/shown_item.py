from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="ShownItem")


@_attrs_define
class ShownItem:
    """As guests see it: what is sold out is not available, and the stock is null.

    Attributes:
        id (UUID):
        name (str):
        description (str):
        price (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        available (bool):
        stock (None | Unset):
    """

    id: UUID
    name: str
    description: str
    price: Money
    available: bool
    stock: None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        name = self.name

        description = self.description

        price = self.price.to_dict()

        available = self.available

        stock = self.stock

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "name": name,
                "description": description,
                "price": price,
                "available": available,
            }
        )
        if stock is not UNSET:
            field_dict["stock"] = stock

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        name = d.pop("name")

        description = d.pop("description")

        price = Money.from_dict(d.pop("price"))

        available = d.pop("available")

        stock = d.pop("stock", UNSET)

        shown_item = cls(
            id=id,
            name=name,
            description=description,
            price=price,
            available=available,
            stock=stock,
        )

        shown_item.additional_properties = d
        return shown_item

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
