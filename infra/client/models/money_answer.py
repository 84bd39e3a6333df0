from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.authorization_answer import AuthorizationAnswer
    from ..models.case_answer import CaseAnswer
    from ..models.dispute_answer import DisputeAnswer
    from ..models.ledger_entry_answer import LedgerEntryAnswer
    from ..models.refund_attempt_answer import RefundAttemptAnswer


T = TypeVar("T", bound="MoneyAnswer")


@_attrs_define
class MoneyAnswer:
    """
    Attributes:
        authorizations (list[AuthorizationAnswer]):
        refunds (list[RefundAttemptAnswer]):
        cases (list[CaseAnswer]):
        disputes (list[DisputeAnswer]):
        ledger (list[LedgerEntryAnswer]):
    """

    authorizations: list[AuthorizationAnswer]
    refunds: list[RefundAttemptAnswer]
    cases: list[CaseAnswer]
    disputes: list[DisputeAnswer]
    ledger: list[LedgerEntryAnswer]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        authorizations = []
        for authorizations_item_data in self.authorizations:
            authorizations_item = authorizations_item_data.to_dict()
            authorizations.append(authorizations_item)

        refunds = []
        for refunds_item_data in self.refunds:
            refunds_item = refunds_item_data.to_dict()
            refunds.append(refunds_item)

        cases = []
        for cases_item_data in self.cases:
            cases_item = cases_item_data.to_dict()
            cases.append(cases_item)

        disputes = []
        for disputes_item_data in self.disputes:
            disputes_item = disputes_item_data.to_dict()
            disputes.append(disputes_item)

        ledger = []
        for ledger_item_data in self.ledger:
            ledger_item = ledger_item_data.to_dict()
            ledger.append(ledger_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "authorizations": authorizations,
                "refunds": refunds,
                "cases": cases,
                "disputes": disputes,
                "ledger": ledger,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.authorization_answer import AuthorizationAnswer  # noqa: PLC0415
        from ..models.case_answer import CaseAnswer  # noqa: PLC0415
        from ..models.dispute_answer import DisputeAnswer  # noqa: PLC0415
        from ..models.ledger_entry_answer import LedgerEntryAnswer  # noqa: PLC0415
        from ..models.refund_attempt_answer import RefundAttemptAnswer  # noqa: PLC0415

        d = dict(src_dict)
        authorizations = []
        _authorizations = d.pop("authorizations")
        for authorizations_item_data in _authorizations:
            authorizations_item = AuthorizationAnswer.from_dict(authorizations_item_data)

            authorizations.append(authorizations_item)

        refunds = []
        _refunds = d.pop("refunds")
        for refunds_item_data in _refunds:
            refunds_item = RefundAttemptAnswer.from_dict(refunds_item_data)

            refunds.append(refunds_item)

        cases = []
        _cases = d.pop("cases")
        for cases_item_data in _cases:
            cases_item = CaseAnswer.from_dict(cases_item_data)

            cases.append(cases_item)

        disputes = []
        _disputes = d.pop("disputes")
        for disputes_item_data in _disputes:
            disputes_item = DisputeAnswer.from_dict(disputes_item_data)

            disputes.append(disputes_item)

        ledger = []
        _ledger = d.pop("ledger")
        for ledger_item_data in _ledger:
            ledger_item = LedgerEntryAnswer.from_dict(ledger_item_data)

            ledger.append(ledger_item)

        money_answer = cls(
            authorizations=authorizations,
            refunds=refunds,
            cases=cases,
            disputes=disputes,
            ledger=ledger,
        )

        money_answer.additional_properties = d
        return money_answer

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
