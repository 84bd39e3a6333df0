from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_state import DeliveryState, check_delivery_state

if TYPE_CHECKING:
    from ..models.address_answer import AddressAnswer
    from ..models.drop_off import DropOff
    from ..models.money import Money
    from ..models.pick_up import PickUp


T = TypeVar("T", bound="DeliveryAnswer")


@_attrs_define
class DeliveryAnswer:
    """`distance_km` is that from the courier to the restaurant; null where nobody knows.

    `address` is the customer's: null before the claim, and again once the delivery has ended.

        Attributes:
            order_id (UUID):
            status (DeliveryState):
            restaurant (PickUp):
            dropoff (DropOff | None):
            address (AddressAnswer | None):
            distance_km (float | None):
            fee (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
            expires_at (datetime.datetime):
    """

    order_id: UUID
    status: DeliveryState
    restaurant: PickUp
    dropoff: DropOff | None
    address: AddressAnswer | None
    distance_km: float | None
    fee: Money
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.address_answer import AddressAnswer  # noqa: PLC0415
        from ..models.drop_off import DropOff  # noqa: PLC0415

        order_id = str(self.order_id)

        status: str = self.status

        restaurant = self.restaurant.to_dict()

        dropoff: dict[str, Any] | None
        if isinstance(self.dropoff, DropOff):
            dropoff = self.dropoff.to_dict()
        else:
            dropoff = self.dropoff

        address: dict[str, Any] | None
        if isinstance(self.address, AddressAnswer):
            address = self.address.to_dict()
        else:
            address = self.address

        distance_km: float | None
        distance_km = self.distance_km

        fee = self.fee.to_dict()

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "order_id": order_id,
                "status": status,
                "restaurant": restaurant,
                "dropoff": dropoff,
                "address": address,
                "distance_km": distance_km,
                "fee": fee,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.address_answer import AddressAnswer  # noqa: PLC0415
        from ..models.drop_off import DropOff  # noqa: PLC0415
        from ..models.money import Money  # noqa: PLC0415
        from ..models.pick_up import PickUp  # noqa: PLC0415

        d = dict(src_dict)
        order_id = UUID(d.pop("order_id"))

        status = check_delivery_state(d.pop("status"))

        restaurant = PickUp.from_dict(d.pop("restaurant"))

        def _parse_dropoff(data: object) -> DropOff | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                dropoff_type_0 = DropOff.from_dict(data)

                return dropoff_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DropOff | None, data)

        dropoff = _parse_dropoff(d.pop("dropoff"))

        def _parse_address(data: object) -> AddressAnswer | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                address_type_0 = AddressAnswer.from_dict(data)

                return address_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(AddressAnswer | None, data)

        address = _parse_address(d.pop("address"))

        def _parse_distance_km(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        distance_km = _parse_distance_km(d.pop("distance_km"))

        fee = Money.from_dict(d.pop("fee"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        delivery_answer = cls(
            order_id=order_id,
            status=status,
            restaurant=restaurant,
            dropoff=dropoff,
            address=address,
            distance_km=distance_km,
            fee=fee,
            expires_at=expires_at,
        )

        delivery_answer.additional_properties = d
        return delivery_answer

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
