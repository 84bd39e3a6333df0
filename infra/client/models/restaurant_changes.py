from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.hours import Hours
    from ..models.place import Place


T = TypeVar("T", bound="RestaurantChanges")


@_attrs_define
class RestaurantChanges:
    """The currency stays: prices and orders are in it.

    Attributes:
        name (None | str | Unset):
        address (None | Place | Unset):
        cuisine (None | str | Unset):
        opening_hours (Hours | None | Unset):
        auto_accept (bool | None | Unset):
        acceptance_minutes (int | None | Unset):
        preparation_minutes (int | None | Unset):
    """

    name: None | str | Unset = UNSET
    address: None | Place | Unset = UNSET
    cuisine: None | str | Unset = UNSET
    opening_hours: Hours | None | Unset = UNSET
    auto_accept: bool | None | Unset = UNSET
    acceptance_minutes: int | None | Unset = UNSET
    preparation_minutes: int | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.hours import Hours  # noqa: PLC0415
        from ..models.place import Place  # noqa: PLC0415

        name: None | str | Unset
        if isinstance(self.name, Unset):
            name = UNSET
        else:
            name = self.name

        address: dict[str, Any] | None | Unset
        if isinstance(self.address, Unset):
            address = UNSET
        elif isinstance(self.address, Place):
            address = self.address.to_dict()
        else:
            address = self.address

        cuisine: None | str | Unset
        if isinstance(self.cuisine, Unset):
            cuisine = UNSET
        else:
            cuisine = self.cuisine

        opening_hours: dict[str, Any] | None | Unset
        if isinstance(self.opening_hours, Unset):
            opening_hours = UNSET
        elif isinstance(self.opening_hours, Hours):
            opening_hours = self.opening_hours.to_dict()
        else:
            opening_hours = self.opening_hours

        auto_accept: bool | None | Unset
        if isinstance(self.auto_accept, Unset):
            auto_accept = UNSET
        else:
            auto_accept = self.auto_accept

        acceptance_minutes: int | None | Unset
        if isinstance(self.acceptance_minutes, Unset):
            acceptance_minutes = UNSET
        else:
            acceptance_minutes = self.acceptance_minutes

        preparation_minutes: int | None | Unset
        if isinstance(self.preparation_minutes, Unset):
            preparation_minutes = UNSET
        else:
            preparation_minutes = self.preparation_minutes

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if name is not UNSET:
            field_dict["name"] = name
        if address is not UNSET:
            field_dict["address"] = address
        if cuisine is not UNSET:
            field_dict["cuisine"] = cuisine
        if opening_hours is not UNSET:
            field_dict["opening_hours"] = opening_hours
        if auto_accept is not UNSET:
            field_dict["auto_accept"] = auto_accept
        if acceptance_minutes is not UNSET:
            field_dict["acceptance_minutes"] = acceptance_minutes
        if preparation_minutes is not UNSET:
            field_dict["preparation_minutes"] = preparation_minutes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hours import Hours  # noqa: PLC0415
        from ..models.place import Place  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_name(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        name = _parse_name(d.pop("name", UNSET))

        def _parse_address(data: object) -> None | Place | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                address_type_0 = Place.from_dict(data)

                return address_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Place | Unset, data)

        address = _parse_address(d.pop("address", UNSET))

        def _parse_cuisine(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cuisine = _parse_cuisine(d.pop("cuisine", UNSET))

        def _parse_opening_hours(data: object) -> Hours | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                opening_hours_type_0 = Hours.from_dict(data)

                return opening_hours_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Hours | None | Unset, data)

        opening_hours = _parse_opening_hours(d.pop("opening_hours", UNSET))

        def _parse_auto_accept(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        auto_accept = _parse_auto_accept(d.pop("auto_accept", UNSET))

        def _parse_acceptance_minutes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        acceptance_minutes = _parse_acceptance_minutes(d.pop("acceptance_minutes", UNSET))

        def _parse_preparation_minutes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        preparation_minutes = _parse_preparation_minutes(d.pop("preparation_minutes", UNSET))

        restaurant_changes = cls(
            name=name,
            address=address,
            cuisine=cuisine,
            opening_hours=opening_hours,
            auto_accept=auto_accept,
            acceptance_minutes=acceptance_minutes,
            preparation_minutes=preparation_minutes,
        )

        return restaurant_changes
