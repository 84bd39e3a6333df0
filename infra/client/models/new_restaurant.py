from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.hours import Hours
    from ..models.place import Place


T = TypeVar("T", bound="NewRestaurant")


@_attrs_define
class NewRestaurant:
    """
    Attributes:
        name (str):
        currency (str):
        address (Place):
        cuisine (None | str | Unset):
        opening_hours (Hours | None | Unset):
        auto_accept (bool | Unset):  Default: False.
        acceptance_minutes (int | Unset):  Default: 10.
        preparation_minutes (int | Unset):  Default: 20.
    """

    name: str
    currency: str
    address: Place
    cuisine: None | str | Unset = UNSET
    opening_hours: Hours | None | Unset = UNSET
    auto_accept: bool | Unset = False
    acceptance_minutes: int | Unset = 10
    preparation_minutes: int | Unset = 20

    def to_dict(self) -> dict[str, Any]:
        from ..models.hours import Hours  # noqa: PLC0415

        name = self.name

        currency = self.currency

        address = self.address.to_dict()

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

        auto_accept = self.auto_accept

        acceptance_minutes = self.acceptance_minutes

        preparation_minutes = self.preparation_minutes

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
                "currency": currency,
                "address": address,
            }
        )
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
        name = d.pop("name")

        currency = d.pop("currency")

        address = Place.from_dict(d.pop("address"))

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

        auto_accept = d.pop("auto_accept", UNSET)

        acceptance_minutes = d.pop("acceptance_minutes", UNSET)

        preparation_minutes = d.pop("preparation_minutes", UNSET)

        new_restaurant = cls(
            name=name,
            currency=currency,
            address=address,
            cuisine=cuisine,
            opening_hours=opening_hours,
            auto_accept=auto_accept,
            acceptance_minutes=acceptance_minutes,
            preparation_minutes=preparation_minutes,
        )

        return new_restaurant
