from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..models.asking_action import AskingAction, check_asking_action

if TYPE_CHECKING:
    from ..models.asking_request import AskingRequest


T = TypeVar("T", bound="Asking")


@_attrs_define
class Asking:
    """`request` is the body of the action, without its reason.

    Attributes:
        reason (str):
        action (AskingAction):
        order_id (UUID):
        request (AskingRequest):
    """

    reason: str
    action: AskingAction
    order_id: UUID
    request: AskingRequest

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        action: str = self.action

        order_id = str(self.order_id)

        request = self.request.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "action": action,
                "order_id": order_id,
                "request": request,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.asking_request import AskingRequest  # noqa: PLC0415

        d = dict(src_dict)
        reason = d.pop("reason")

        action = check_asking_action(d.pop("action"))

        order_id = UUID(d.pop("order_id"))

        request = AskingRequest.from_dict(d.pop("request"))

        asking = cls(
            reason=reason,
            action=action,
            order_id=order_id,
            request=request,
        )

        return asking
