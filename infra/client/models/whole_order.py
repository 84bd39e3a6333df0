from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.entry_answer import EntryAnswer
    from ..models.money_answer import MoneyAnswer
    from ..models.order_answer import OrderAnswer
    from ..models.support_links import SupportLinks


T = TypeVar("T", bound="WholeOrder")


@_attrs_define
class WholeOrder:
    """
    Attributes:
        order (OrderAnswer): `items` is what is cooked and paid, `unavailable_items` what the kitchen had to leave out.

            `answer_by` is when the kitchen's time to accept or reject ends; null unless it is to decide.
            `ready_by` is when it means to be done; null until it has accepted.
        timeline (list[EntryAnswer]):
        money (MoneyAnswer):
        links (SupportLinks): `workflow` is the order's page in the Temporal UI.
    """

    order: OrderAnswer
    timeline: list[EntryAnswer]
    money: MoneyAnswer
    links: SupportLinks
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        order = self.order.to_dict()

        timeline = []
        for timeline_item_data in self.timeline:
            timeline_item = timeline_item_data.to_dict()
            timeline.append(timeline_item)

        money = self.money.to_dict()

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "order": order,
                "timeline": timeline,
                "money": money,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry_answer import EntryAnswer  # noqa: PLC0415
        from ..models.money_answer import MoneyAnswer  # noqa: PLC0415
        from ..models.order_answer import OrderAnswer  # noqa: PLC0415
        from ..models.support_links import SupportLinks  # noqa: PLC0415

        d = dict(src_dict)
        order = OrderAnswer.from_dict(d.pop("order"))

        timeline = []
        _timeline = d.pop("timeline")
        for timeline_item_data in _timeline:
            timeline_item = EntryAnswer.from_dict(timeline_item_data)

            timeline.append(timeline_item)

        money = MoneyAnswer.from_dict(d.pop("money"))

        links = SupportLinks.from_dict(d.pop("links"))

        whole_order = cls(
            order=order,
            timeline=timeline,
            money=money,
            links=links,
        )

        whole_order.additional_properties = d
        return whole_order

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
