from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="GoogleToken")


@_attrs_define
class GoogleToken:
    """
    Attributes:
        id_token (str):
        nonce (str):
    """

    id_token: str
    nonce: str

    def to_dict(self) -> dict[str, Any]:
        id_token = self.id_token

        nonce = self.nonce

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id_token": id_token,
                "nonce": nonce,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id_token = d.pop("id_token")

        nonce = d.pop("nonce")

        google_token = cls(
            id_token=id_token,
            nonce=nonce,
        )

        return google_token
