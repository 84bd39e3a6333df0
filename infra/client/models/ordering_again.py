from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="OrderingAgain")


@_attrs_define
class OrderingAgain:
    """`expected_total` is what the customer was told: for another price nothing is ordered.

    Attributes:
        reason (str):
        expected_total (Money | None | Unset):
    """

    reason: str
    expected_total: Money | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        reason = self.reason

        expected_total: dict[str, Any] | None | Unset
        if isinstance(self.expected_total, Unset):
            expected_total = UNSET
        elif isinstance(self.expected_total, Money):
            expected_total = self.expected_total.to_dict()
        else:
            expected_total = self.expected_total

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
            }
        )
        if expected_total is not UNSET:
            field_dict["expected_total"] = expected_total

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        reason = d.pop("reason")

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

        ordering_again = cls(
            reason=reason,
            expected_total=expected_total,
        )

        return ordering_again
