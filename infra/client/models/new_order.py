from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.if_unavailable import IfUnavailable, check_if_unavailable
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.new_address import NewAddress
    from ..models.new_line import NewLine


T = TypeVar("T", bound="NewOrder")


@_attrs_define
class NewOrder:
    """With one of `delivery_address_id` and `delivery_address`.

    Attributes:
        restaurant_id (UUID):
        items (list[NewLine]):
        payment_method (str):
        delivery_address_id (None | Unset | UUID):
        delivery_address (NewAddress | None | Unset):
        tip (Money | None | Unset):
        expected_total (Money | None | Unset):
        if_unavailable (IfUnavailable | Unset): What the customer wants where the kitchen ran out of a line.
    """

    restaurant_id: UUID
    items: list[NewLine]
    payment_method: str
    delivery_address_id: None | Unset | UUID = UNSET
    delivery_address: NewAddress | None | Unset = UNSET
    tip: Money | None | Unset = UNSET
    expected_total: Money | None | Unset = UNSET
    if_unavailable: IfUnavailable | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415
        from ..models.new_address import NewAddress  # noqa: PLC0415

        restaurant_id = str(self.restaurant_id)

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        payment_method = self.payment_method

        delivery_address_id: None | str | Unset
        if isinstance(self.delivery_address_id, Unset):
            delivery_address_id = UNSET
        elif isinstance(self.delivery_address_id, UUID):
            delivery_address_id = str(self.delivery_address_id)
        else:
            delivery_address_id = self.delivery_address_id

        delivery_address: dict[str, Any] | None | Unset
        if isinstance(self.delivery_address, Unset):
            delivery_address = UNSET
        elif isinstance(self.delivery_address, NewAddress):
            delivery_address = self.delivery_address.to_dict()
        else:
            delivery_address = self.delivery_address

        tip: dict[str, Any] | None | Unset
        if isinstance(self.tip, Unset):
            tip = UNSET
        elif isinstance(self.tip, Money):
            tip = self.tip.to_dict()
        else:
            tip = self.tip

        expected_total: dict[str, Any] | None | Unset
        if isinstance(self.expected_total, Unset):
            expected_total = UNSET
        elif isinstance(self.expected_total, Money):
            expected_total = self.expected_total.to_dict()
        else:
            expected_total = self.expected_total

        if_unavailable: str | Unset = UNSET
        if not isinstance(self.if_unavailable, Unset):
            if_unavailable = self.if_unavailable

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "restaurant_id": restaurant_id,
                "items": items,
                "payment_method": payment_method,
            }
        )
        if delivery_address_id is not UNSET:
            field_dict["delivery_address_id"] = delivery_address_id
        if delivery_address is not UNSET:
            field_dict["delivery_address"] = delivery_address
        if tip is not UNSET:
            field_dict["tip"] = tip
        if expected_total is not UNSET:
            field_dict["expected_total"] = expected_total
        if if_unavailable is not UNSET:
            field_dict["if_unavailable"] = if_unavailable

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415
        from ..models.new_address import NewAddress  # noqa: PLC0415
        from ..models.new_line import NewLine  # noqa: PLC0415

        d = dict(src_dict)
        restaurant_id = UUID(d.pop("restaurant_id"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = NewLine.from_dict(items_item_data)

            items.append(items_item)

        payment_method = d.pop("payment_method")

        def _parse_delivery_address_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                delivery_address_id_type_0 = UUID(data)

                return delivery_address_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        delivery_address_id = _parse_delivery_address_id(d.pop("delivery_address_id", UNSET))

        def _parse_delivery_address(data: object) -> NewAddress | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                delivery_address_type_0 = NewAddress.from_dict(data)

                return delivery_address_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(NewAddress | None | Unset, data)

        delivery_address = _parse_delivery_address(d.pop("delivery_address", UNSET))

        def _parse_tip(data: object) -> Money | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                tip_type_0 = Money.from_dict(data)

                return tip_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None | Unset, data)

        tip = _parse_tip(d.pop("tip", UNSET))

        def _parse_expected_total(data: object) -> Money | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                expected_total_type_0 = Money.from_dict(data)

                return expected_total_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None | Unset, data)

        expected_total = _parse_expected_total(d.pop("expected_total", UNSET))

        _if_unavailable = d.pop("if_unavailable", UNSET)
        if_unavailable: IfUnavailable | Unset
        if isinstance(_if_unavailable, Unset):
            if_unavailable = UNSET
        else:
            if_unavailable = check_if_unavailable(_if_unavailable)

        new_order = cls(
            restaurant_id=restaurant_id,
            items=items,
            payment_method=payment_method,
            delivery_address_id=delivery_address_id,
            delivery_address=delivery_address,
            tip=tip,
            expected_total=expected_total,
            if_unavailable=if_unavailable,
        )

        return new_order
