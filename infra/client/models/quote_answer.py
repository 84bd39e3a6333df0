from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.line_answer import LineAnswer
    from ..models.money import Money


T = TypeVar("T", bound="QuoteAnswer")


@_attrs_define
class QuoteAnswer:
    """
    Attributes:
        items (list[LineAnswer]):
        subtotal (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        delivery_fee (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        service_fee (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        tip (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        total (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
    """

    items: list[LineAnswer]
    subtotal: Money
    delivery_fee: Money
    service_fee: Money
    tip: Money
    total: Money
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        subtotal = self.subtotal.to_dict()

        delivery_fee = self.delivery_fee.to_dict()

        service_fee = self.service_fee.to_dict()

        tip = self.tip.to_dict()

        total = self.total.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "items": items,
                "subtotal": subtotal,
                "delivery_fee": delivery_fee,
                "service_fee": service_fee,
                "tip": tip,
                "total": total,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.line_answer import LineAnswer  # noqa: PLC0415
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = LineAnswer.from_dict(items_item_data)

            items.append(items_item)

        subtotal = Money.from_dict(d.pop("subtotal"))

        delivery_fee = Money.from_dict(d.pop("delivery_fee"))

        service_fee = Money.from_dict(d.pop("service_fee"))

        tip = Money.from_dict(d.pop("tip"))

        total = Money.from_dict(d.pop("total"))

        quote_answer = cls(
            items=items,
            subtotal=subtotal,
            delivery_fee=delivery_fee,
            service_fee=service_fee,
            tip=tip,
            total=total,
        )

        quote_answer.additional_properties = d
        return quote_answer

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
