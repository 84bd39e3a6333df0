from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from ..models.previewing_action import PreviewingAction, check_previewing_action
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.previewing_request import PreviewingRequest


T = TypeVar("T", bound="Previewing")


@_attrs_define
class Previewing:
    """`request` is the body of the action; its reason may be left out.

    Attributes:
        action (PreviewingAction):
        request (PreviewingRequest | Unset):
    """

    action: PreviewingAction
    request: PreviewingRequest | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        action: str = self.action

        request: dict[str, Any] | Unset = UNSET
        if not isinstance(self.request, Unset):
            request = self.request.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "action": action,
            }
        )
        if request is not UNSET:
            field_dict["request"] = request

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.previewing_request import PreviewingRequest  # noqa: PLC0415

        d = dict(src_dict)
        action = check_previewing_action(d.pop("action"))

        _request = d.pop("request", UNSET)
        request: PreviewingRequest | Unset
        if isinstance(_request, Unset):
            request = UNSET
        else:
            request = PreviewingRequest.from_dict(_request)

        previewing = cls(
            action=action,
            request=request,
        )

        return previewing
