from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_answer import AuditAnswer
    from ..models.delivery_file import DeliveryFile
    from ..models.entry_answer import EntryAnswer
    from ..models.money_answer import MoneyAnswer
    from ..models.note_answer import NoteAnswer
    from ..models.order_answer import OrderAnswer
    from ..models.support_links import SupportLinks
    from ..models.told_answer import ToldAnswer


T = TypeVar("T", bound="WholeOrder")


@_attrs_define
class WholeOrder:
    """`notes` are all that people wrote: reasons too, with the `action` that they are of.

    Attributes:
        order (OrderAnswer): `items` is what is cooked and paid, `unavailable_items` what the kitchen had to leave out.

            `answer_by` is when the kitchen's time to accept or reject ends; null unless it is to decide.
            `ready_by` is when it means to be done; null until it has accepted.
        timeline (list[EntryAnswer]):
        money (MoneyAnswer):
        deliveries (list[DeliveryFile]):
        notifications (list[ToldAnswer]):
        notes (list[NoteAnswer]):
        audit (list[AuditAnswer]):
        links (SupportLinks): `workflow` is the order's page in the Temporal UI; `refunds` those of its refunds,
            `stripe`
            its payments in Stripe's dashboard. `page` is where support acts.
    """

    order: OrderAnswer
    timeline: list[EntryAnswer]
    money: MoneyAnswer
    deliveries: list[DeliveryFile]
    notifications: list[ToldAnswer]
    notes: list[NoteAnswer]
    audit: list[AuditAnswer]
    links: SupportLinks
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        order = self.order.to_dict()

        timeline = []
        for timeline_item_data in self.timeline:
            timeline_item = timeline_item_data.to_dict()
            timeline.append(timeline_item)

        money = self.money.to_dict()

        deliveries = []
        for deliveries_item_data in self.deliveries:
            deliveries_item = deliveries_item_data.to_dict()
            deliveries.append(deliveries_item)

        notifications = []
        for notifications_item_data in self.notifications:
            notifications_item = notifications_item_data.to_dict()
            notifications.append(notifications_item)

        notes = []
        for notes_item_data in self.notes:
            notes_item = notes_item_data.to_dict()
            notes.append(notes_item)

        audit = []
        for audit_item_data in self.audit:
            audit_item = audit_item_data.to_dict()
            audit.append(audit_item)

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "order": order,
                "timeline": timeline,
                "money": money,
                "deliveries": deliveries,
                "notifications": notifications,
                "notes": notes,
                "audit": audit,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.audit_answer import AuditAnswer  # noqa: PLC0415
        from ..models.delivery_file import DeliveryFile  # noqa: PLC0415
        from ..models.entry_answer import EntryAnswer  # noqa: PLC0415
        from ..models.money_answer import MoneyAnswer  # noqa: PLC0415
        from ..models.note_answer import NoteAnswer  # noqa: PLC0415
        from ..models.order_answer import OrderAnswer  # noqa: PLC0415
        from ..models.support_links import SupportLinks  # noqa: PLC0415
        from ..models.told_answer import ToldAnswer  # noqa: PLC0415

        d = dict(src_dict)
        order = OrderAnswer.from_dict(d.pop("order"))

        timeline = []
        _timeline = d.pop("timeline")
        for timeline_item_data in _timeline:
            timeline_item = EntryAnswer.from_dict(timeline_item_data)

            timeline.append(timeline_item)

        money = MoneyAnswer.from_dict(d.pop("money"))

        deliveries = []
        _deliveries = d.pop("deliveries")
        for deliveries_item_data in _deliveries:
            deliveries_item = DeliveryFile.from_dict(deliveries_item_data)

            deliveries.append(deliveries_item)

        notifications = []
        _notifications = d.pop("notifications")
        for notifications_item_data in _notifications:
            notifications_item = ToldAnswer.from_dict(notifications_item_data)

            notifications.append(notifications_item)

        notes = []
        _notes = d.pop("notes")
        for notes_item_data in _notes:
            notes_item = NoteAnswer.from_dict(notes_item_data)

            notes.append(notes_item)

        audit = []
        _audit = d.pop("audit")
        for audit_item_data in _audit:
            audit_item = AuditAnswer.from_dict(audit_item_data)

            audit.append(audit_item)

        links = SupportLinks.from_dict(d.pop("links"))

        whole_order = cls(
            order=order,
            timeline=timeline,
            money=money,
            deliveries=deliveries,
            notifications=notifications,
            notes=notes,
            audit=audit,
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
