from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="EmailFields")


@_attrs_define
class EmailFields:
    """Mail about money that is owed and about logins comes always.

    Attributes:
        order_updates (bool): Every step of an order.
        receipts (bool): What an order costs, or that nothing is charged where it ended without food.
    """

    order_updates: bool
    receipts: bool

    def to_dict(self) -> dict[str, Any]:
        order_updates = self.order_updates

        receipts = self.receipts

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "order_updates": order_updates,
                "receipts": receipts,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        order_updates = d.pop("order_updates")

        receipts = d.pop("receipts")

        email_fields = cls(
            order_updates=order_updates,
            receipts=receipts,
        )

        return email_fields
