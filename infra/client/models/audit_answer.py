from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.desk_action import DeskAction, check_desk_action
from ..models.outcome import Outcome, check_outcome
from ..models.right import Right, check_right

if TYPE_CHECKING:
    from ..models.audit_answer_after import AuditAnswerAfter
    from ..models.audit_answer_before import AuditAnswerBefore
    from ..models.money import Money


T = TypeVar("T", bound="AuditAnswer")


@_attrs_define
class AuditAnswer:
    """One line: lines of one `action_id` are one action, asked for and then done or refused.

    One that was only asked for met a part that was down: look at the order whether it happened.
    `before` and `after` are how its matter stood. `reason` is empty once it was erased, and where
    the order's customer was erased before; `code` says why it was refused. An administrator grants
    roles and rights without a `right` of support, without a `reason`, and of no order: `before` and
    `after` name the account.

        Attributes:
            action_id (UUID):
            at (datetime.datetime):
            actor (UUID):
            right (None | Right):
            action (DeskAction): What support does, and what administrators make of accounts.

                The value is a wire name: the audit log holds it.
            order_id (None | UUID):
            reason (str):
            approved_by (None | UUID):
            amount (Money | None):
            before (AuditAnswerBefore):
            after (AuditAnswerAfter):
            request_id (str):
            outcome (Outcome): What came of an action. `ASKED` is written before it begins, and one of the others after.
            code (None | str):
    """

    action_id: UUID
    at: datetime.datetime
    actor: UUID
    right: None | Right
    action: DeskAction
    order_id: None | UUID
    reason: str
    approved_by: None | UUID
    amount: Money | None
    before: AuditAnswerBefore
    after: AuditAnswerAfter
    request_id: str
    outcome: Outcome
    code: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        action_id = str(self.action_id)

        at = self.at.isoformat()

        actor = str(self.actor)

        right: None | str
        if isinstance(self.right, str):
            right = self.right
        else:
            right = self.right

        action: str = self.action

        order_id: None | str
        if isinstance(self.order_id, UUID):
            order_id = str(self.order_id)
        else:
            order_id = self.order_id

        reason = self.reason

        approved_by: None | str
        if isinstance(self.approved_by, UUID):
            approved_by = str(self.approved_by)
        else:
            approved_by = self.approved_by

        amount: dict[str, Any] | None
        if isinstance(self.amount, Money):
            amount = self.amount.to_dict()
        else:
            amount = self.amount

        before = self.before.to_dict()

        after = self.after.to_dict()

        request_id = self.request_id

        outcome: str = self.outcome

        code: None | str
        code = self.code

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action_id": action_id,
                "at": at,
                "actor": actor,
                "right": right,
                "action": action,
                "order_id": order_id,
                "reason": reason,
                "approved_by": approved_by,
                "amount": amount,
                "before": before,
                "after": after,
                "request_id": request_id,
                "outcome": outcome,
                "code": code,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_answer_after import AuditAnswerAfter  # noqa: PLC0415
        from ..models.audit_answer_before import AuditAnswerBefore  # noqa: PLC0415
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        action_id = UUID(d.pop("action_id"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        actor = UUID(d.pop("actor"))

        def _parse_right(data: object) -> None | Right:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                right_type_0 = check_right(data)

                return right_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Right, data)

        right = _parse_right(d.pop("right"))

        action = check_desk_action(d.pop("action"))

        def _parse_order_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                order_id_type_0 = UUID(data)

                return order_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        order_id = _parse_order_id(d.pop("order_id"))

        reason = d.pop("reason")

        def _parse_approved_by(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                approved_by_type_0 = UUID(data)

                return approved_by_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        approved_by = _parse_approved_by(d.pop("approved_by"))

        def _parse_amount(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                amount_type_0 = Money.from_dict(data)

                return amount_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        amount = _parse_amount(d.pop("amount"))

        before = AuditAnswerBefore.from_dict(d.pop("before"))

        after = AuditAnswerAfter.from_dict(d.pop("after"))

        request_id = d.pop("request_id")

        outcome = check_outcome(d.pop("outcome"))

        def _parse_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        code = _parse_code(d.pop("code"))

        audit_answer = cls(
            action_id=action_id,
            at=at,
            actor=actor,
            right=right,
            action=action,
            order_id=order_id,
            reason=reason,
            approved_by=approved_by,
            amount=amount,
            before=before,
            after=after,
            request_id=request_id,
            outcome=outcome,
            code=code,
        )

        audit_answer.additional_properties = d
        return audit_answer

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
