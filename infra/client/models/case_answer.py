from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.resolution import Resolution, check_resolution

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="CaseAnswer")


@_attrs_define
class CaseAnswer:
    """`owner` null is the whole support desk.

    Attributes:
        key (str):
        order_id (UUID):
        amount (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        why (str):
        owner (None | UUID):
        deadline (datetime.datetime):
        reminded_at (datetime.datetime | None):
        opened_at (datetime.datetime):
        resolved_at (datetime.datetime | None):
        resolution (None | Resolution):
        resolved_by (None | UUID):
        reference (None | str):
    """

    key: str
    order_id: UUID
    amount: Money
    why: str
    owner: None | UUID
    deadline: datetime.datetime
    reminded_at: datetime.datetime | None
    opened_at: datetime.datetime
    resolved_at: datetime.datetime | None
    resolution: None | Resolution
    resolved_by: None | UUID
    reference: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        key = self.key

        order_id = str(self.order_id)

        amount = self.amount.to_dict()

        why = self.why

        owner: None | str
        if isinstance(self.owner, UUID):
            owner = str(self.owner)
        else:
            owner = self.owner

        deadline = self.deadline.isoformat()

        reminded_at: None | str
        if isinstance(self.reminded_at, datetime.datetime):
            reminded_at = self.reminded_at.isoformat()
        else:
            reminded_at = self.reminded_at

        opened_at = self.opened_at.isoformat()

        resolved_at: None | str
        if isinstance(self.resolved_at, datetime.datetime):
            resolved_at = self.resolved_at.isoformat()
        else:
            resolved_at = self.resolved_at

        resolution: None | str
        if isinstance(self.resolution, str):
            resolution = self.resolution
        else:
            resolution = self.resolution

        resolved_by: None | str
        if isinstance(self.resolved_by, UUID):
            resolved_by = str(self.resolved_by)
        else:
            resolved_by = self.resolved_by

        reference: None | str
        reference = self.reference

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "key": key,
                "order_id": order_id,
                "amount": amount,
                "why": why,
                "owner": owner,
                "deadline": deadline,
                "reminded_at": reminded_at,
                "opened_at": opened_at,
                "resolved_at": resolved_at,
                "resolution": resolution,
                "resolved_by": resolved_by,
                "reference": reference,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        key = d.pop("key")

        order_id = UUID(d.pop("order_id"))

        amount = Money.from_dict(d.pop("amount"))

        why = d.pop("why")

        def _parse_owner(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                owner_type_0 = UUID(data)

                return owner_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        owner = _parse_owner(d.pop("owner"))

        deadline = datetime.datetime.fromisoformat(d.pop("deadline"))

        def _parse_reminded_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                reminded_at_type_0 = datetime.datetime.fromisoformat(data)

                return reminded_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        reminded_at = _parse_reminded_at(d.pop("reminded_at"))

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_resolved_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_at_type_0 = datetime.datetime.fromisoformat(data)

                return resolved_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        resolved_at = _parse_resolved_at(d.pop("resolved_at"))

        def _parse_resolution(data: object) -> None | Resolution:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolution_type_0 = check_resolution(data)

                return resolution_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Resolution, data)

        resolution = _parse_resolution(d.pop("resolution"))

        def _parse_resolved_by(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                resolved_by_type_0 = UUID(data)

                return resolved_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        resolved_by = _parse_resolved_by(d.pop("resolved_by"))

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        case_answer = cls(
            key=key,
            order_id=order_id,
            amount=amount,
            why=why,
            owner=owner,
            deadline=deadline,
            reminded_at=reminded_at,
            opened_at=opened_at,
            resolved_at=resolved_at,
            resolution=resolution,
            resolved_by=resolved_by,
            reference=reference,
        )

        case_answer.additional_properties = d
        return case_answer

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
