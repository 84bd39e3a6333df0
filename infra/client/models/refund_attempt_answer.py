from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.liable import Liable, check_liable
from ..models.refund_reason import RefundReason, check_refund_reason
from ..models.refund_state import RefundState, check_refund_state

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="RefundAttemptAnswer")


@_attrs_define
class RefundAttemptAnswer:
    """One attempt. `case` is the key of the case that it is, where it can't be made.

    Attributes:
        id (UUID):
        order_id (UUID):
        case (str):
        stripe_refund (None | str):
        reference (None | str):
        amount (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        state (RefundState): Of one refund. `WAIVED`: by decision it is not made, and nothing is owed any more.
        liable (Liable): Out of whose earnings a refund is made.
        cause (RefundReason): Why money goes back. What a person wrote about it stays in Postgres.
        created_at (datetime.datetime):
    """

    id: UUID
    order_id: UUID
    case: str
    stripe_refund: None | str
    reference: None | str
    amount: Money
    state: RefundState
    liable: Liable
    cause: RefundReason
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        order_id = str(self.order_id)

        case = self.case

        stripe_refund: None | str
        stripe_refund = self.stripe_refund

        reference: None | str
        reference = self.reference

        amount = self.amount.to_dict()

        state: str = self.state

        liable: str = self.liable

        cause: str = self.cause

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "order_id": order_id,
                "case": case,
                "stripe_refund": stripe_refund,
                "reference": reference,
                "amount": amount,
                "state": state,
                "liable": liable,
                "cause": cause,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        order_id = UUID(d.pop("order_id"))

        case = d.pop("case")

        def _parse_stripe_refund(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stripe_refund = _parse_stripe_refund(d.pop("stripe_refund"))

        def _parse_reference(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        reference = _parse_reference(d.pop("reference"))

        amount = Money.from_dict(d.pop("amount"))

        state = check_refund_state(d.pop("state"))

        liable = check_liable(d.pop("liable"))

        cause = check_refund_reason(d.pop("cause"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        refund_attempt_answer = cls(
            id=id,
            order_id=order_id,
            case=case,
            stripe_refund=stripe_refund,
            reference=reference,
            amount=amount,
            state=state,
            liable=liable,
            cause=cause,
            created_at=created_at,
        )

        refund_attempt_answer.additional_properties = d
        return refund_attempt_answer

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
