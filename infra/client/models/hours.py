from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.hours_weekly import HoursWeekly


T = TypeVar("T", bound="Hours")


@_attrs_define
class Hours:
    """Local times. An end before its start is past midnight.

    Attributes:
        timezone (str):
        weekly (HoursWeekly):
        closed_on (list[datetime.date] | Unset):
    """

    timezone: str
    weekly: HoursWeekly
    closed_on: list[datetime.date] | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        timezone = self.timezone

        weekly = self.weekly.to_dict()

        closed_on: list[str] | Unset = UNSET
        if not isinstance(self.closed_on, Unset):
            closed_on = []
            for closed_on_item_data in self.closed_on:
                closed_on_item = closed_on_item_data.isoformat()
                closed_on.append(closed_on_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "timezone": timezone,
                "weekly": weekly,
            }
        )
        if closed_on is not UNSET:
            field_dict["closed_on"] = closed_on

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hours_weekly import HoursWeekly  # noqa: PLC0415

        d = dict(src_dict)
        timezone = d.pop("timezone")

        weekly = HoursWeekly.from_dict(d.pop("weekly"))

        _closed_on = d.pop("closed_on", UNSET)
        closed_on: list[datetime.date] | Unset = UNSET
        if _closed_on is not UNSET:
            closed_on = []
            for closed_on_item_data in _closed_on:
                closed_on_item = datetime.date.fromisoformat(closed_on_item_data)

                closed_on.append(closed_on_item)

        hours = cls(
            timezone=timezone,
            weekly=weekly,
            closed_on=closed_on,
        )

        return hours
