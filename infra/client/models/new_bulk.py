from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

from ..models.new_bulk_action import NewBulkAction, check_new_bulk_action
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.new_bulk_request import NewBulkRequest


T = TypeVar("T", bound="NewBulk")


@_attrs_define
class NewBulk:
    """`request` is the body of the action, without its reason.

    Attributes:
        reason (str):
        action (NewBulkAction):
        order_ids (list[UUID]):
        request (NewBulkRequest | Unset):
    """

    reason: str
    action: NewBulkAction
    order_ids: list[UUID]
    request: NewBulkRequest | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        reason = self.reason

        action: str = self.action

        order_ids = []
        for order_ids_item_data in self.order_ids:
            order_ids_item = str(order_ids_item_data)
            order_ids.append(order_ids_item)

        request: dict[str, Any] | Unset = UNSET
        if not isinstance(self.request, Unset):
            request = self.request.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "action": action,
                "order_ids": order_ids,
            }
        )
        if request is not UNSET:
            field_dict["request"] = request

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.new_bulk_request import NewBulkRequest  # noqa: PLC0415

        d = dict(src_dict)
        reason = d.pop("reason")

        action = check_new_bulk_action(d.pop("action"))

        order_ids = []
        _order_ids = d.pop("order_ids")
        for order_ids_item_data in _order_ids:
            order_ids_item = UUID(order_ids_item_data)

            order_ids.append(order_ids_item)

        _request = d.pop("request", UNSET)
        request: NewBulkRequest | Unset
        if isinstance(_request, Unset):
            request = UNSET
        else:
            request = NewBulkRequest.from_dict(_request)

        new_bulk = cls(
            reason=reason,
            action=action,
            order_ids=order_ids,
            request=request,
        )

        return new_bulk
