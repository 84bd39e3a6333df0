from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.found_answer_kind import FoundAnswerKind, check_found_answer_kind

if TYPE_CHECKING:
    from ..models.order_answer import OrderAnswer


T = TypeVar("T", bound="FoundAnswer")


@_attrs_define
class FoundAnswer:
    """`kind` is by what the order was found, and `match` that very thing: its id, the customer's
    e-mail address, or the restaurant's name.

        Attributes:
            kind (FoundAnswerKind):
            match (str):
            order (OrderAnswer): `items` is what is cooked and paid, `unavailable_items` what the kitchen had to leave out.

                `answer_by` is when the kitchen's time to accept or reject ends; null unless it is to decide.
                `ready_by` is when it means to be done; null until it has accepted.
    """

    kind: FoundAnswerKind
    match: str
    order: OrderAnswer
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind: str = self.kind

        match = self.match

        order = self.order.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "match": match,
                "order": order,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.order_answer import OrderAnswer  # noqa: PLC0415

        d = dict(src_dict)
        kind = check_found_answer_kind(d.pop("kind"))

        match = d.pop("match")

        order = OrderAnswer.from_dict(d.pop("order"))

        found_answer = cls(
            kind=kind,
            match=match,
            order=order,
        )

        found_answer.additional_properties = d
        return found_answer

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
