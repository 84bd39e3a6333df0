from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.resolving_resolution import (
    ResolvingResolution,
    check_resolving_resolution,
)
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="Resolving")


@_attrs_define
class Resolving:
    """`case` names which one; it may be left out where only one is due.

    `reference` is the number of the payment at the bank, and needed where it was paid by hand.
    `expected_amount` is what was said to be due, and so was paid: of another amount nothing is
    written down.

        Attributes:
            reason (str):
            resolution (ResolvingResolution):
            reference (None | str | Unset):
            case (None | str | Unset):
            expected_amount (Money | None | Unset):
    """

    reason: str
    resolution: ResolvingResolution
    reference: None | str | Unset = UNSET
    case: None | str | Unset = UNSET
    expected_amount: Money | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        reason = self.reason

        resolution: str = self.resolution

        reference: None | str | Unset
        if isinstance(self.reference, Unset):
            reference = UNSET
        else:
            reference = self.reference

        case: None | str | Unset
        if isinstance(self.case, Unset):
            case = UNSET
        else:
            case = self.case

        expected_amount: dict[str, Any] | None | Unset
        if isinstance(self.expected_amount, Unset):
            expected_amount = UNSET
        elif isinstance(self.expected_amount, Money):
            expected_amount = self.expected_amount.to_dict()
        else:
            expected_amount = self.expected_amount

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "resolution": resolution,
            }
        )
        if reference is not UNSET:
            field_dict["reference"] = reference
        if case is not UNSET:
            field_dict["case"] = case
        if expected_amount is not UNSET:
            field_dict["expected_amount"] = expected_amount

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        reason = d.pop("reason")

        resolution = check_resolving_resolution(d.pop("resolution"))

        def _parse_reference(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reference = _parse_reference(d.pop("reference", UNSET))

        def _parse_case(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        case = _parse_case(d.pop("case", UNSET))

        def _parse_expected_amount(data: object) -> Money | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                expected_amount_type_0 = Money.from_dict(data)

                return expected_amount_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None | Unset, data)

        expected_amount = _parse_expected_amount(d.pop("expected_amount", UNSET))

        resolving = cls(
            reason=reason,
            resolution=resolution,
            reference=reference,
            case=case,
            expected_amount=expected_amount,
        )

        return resolving
