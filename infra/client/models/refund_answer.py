from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.liable import Liable, check_liable
from ..models.refund_state import RefundState, check_refund_state

if TYPE_CHECKING:
    from ..models.money import Money
    from ..models.refund_links import RefundLinks


T = TypeVar("T", bound="RefundAnswer")


@_attrs_define
class RefundAnswer:
    """The refund is promised, and goes on by itself.

    Attributes:
        id (UUID):
        order_id (UUID):
        state (RefundState): Of one refund. `WAIVED`: by decision it is not made, and nothing is owed any more.
        amount (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        liable (Liable): Out of whose earnings a refund is made.
        links (RefundLinks):
    """

    id: UUID
    order_id: UUID
    state: RefundState
    amount: Money
    liable: Liable
    links: RefundLinks
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        order_id = str(self.order_id)

        state: str = self.state

        amount = self.amount.to_dict()

        liable: str = self.liable

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "order_id": order_id,
                "state": state,
                "amount": amount,
                "liable": liable,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415
        from ..models.refund_links import RefundLinks  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        order_id = UUID(d.pop("order_id"))

        state = check_refund_state(d.pop("state"))

        amount = Money.from_dict(d.pop("amount"))

        liable = check_liable(d.pop("liable"))

        links = RefundLinks.from_dict(d.pop("links"))

        refund_answer = cls(
            id=id,
            order_id=order_id,
            state=state,
            amount=amount,
            liable=liable,
            links=links,
        )

        refund_answer.additional_properties = d
        return refund_answer

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
