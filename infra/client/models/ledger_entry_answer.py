from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.posting_kind import PostingKind, check_posting_kind

if TYPE_CHECKING:
    from ..models.entry import Entry


T = TypeVar("T", bound="LedgerEntryAnswer")


@_attrs_define
class LedgerEntryAnswer:
    """One side of a posting; those of one `posting` sum to zero.

    Attributes:
        posting (int):
        at (datetime.datetime):
        kind (PostingKind):
        account (str):
        amount (Entry): Money of a ledger: below zero too. A positive amount is a debit.
    """

    posting: int
    at: datetime.datetime
    kind: PostingKind
    account: str
    amount: Entry
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        posting = self.posting

        at = self.at.isoformat()

        kind: str = self.kind

        account = self.account

        amount = self.amount.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "posting": posting,
                "at": at,
                "kind": kind,
                "account": account,
                "amount": amount,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.entry import Entry  # noqa: PLC0415

        d = dict(src_dict)
        posting = d.pop("posting")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        kind = check_posting_kind(d.pop("kind"))

        account = d.pop("account")

        amount = Entry.from_dict(d.pop("amount"))

        ledger_entry_answer = cls(
            posting=posting,
            at=at,
            kind=kind,
            account=account,
            amount=amount,
        )

        ledger_entry_answer.additional_properties = d
        return ledger_entry_answer

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
