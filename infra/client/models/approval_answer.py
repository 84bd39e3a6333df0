from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.approval_state import ApprovalState, check_approval_state
from ..models.desk_action import DeskAction, check_desk_action
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.approval_answer_request import ApprovalAnswerRequest
    from ..models.approval_answer_result_type_0 import ApprovalAnswerResultType0
    from ..models.money import Money


T = TypeVar("T", bound="ApprovalAnswer")


@_attrs_define
class ApprovalAnswer:
    """`reason` is empty once it was erased, and where the order's customer was erased before.

    `result` is what the action answered; only the answer to `POST …/approve` has it.

        Attributes:
            id (UUID):
            state (ApprovalState):
            action (DeskAction): What support does, and what administrators make of accounts.

                The value is a wire name: the audit log holds it.
            order_id (UUID):
            request (ApprovalAnswerRequest):
            reason (str):
            amount (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
            asked_by (UUID):
            asked_at (datetime.datetime):
            expires_at (datetime.datetime):
            decided_by (None | UUID):
            decided_at (datetime.datetime | None):
            result (ApprovalAnswerResultType0 | None | Unset):
    """

    id: UUID
    state: ApprovalState
    action: DeskAction
    order_id: UUID
    request: ApprovalAnswerRequest
    reason: str
    amount: Money
    asked_by: UUID
    asked_at: datetime.datetime
    expires_at: datetime.datetime
    decided_by: None | UUID
    decided_at: datetime.datetime | None
    result: ApprovalAnswerResultType0 | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.approval_answer_result_type_0 import ApprovalAnswerResultType0  # noqa: PLC0415

        id = str(self.id)

        state: str = self.state

        action: str = self.action

        order_id = str(self.order_id)

        request = self.request.to_dict()

        reason = self.reason

        amount = self.amount.to_dict()

        asked_by = str(self.asked_by)

        asked_at = self.asked_at.isoformat()

        expires_at = self.expires_at.isoformat()

        decided_by: None | str
        if isinstance(self.decided_by, UUID):
            decided_by = str(self.decided_by)
        else:
            decided_by = self.decided_by

        decided_at: None | str
        if isinstance(self.decided_at, datetime.datetime):
            decided_at = self.decided_at.isoformat()
        else:
            decided_at = self.decided_at

        result: dict[str, Any] | None | Unset
        if isinstance(self.result, Unset):
            result = UNSET
        elif isinstance(self.result, ApprovalAnswerResultType0):
            result = self.result.to_dict()
        else:
            result = self.result

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "state": state,
                "action": action,
                "order_id": order_id,
                "request": request,
                "reason": reason,
                "amount": amount,
                "asked_by": asked_by,
                "asked_at": asked_at,
                "expires_at": expires_at,
                "decided_by": decided_by,
                "decided_at": decided_at,
            }
        )
        if result is not UNSET:
            field_dict["result"] = result

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.approval_answer_request import ApprovalAnswerRequest  # noqa: PLC0415
        from ..models.approval_answer_result_type_0 import ApprovalAnswerResultType0  # noqa: PLC0415
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        state = check_approval_state(d.pop("state"))

        action = check_desk_action(d.pop("action"))

        order_id = UUID(d.pop("order_id"))

        request = ApprovalAnswerRequest.from_dict(d.pop("request"))

        reason = d.pop("reason")

        amount = Money.from_dict(d.pop("amount"))

        asked_by = UUID(d.pop("asked_by"))

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        def _parse_decided_by(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_by_type_0 = UUID(data)

                return decided_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        decided_by = _parse_decided_by(d.pop("decided_by"))

        def _parse_decided_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                decided_at_type_0 = datetime.datetime.fromisoformat(data)

                return decided_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        decided_at = _parse_decided_at(d.pop("decided_at"))

        def _parse_result(data: object) -> ApprovalAnswerResultType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0 = ApprovalAnswerResultType0.from_dict(data)

                return result_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ApprovalAnswerResultType0 | None | Unset, data)

        result = _parse_result(d.pop("result", UNSET))

        approval_answer = cls(
            id=id,
            state=state,
            action=action,
            order_id=order_id,
            request=request,
            reason=reason,
            amount=amount,
            asked_by=asked_by,
            asked_at=asked_at,
            expires_at=expires_at,
            decided_by=decided_by,
            decided_at=decided_at,
            result=result,
        )

        approval_answer.additional_properties = d
        return approval_answer

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
