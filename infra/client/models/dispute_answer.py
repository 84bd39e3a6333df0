from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.dispute_state import DisputeState, check_dispute_state

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="DisputeAnswer")


@_attrs_define
class DisputeAnswer:
    """
    Attributes:
        id (str):
        amount (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        state (DisputeState):
        reason (str):
        opened_at (datetime.datetime):
        due_by (datetime.datetime | None):
    """

    id: str
    amount: Money
    state: DisputeState
    reason: str
    opened_at: datetime.datetime
    due_by: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        amount = self.amount.to_dict()

        state: str = self.state

        reason = self.reason

        opened_at = self.opened_at.isoformat()

        due_by: None | str
        if isinstance(self.due_by, datetime.datetime):
            due_by = self.due_by.isoformat()
        else:
            due_by = self.due_by

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "amount": amount,
                "state": state,
                "reason": reason,
                "opened_at": opened_at,
                "due_by": due_by,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        amount = Money.from_dict(d.pop("amount"))

        state = check_dispute_state(d.pop("state"))

        reason = d.pop("reason")

        opened_at = datetime.datetime.fromisoformat(d.pop("opened_at"))

        def _parse_due_by(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                due_by_type_0 = datetime.datetime.fromisoformat(data)

                return due_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        due_by = _parse_due_by(d.pop("due_by"))

        dispute_answer = cls(
            id=id,
            amount=amount,
            state=state,
            reason=reason,
            opened_at=opened_at,
            due_by=due_by,
        )

        dispute_answer.additional_properties = d
        return dispute_answer

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
