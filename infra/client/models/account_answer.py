from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.right import Right, check_right
from ..models.role import Role, check_role

T = TypeVar("T", bound="AccountAnswer")


@_attrs_define
class AccountAnswer:
    """
    Attributes:
        id (UUID):
        email (str):
        name (str):
        phone (None | str):
        roles (list[Role]):
        restaurants (list[UUID]):
        created_at (datetime.datetime):
        support_right (None | Right):
    """

    id: UUID
    email: str
    name: str
    phone: None | str
    roles: list[Role]
    restaurants: list[UUID]
    created_at: datetime.datetime
    support_right: None | Right
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        email = self.email

        name = self.name

        phone: None | str
        phone = self.phone

        roles = []
        for roles_item_data in self.roles:
            roles_item: str = roles_item_data
            roles.append(roles_item)

        restaurants = []
        for restaurants_item_data in self.restaurants:
            restaurants_item = str(restaurants_item_data)
            restaurants.append(restaurants_item)

        created_at = self.created_at.isoformat()

        support_right: None | str
        if isinstance(self.support_right, str):
            support_right = self.support_right
        else:
            support_right = self.support_right

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "email": email,
                "name": name,
                "phone": phone,
                "roles": roles,
                "restaurants": restaurants,
                "created_at": created_at,
                "support_right": support_right,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = UUID(d.pop("id"))

        email = d.pop("email")

        name = d.pop("name")

        def _parse_phone(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        phone = _parse_phone(d.pop("phone"))

        roles = []
        _roles = d.pop("roles")
        for roles_item_data in _roles:
            roles_item = check_role(roles_item_data)

            roles.append(roles_item)

        restaurants = []
        _restaurants = d.pop("restaurants")
        for restaurants_item_data in _restaurants:
            restaurants_item = UUID(restaurants_item_data)

            restaurants.append(restaurants_item)

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_support_right(data: object) -> None | Right:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                support_right_type_0 = check_right(data)

                return support_right_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Right, data)

        support_right = _parse_support_right(d.pop("support_right"))

        account_answer = cls(
            id=id,
            email=email,
            name=name,
            phone=phone,
            roles=roles,
            restaurants=restaurants,
            created_at=created_at,
            support_right=support_right,
        )

        account_answer.additional_properties = d
        return account_answer

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
