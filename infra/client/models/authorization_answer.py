from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.payment_status import PaymentStatus, check_payment_status

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="AuthorizationAnswer")


@_attrs_define
class AuthorizationAnswer:
    """
    Attributes:
        payment_intent (None | str):
        status (PaymentStatus):
        held (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        captured (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        capture_before (datetime.datetime | None):
        created_at (datetime.datetime):
    """

    payment_intent: None | str
    status: PaymentStatus
    held: Money
    captured: Money
    capture_before: datetime.datetime | None
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        payment_intent: None | str
        payment_intent = self.payment_intent

        status: str = self.status

        held = self.held.to_dict()

        captured = self.captured.to_dict()

        capture_before: None | str
        if isinstance(self.capture_before, datetime.datetime):
            capture_before = self.capture_before.isoformat()
        else:
            capture_before = self.capture_before

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "payment_intent": payment_intent,
                "status": status,
                "held": held,
                "captured": captured,
                "capture_before": capture_before,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_payment_intent(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        payment_intent = _parse_payment_intent(d.pop("payment_intent"))

        status = check_payment_status(d.pop("status"))

        held = Money.from_dict(d.pop("held"))

        captured = Money.from_dict(d.pop("captured"))

        def _parse_capture_before(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                capture_before_type_0 = datetime.datetime.fromisoformat(data)

                return capture_before_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        capture_before = _parse_capture_before(d.pop("capture_before"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        authorization_answer = cls(
            payment_intent=payment_intent,
            status=status,
            held=held,
            captured=captured,
            capture_before=capture_before,
            created_at=created_at,
        )

        authorization_answer.additional_properties = d
        return authorization_answer

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
