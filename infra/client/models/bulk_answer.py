from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.desk_action import DeskAction, check_desk_action

if TYPE_CHECKING:
    from ..models.bulk_item_answer import BulkItemAnswer
    from ..models.bulk_links import BulkLinks


T = TypeVar("T", bound="BulkAnswer")


@_attrs_define
class BulkAnswer:
    """It goes on by itself, whatever becomes of the process that was asked.

    Attributes:
        id (UUID):
        action (DeskAction): What support does, and what administrators make of accounts.

            The value is a wire name: the audit log holds it.
        asked_by (UUID):
        asked_at (datetime.datetime):
        done (int):
        failed (int):
        waiting (int):
        items (list[BulkItemAnswer]):
        links (BulkLinks):
    """

    id: UUID
    action: DeskAction
    asked_by: UUID
    asked_at: datetime.datetime
    done: int
    failed: int
    waiting: int
    items: list[BulkItemAnswer]
    links: BulkLinks
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        action: str = self.action

        asked_by = str(self.asked_by)

        asked_at = self.asked_at.isoformat()

        done = self.done

        failed = self.failed

        waiting = self.waiting

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "action": action,
                "asked_by": asked_by,
                "asked_at": asked_at,
                "done": done,
                "failed": failed,
                "waiting": waiting,
                "items": items,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.bulk_item_answer import BulkItemAnswer  # noqa: PLC0415
        from ..models.bulk_links import BulkLinks  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        action = check_desk_action(d.pop("action"))

        asked_by = UUID(d.pop("asked_by"))

        asked_at = datetime.datetime.fromisoformat(d.pop("asked_at"))

        done = d.pop("done")

        failed = d.pop("failed")

        waiting = d.pop("waiting")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = BulkItemAnswer.from_dict(items_item_data)

            items.append(items_item)

        links = BulkLinks.from_dict(d.pop("links"))

        bulk_answer = cls(
            id=id,
            action=action,
            asked_by=asked_by,
            asked_at=asked_at,
            done=done,
            failed=failed,
            waiting=waiting,
            items=items,
            links=links,
        )

        bulk_answer.additional_properties = d
        return bulk_answer

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
