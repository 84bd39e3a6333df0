from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.actor import Actor, check_actor
from ..models.desk_action import DeskAction, check_desk_action

T = TypeVar("T", bound="NoteAnswer")


@_attrs_define
class NoteAnswer:
    """What somebody wrote about the order, who it was, and in what they wrote it.

    Attributes:
        id (UUID):
        at (datetime.datetime):
        by (Actor):
        account_id (UUID):
        text (str):
        action (DeskAction | None):
    """

    id: UUID
    at: datetime.datetime
    by: Actor
    account_id: UUID
    text: str
    action: DeskAction | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        at = self.at.isoformat()

        by: str = self.by

        account_id = str(self.account_id)

        text = self.text

        action: None | str
        if isinstance(self.action, str):
            action = self.action
        else:
            action = self.action

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "at": at,
                "by": by,
                "account_id": account_id,
                "text": text,
                "action": action,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        at = datetime.datetime.fromisoformat(d.pop("at"))

        by = check_actor(d.pop("by"))

        account_id = UUID(d.pop("account_id"))

        text = d.pop("text")

        def _parse_action(data: object) -> DeskAction | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                action_type_0 = check_desk_action(data)

                return action_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(DeskAction | None, data)

        action = _parse_action(d.pop("action"))

        note_answer = cls(
            id=id,
            at=at,
            by=by,
            account_id=account_id,
            text=text,
            action=action,
        )

        note_answer.additional_properties = d
        return note_answer

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
