from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.earning import Earning
    from ..models.statement_line import StatementLine


T = TypeVar("T", bound="StatementAnswer")


@_attrs_define
class StatementAnswer:
    """`opening` is what was owed to the restaurant at the day's begin, `closing` at its end.

    Attributes:
        day (datetime.date):
        opening (Earning): Minor units: above zero is earned, below zero is taken back.
        closing (Earning): Minor units: above zero is earned, below zero is taken back.
        items (list[StatementLine]):
        next_cursor (None | str):
    """

    day: datetime.date
    opening: Earning
    closing: Earning
    items: list[StatementLine]
    next_cursor: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        day = self.day.isoformat()

        opening = self.opening.to_dict()

        closing = self.closing.to_dict()

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "day": day,
                "opening": opening,
                "closing": closing,
                "items": items,
                "next_cursor": next_cursor,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.earning import Earning  # noqa: PLC0415
        from ..models.statement_line import StatementLine  # noqa: PLC0415

        d = dict(src_dict)
        day = datetime.date.fromisoformat(d.pop("day"))

        opening = Earning.from_dict(d.pop("opening"))

        closing = Earning.from_dict(d.pop("closing"))

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = StatementLine.from_dict(items_item_data)

            items.append(items_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        statement_answer = cls(
            day=day,
            opening=opening,
            closing=closing,
            items=items,
            next_cursor=next_cursor,
        )

        statement_answer.additional_properties = d
        return statement_answer

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
