from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="GoogleLink")


@_attrs_define
class GoogleLink:
    """`password`: the account's, where it has one.

    Attributes:
        id_token (str):
        nonce (str):
        password (str | Unset):  Default: ''.
    """

    id_token: str
    nonce: str
    password: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        id_token = self.id_token

        nonce = self.nonce

        password = self.password

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "id_token": id_token,
                "nonce": nonce,
            }
        )
        if password is not UNSET:
            field_dict["password"] = password

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id_token = d.pop("id_token")

        nonce = d.pop("nonce")

        password = d.pop("password", UNSET)

        google_link = cls(
            id_token=id_token,
            nonce=nonce,
            password=password,
        )

        return google_link
