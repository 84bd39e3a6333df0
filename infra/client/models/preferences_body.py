from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.email_fields import EmailFields


T = TypeVar("T", bound="PreferencesBody")


@_attrs_define
class PreferencesBody:
    """
    Attributes:
        email (EmailFields): Mail about money that is owed and about logins comes always.
    """

    email: EmailFields

    def to_dict(self) -> dict[str, Any]:
        email = self.email.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "email": email,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.email_fields import EmailFields  # noqa: PLC0415

        d = dict(src_dict)
        email = EmailFields.from_dict(d.pop("email"))

        preferences_body = cls(
            email=email,
        )

        return preferences_body
