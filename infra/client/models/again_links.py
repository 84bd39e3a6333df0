from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="AgainLinks")


@_attrs_define
class AgainLinks:
    """`again_of` is the first order, and `support` the new one, as support sees them.

    Attributes:
        self_ (str):
        events (str):
        payment (str):
        again_of (str):
        support (str):
    """

    self_: str
    events: str
    payment: str
    again_of: str
    support: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        self_ = self.self_

        events = self.events

        payment = self.payment

        again_of = self.again_of

        support = self.support

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "self": self_,
                "events": events,
                "payment": payment,
                "again_of": again_of,
                "support": support,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        self_ = d.pop("self")

        events = d.pop("events")

        payment = d.pop("payment")

        again_of = d.pop("again_of")

        support = d.pop("support")

        again_links = cls(
            self_=self_,
            events=events,
            payment=payment,
            again_of=again_of,
            support=support,
        )

        again_links.additional_properties = d
        return again_links

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
