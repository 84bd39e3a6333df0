from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.resolving_resolution import (
    ResolvingResolution,
    check_resolving_resolution,
)
from ..types import UNSET, Unset

T = TypeVar("T", bound="Resolving")


@_attrs_define
class Resolving:
    """`case` names which one, where an order has several; else it is the oldest.

    Attributes:
        reason (str):
        resolution (ResolvingResolution):
        reference (None | str | Unset):
        case (None | str | Unset):
    """

    reason: str
    resolution: ResolvingResolution
    reference: None | str | Unset = UNSET
    case: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
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

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
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

        resolving = cls(
            reason=reason,
            resolution=resolution,
            reference=reference,
            case=case,
        )

        return resolving
