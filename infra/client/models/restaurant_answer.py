from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.hours import Hours
    from ..models.place import Place


T = TypeVar("T", bound="RestaurantAnswer")


@_attrs_define
class RestaurantAnswer:
    """`open` is whether it takes orders now; `distance_km` is there where a place was asked.

    Attributes:
        version (int):
        id (UUID):
        name (str):
        currency (str):
        address (Place):
        cuisine (None | str):
        opening_hours (Hours | None):
        auto_accept (bool):
        acceptance_minutes (int):
        preparation_minutes (int):
        open_ (bool):
        paused (bool):
        distance_km (float | None | Unset):
    """

    version: int
    id: UUID
    name: str
    currency: str
    address: Place
    cuisine: None | str
    opening_hours: Hours | None
    auto_accept: bool
    acceptance_minutes: int
    preparation_minutes: int
    open_: bool
    paused: bool
    distance_km: float | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.hours import Hours  # noqa: PLC0415

        version = self.version

        id = str(self.id)

        name = self.name

        currency = self.currency

        address = self.address.to_dict()

        cuisine: None | str
        cuisine = self.cuisine

        opening_hours: dict[str, Any] | None
        if isinstance(self.opening_hours, Hours):
            opening_hours = self.opening_hours.to_dict()
        else:
            opening_hours = self.opening_hours

        auto_accept = self.auto_accept

        acceptance_minutes = self.acceptance_minutes

        preparation_minutes = self.preparation_minutes

        open_ = self.open_

        paused = self.paused

        distance_km: float | None | Unset
        if isinstance(self.distance_km, Unset):
            distance_km = UNSET
        else:
            distance_km = self.distance_km

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "id": id,
                "name": name,
                "currency": currency,
                "address": address,
                "cuisine": cuisine,
                "opening_hours": opening_hours,
                "auto_accept": auto_accept,
                "acceptance_minutes": acceptance_minutes,
                "preparation_minutes": preparation_minutes,
                "open": open_,
                "paused": paused,
            }
        )
        if distance_km is not UNSET:
            field_dict["distance_km"] = distance_km

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.hours import Hours  # noqa: PLC0415
        from ..models.place import Place  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        id = UUID(d.pop("id"))

        name = d.pop("name")

        currency = d.pop("currency")

        address = Place.from_dict(d.pop("address"))

        def _parse_cuisine(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        cuisine = _parse_cuisine(d.pop("cuisine"))

        def _parse_opening_hours(data: object) -> Hours | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                opening_hours_type_0 = Hours.from_dict(data)

                return opening_hours_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Hours | None, data)

        opening_hours = _parse_opening_hours(d.pop("opening_hours"))

        auto_accept = d.pop("auto_accept")

        acceptance_minutes = d.pop("acceptance_minutes")

        preparation_minutes = d.pop("preparation_minutes")

        open_ = d.pop("open")

        paused = d.pop("paused")

        def _parse_distance_km(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        distance_km = _parse_distance_km(d.pop("distance_km", UNSET))

        restaurant_answer = cls(
            version=version,
            id=id,
            name=name,
            currency=currency,
            address=address,
            cuisine=cuisine,
            opening_hours=opening_hours,
            auto_accept=auto_accept,
            acceptance_minutes=acceptance_minutes,
            preparation_minutes=preparation_minutes,
            open_=open_,
            paused=paused,
            distance_km=distance_km,
        )

        restaurant_answer.additional_properties = d
        return restaurant_answer

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
