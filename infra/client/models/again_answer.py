from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_status import OrderStatus, check_order_status

if TYPE_CHECKING:
    from ..models.again_links import AgainLinks
    from ..models.money import Money


T = TypeVar("T", bound="AgainAnswer")


@_attrs_define
class AgainAnswer:
    """The new order; as with any, what only changes later may end it.

    Attributes:
        id (UUID):
        status (OrderStatus):
        total (Money): `{"amount": 1250, "currency": "USD"}` is 12.50 US dollars.
        links (AgainLinks): `again_of` is the first order, and `support` the new one, as support sees them.
    """

    id: UUID
    status: OrderStatus
    total: Money
    links: AgainLinks
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = str(self.id)

        status: str = self.status

        total = self.total.to_dict()

        links = self.links.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "status": status,
                "total": total,
                "links": links,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.again_links import AgainLinks  # noqa: PLC0415
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        id = UUID(d.pop("id"))

        status = check_order_status(d.pop("status"))

        total = Money.from_dict(d.pop("total"))

        links = AgainLinks.from_dict(d.pop("links"))

        again_answer = cls(
            id=id,
            status=status,
            total=total,
            links=links,
        )

        again_answer.additional_properties = d
        return again_answer

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
