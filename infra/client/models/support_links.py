from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="SupportLinks")


@_attrs_define
class SupportLinks:
    """`workflow` is the order's page in the Temporal UI; `refunds` those of its refunds, `stripe`
    its payments in Stripe's dashboard. `page` is where support acts.

        Attributes:
            self_ (str):
            page (str):
            workflow (str):
            delivery (None | str):
            refunds (list[str]):
            stripe (list[str]):
    """

    self_: str
    page: str
    workflow: str
    delivery: None | str
    refunds: list[str]
    stripe: list[str]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        self_ = self.self_

        page = self.page

        workflow = self.workflow

        delivery: None | str
        delivery = self.delivery

        refunds = self.refunds

        stripe = self.stripe

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "self": self_,
                "page": page,
                "workflow": workflow,
                "delivery": delivery,
                "refunds": refunds,
                "stripe": stripe,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        self_ = d.pop("self")

        page = d.pop("page")

        workflow = d.pop("workflow")

        def _parse_delivery(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        delivery = _parse_delivery(d.pop("delivery"))

        refunds = cast(list[str], d.pop("refunds"))

        stripe = cast(list[str], d.pop("stripe"))

        support_links = cls(
            self_=self_,
            page=page,
            workflow=workflow,
            delivery=delivery,
            refunds=refunds,
            stripe=stripe,
        )

        support_links.additional_properties = d
        return support_links

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
