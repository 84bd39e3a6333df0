from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..models.liable import Liable, check_liable
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.money import Money


T = TypeVar("T", bound="NewRefund")


@_attrs_define
class NewRefund:
    """Of an amount, or of dishes by their `menu_item_id`; of neither, all that is left.

    A dish may stand in several lines, as with different notes: all of them are given back.

        Attributes:
            reason (str):
            liable (Liable): Out of whose earnings a refund is made.
            amount (Money | None | Unset):
            line_ids (list[UUID] | None | Unset):
    """

    reason: str
    liable: Liable
    amount: Money | None | Unset = UNSET
    line_ids: list[UUID] | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        reason = self.reason

        liable: str = self.liable

        amount: dict[str, Any] | None | Unset
        if isinstance(self.amount, Unset):
            amount = UNSET
        elif isinstance(self.amount, Money):
            amount = self.amount.to_dict()
        else:
            amount = self.amount

        line_ids: list[str] | None | Unset
        if isinstance(self.line_ids, Unset):
            line_ids = UNSET
        elif isinstance(self.line_ids, list):
            line_ids = []
            for line_ids_type_0_item_data in self.line_ids:
                line_ids_type_0_item = str(line_ids_type_0_item_data)
                line_ids.append(line_ids_type_0_item)

        else:
            line_ids = self.line_ids

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "reason": reason,
                "liable": liable,
            }
        )
        if amount is not UNSET:
            field_dict["amount"] = amount
        if line_ids is not UNSET:
            field_dict["line_ids"] = line_ids

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.money import Money  # noqa: PLC0415

        d = dict(src_dict)
        reason = d.pop("reason")

        liable = check_liable(d.pop("liable"))

        def _parse_amount(data: object) -> Money | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                amount_type_0 = Money.from_dict(data)

                return amount_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None | Unset, data)

        amount = _parse_amount(d.pop("amount", UNSET))

        def _parse_line_ids(data: object) -> list[UUID] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                line_ids_type_0 = []
                _line_ids_type_0 = data
                for line_ids_type_0_item_data in _line_ids_type_0:
                    line_ids_type_0_item = UUID(line_ids_type_0_item_data)

                    line_ids_type_0.append(line_ids_type_0_item)

                return line_ids_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[UUID] | None | Unset, data)

        line_ids = _parse_line_ids(d.pop("line_ids", UNSET))

        new_refund = cls(
            reason=reason,
            liable=liable,
            amount=amount,
            line_ids=line_ids,
        )

        return new_refund
