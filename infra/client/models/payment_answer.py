from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.payment_status import PaymentStatus, check_payment_status

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="PaymentAnswer")


@_attrs_define
class PaymentAnswer:
    """`authorized` is what is still held: 0 once captured or voided.

    Attributes:
        status (PaymentStatus):
        authorized (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        captured (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        refunded (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
    """

    status: PaymentStatus
    authorized: Money
    captured: Money
    refunded: Money
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        authorized = self.authorized.to_dict()

        captured = self.captured.to_dict()

        refunded = self.refunded.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "authorized": authorized,
                "captured": captured,
                "refunded": refunded,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        status = check_payment_status(d.pop("status"))

        authorized = Money.from_dict(d.pop("authorized"))

        captured = Money.from_dict(d.pop("captured"))

        refunded = Money.from_dict(d.pop("refunded"))

        payment_answer = cls(
            status=status,
            authorized=authorized,
            captured=captured,
            refunded=refunded,
        )

        payment_answer.additional_properties = d
        return payment_answer

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
