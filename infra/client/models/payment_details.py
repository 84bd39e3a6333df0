from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.payment_status import PaymentStatus, check_payment_status

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="PaymentDetails")


@_attrs_define
class PaymentDetails:
    """`client_secret` is for the customer alone, while their bank waits for them; else null.

    Attributes:
        status (PaymentStatus):
        authorized (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        captured (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        refunded (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        client_secret (None | str):
    """

    status: PaymentStatus
    authorized: Money
    captured: Money
    refunded: Money
    client_secret: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        authorized = self.authorized.to_dict()

        captured = self.captured.to_dict()

        refunded = self.refunded.to_dict()

        client_secret: None | str
        client_secret = self.client_secret

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "authorized": authorized,
                "captured": captured,
                "refunded": refunded,
                "client_secret": client_secret,
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

        def _parse_client_secret(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        client_secret = _parse_client_secret(d.pop("client_secret"))

        payment_details = cls(
            status=status,
            authorized=authorized,
            captured=captured,
            refunded=refunded,
            client_secret=client_secret,
        )

        payment_details.additional_properties = d
        return payment_details

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
