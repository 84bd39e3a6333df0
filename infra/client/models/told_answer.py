from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.audience import Audience, check_audience
from ..models.notification_type import NotificationType, check_notification_type

T = TypeVar("T", bound="ToldAnswer")


@_attrs_define
class ToldAnswer:
    """Who was told what about the order.

    Attributes:
        type_ (NotificationType):
        audience (Audience): Whose the recipient id is: an account's, as what it is told, or a restaurant's staff's.
        recipient_id (UUID):
        title (str):
        body (str):
        created_at (datetime.datetime):
        read_at (datetime.datetime | None):
    """

    type_: NotificationType
    audience: Audience
    recipient_id: UUID
    title: str
    body: str
    created_at: datetime.datetime
    read_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_: str = self.type_

        audience: str = self.audience

        recipient_id = str(self.recipient_id)

        title = self.title

        body = self.body

        created_at = self.created_at.isoformat()

        read_at: None | str
        if isinstance(self.read_at, datetime.datetime):
            read_at = self.read_at.isoformat()
        else:
            read_at = self.read_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "type": type_,
                "audience": audience,
                "recipient_id": recipient_id,
                "title": title,
                "body": body,
                "created_at": created_at,
                "read_at": read_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        type_ = check_notification_type(d.pop("type"))

        audience = check_audience(d.pop("audience"))

        recipient_id = UUID(d.pop("recipient_id"))

        title = d.pop("title")

        body = d.pop("body")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_read_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                read_at_type_0 = datetime.datetime.fromisoformat(data)

                return read_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        read_at = _parse_read_at(d.pop("read_at"))

        told_answer = cls(
            type_=type_,
            audience=audience,
            recipient_id=recipient_id,
            title=title,
            body=body,
            created_at=created_at,
            read_at=read_at,
        )

        told_answer.additional_properties = d
        return told_answer

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
