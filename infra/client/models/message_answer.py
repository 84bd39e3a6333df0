from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.audience import Audience, check_audience

T = TypeVar("T", bound="MessageAnswer")


@_attrs_define
class MessageAnswer:
    """
    Attributes:
        to (Audience): Whose the recipient id is: an account's, as what it is told, or a restaurant's staff's.
        what (str):
        body (str):
    """

    to: Audience
    what: str
    body: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        to: str = self.to

        what = self.what

        body = self.body

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "to": to,
                "what": what,
                "body": body,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        to = check_audience(d.pop("to"))

        what = d.pop("what")

        body = d.pop("body")

        message_answer = cls(
            to=to,
            what=what,
            body=body,
        )

        message_answer.additional_properties = d
        return message_answer

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
