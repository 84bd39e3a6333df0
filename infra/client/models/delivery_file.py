from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.delivery_code import DeliveryCode, check_delivery_code
from ..models.delivery_state import DeliveryState, check_delivery_state

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="DeliveryFile")


@_attrs_define
class DeliveryFile:
    """`assignment` counts who took it; `code` says why it ended.

    Attributes:
        status (DeliveryState):
        courier_id (None | UUID):
        assignment (int):
        fee (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        radius_km (float):
        expires_at (datetime.datetime):
        assigned_at (datetime.datetime | None):
        picked_up_at (datetime.datetime | None):
        ended_at (datetime.datetime | None):
        code (DeliveryCode | None):
    """

    status: DeliveryState
    courier_id: None | UUID
    assignment: int
    fee: Money
    radius_km: float
    expires_at: datetime.datetime
    assigned_at: datetime.datetime | None
    picked_up_at: datetime.datetime | None
    ended_at: datetime.datetime | None
    code: DeliveryCode | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        courier_id: None | str
        if isinstance(self.courier_id, UUID):
            courier_id = str(self.courier_id)
        else:
            courier_id = self.courier_id

        assignment = self.assignment

        fee = self.fee.to_dict()

        radius_km = self.radius_km

        expires_at = self.expires_at.isoformat()

        assigned_at: None | str
        if isinstance(self.assigned_at, datetime.datetime):
            assigned_at = self.assigned_at.isoformat()
        else:
            assigned_at = self.assigned_at

        picked_up_at: None | str
        if isinstance(self.picked_up_at, datetime.datetime):
            picked_up_at = self.picked_up_at.isoformat()
        else:
            picked_up_at = self.picked_up_at

        ended_at: None | str
        if isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        code: None | str
        if isinstance(self.code, str):
            code = self.code
        else:
            code = self.code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "courier_id": courier_id,
                "assignment": assignment,
                "fee": fee,
                "radius_km": radius_km,
                "expires_at": expires_at,
                "assigned_at": assigned_at,
                "picked_up_at": picked_up_at,
                "ended_at": ended_at,
                "code": code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        status = check_delivery_state(d.pop("status"))

        def _parse_courier_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                courier_id_type_0 = UUID(data)

                return courier_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        courier_id = _parse_courier_id(d.pop("courier_id"))

        assignment = d.pop("assignment")

        fee = Money.from_dict(d.pop("fee"))

        radius_km = d.pop("radius_km")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_assigned_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                assigned_at_type_0 = datetime.datetime.fromisoformat(data)

                return assigned_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        assigned_at = _parse_assigned_at(d.pop("assigned_at"))

        def _parse_picked_up_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                picked_up_at_type_0 = datetime.datetime.fromisoformat(data)

                return picked_up_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        picked_up_at = _parse_picked_up_at(d.pop("picked_up_at"))

        def _parse_ended_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        ended_at = _parse_ended_at(d.pop("ended_at"))

        def _parse_code(data: object) -> DeliveryCode | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                code_type_0 = check_delivery_code(data)

                return code_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeliveryCode | None, data)

        code = _parse_code(d.pop("code"))

        delivery_file = cls(
            status=status,
            courier_id=courier_id,
            assignment=assignment,
            fee=fee,
            radius_km=radius_km,
            expires_at=expires_at,
            assigned_at=assigned_at,
            picked_up_at=picked_up_at,
            ended_at=ended_at,
            code=code,
        )

        delivery_file.additional_properties = d
        return delivery_file

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
