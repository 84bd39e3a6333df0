from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.bulk_item_answer_outcome_type_0 import (
    BulkItemAnswerOutcomeType0,
    check_bulk_item_answer_outcome_type_0,
)

T = TypeVar("T", bound="BulkItemAnswer")


@_attrs_define
class BulkItemAnswer:
    """`outcome` is null while it waits; `code` and `detail` say why it was refused.

    Attributes:
        order_id (UUID):
        outcome (BulkItemAnswerOutcomeType0 | None):
        code (None | str):
        detail (None | str):
    """

    order_id: UUID
    outcome: BulkItemAnswerOutcomeType0 | None
    code: None | str
    detail: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        order_id = str(self.order_id)

        outcome: None | str
        if isinstance(self.outcome, str):
            outcome = self.outcome
        else:
            outcome = self.outcome

        code: None | str
        code = self.code

        detail: None | str
        detail = self.detail

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "order_id": order_id,
                "outcome": outcome,
                "code": code,
                "detail": detail,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        order_id = UUID(d.pop("order_id"))

        def _parse_outcome(data: object) -> BulkItemAnswerOutcomeType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                outcome_type_0 = check_bulk_item_answer_outcome_type_0(data)

                return outcome_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BulkItemAnswerOutcomeType0 | None, data)

        outcome = _parse_outcome(d.pop("outcome"))

        def _parse_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        code = _parse_code(d.pop("code"))

        def _parse_detail(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        detail = _parse_detail(d.pop("detail"))

        bulk_item_answer = cls(
            order_id=order_id,
            outcome=outcome,
            code=code,
            detail=detail,
        )

        bulk_item_answer.additional_properties = d
        return bulk_item_answer

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
