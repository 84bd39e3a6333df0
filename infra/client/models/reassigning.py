from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="Reassigning")


@_attrs_define
class Reassigning:
    """Without `courier_id` it is offered to all who are near, and not to who had it.

    Attributes:
        reason (str):
        courier_id (None | Unset | UUID):
    """

    reason: str
    courier_id: None | Unset | UUID = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        courier_id: None | str | Unset
        if isinstance(self.courier_id, Unset):
            courier_id = UNSET
        elif isinstance(self.courier_id, UUID):
            courier_id = str(self.courier_id)
        else:
            courier_id = self.courier_id

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if courier_id is not UNSET:
            field_dict["courier_id"] = courier_id

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        reason = d.pop("reason")

        def _parse_courier_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                courier_id_type_0 = UUID(data)

                return courier_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        courier_id = _parse_courier_id(d.pop("courier_id", UNSET))

        reassigning = cls(
            reason=reason,
            courier_id=courier_id,
        )

        return reassigning
