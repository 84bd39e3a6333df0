from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.party import Party, check_party

if TYPE_CHECKING:
    from ..models.entry import Entry


T = TypeVar("T", bound="MovedAnswer")


@_attrs_define
class MovedAnswer:
    """What a party has more by it, and less below zero; of a `hold`, what is released.

    Attributes:
        party (Party): Whose money an action moves. `HOLD` is what the customer's card holds, and nobody has.
        amount (Entry): Money of a ledger: below zero too. A positive amount is a debit.
    """

    party: Party
    amount: Entry
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        party: str = self.party

        amount = self.amount.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "party": party,
                "amount": amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry import Entry  # noqa: PLC0415

        d = dict(src_dict)
        party = check_party(d.pop("party"))

        amount = Entry.from_dict(d.pop("amount"))

        moved_answer = cls(
            party=party,
            amount=amount,
        )

        moved_answer.additional_properties = d
        return moved_answer

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
