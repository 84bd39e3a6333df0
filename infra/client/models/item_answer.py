from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="ItemAnswer")


@_attrs_define
class ItemAnswer:
    """As its staff see it. `version` is what `If-Match` names, in quotes.

    Attributes:
        version (int):
        id (UUID):
        name (str):
        description (str):
        price (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        stock (int | None):
        available (bool):
    """

    version: int
    id: UUID
    name: str
    description: str
    price: Money
    stock: int | None
    available: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        id = str(self.id)

        name = self.name

        description = self.description

        price = self.price.to_dict()

        stock: int | None
        stock = self.stock

        available = self.available

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "id": id,
                "name": name,
                "description": description,
                "price": price,
                "stock": stock,
                "available": available,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        id = UUID(d.pop("id"))

        name = d.pop("name")

        description = d.pop("description")

        price = Money.from_dict(d.pop("price"))

        def _parse_stock(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        stock = _parse_stock(d.pop("stock"))

        available = d.pop("available")

        item_answer = cls(
            version=version,
            id=id,
            name=name,
            description=description,
            price=price,
            stock=stock,
            available=available,
        )

        item_answer.additional_properties = d
        return item_answer

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
