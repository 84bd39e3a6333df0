from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.actor import Actor, check_actor

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="CancellationAnswer")


@_attrs_define
class CancellationAnswer:
    """`reason` is what the person wrote who ended the order, or else the system's sentence.

    `kept` is what the customer still pays, as support agreed; null is nothing.

        Attributes:
            by (Actor):
            code (str):
            reason (str):
            kept (Money | None):
    """

    by: Actor
    code: str
    reason: str
    kept: Money | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        by: str = self.by

        code = self.code

        reason = self.reason

        kept: dict[str, Any] | None
        if isinstance(self.kept, Money):
            kept = self.kept.to_dict()
        else:
            kept = self.kept

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "by": by,
                "code": code,
                "reason": reason,
                "kept": kept,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        by = check_actor(d.pop("by"))

        code = d.pop("code")

        reason = d.pop("reason")

        def _parse_kept(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                kept_type_0 = Money.from_dict(data)

                return kept_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        kept = _parse_kept(d.pop("kept"))

        cancellation_answer = cls(
            by=by,
            code=code,
            reason=reason,
            kept=kept,
        )

        cancellation_answer.additional_properties = d
        return cancellation_answer

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
