from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.order_status import OrderStatus, check_order_status

if TYPE_CHECKING:
    from ..models.message_answer import MessageAnswer
    from ..models.money import Money
    from ..models.moved_answer import MovedAnswer


T = TypeVar("T", bound="PreviewAnswer")


@_attrs_define
class PreviewAnswer:
    """`refused` says why nothing would happen, and `approval` that a second person has to agree.

    `tries` is what is tried again: the rest comes of it if that goes through. `unknown` says what
    nobody can tell before. `warning` is a sentence to read before it is done. `amount` is what is
    due, or what the new order costs: told again to the action, it is done for that or not at all.
    `next_status` null: the order stays as it is.

        Attributes:
            refused (None | str):
            approval (None | str):
            tries (list[str]):
            unknown (None | str):
            warning (None | str):
            amount (Money | None):
            money (list[MovedAnswer]):
            messages (list[MessageAnswer]):
            next_status (None | OrderStatus):
    """

    refused: None | str
    approval: None | str
    tries: list[str]
    unknown: None | str
    warning: None | str
    amount: Money | None
    money: list[MovedAnswer]
    messages: list[MessageAnswer]
    next_status: None | OrderStatus
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.money import Money  # noqa: PLC0415

        refused: None | str
        refused = self.refused

        approval: None | str
        approval = self.approval

        tries = self.tries

        unknown: None | str
        unknown = self.unknown

        warning: None | str
        warning = self.warning

        amount: dict[str, Any] | None
        if isinstance(self.amount, Money):
            amount = self.amount.to_dict()
        else:
            amount = self.amount

        money = []
        for money_item_data in self.money:
            money_item = money_item_data.to_dict()
            money.append(money_item)

        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        next_status: None | str
        if isinstance(self.next_status, str):
            next_status = self.next_status
        else:
            next_status = self.next_status

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "refused": refused,
                "approval": approval,
                "tries": tries,
                "unknown": unknown,
                "warning": warning,
                "amount": amount,
                "money": money,
                "messages": messages,
                "next_status": next_status,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.message_answer import MessageAnswer  # noqa: PLC0415
        from ..models.money import Money  # noqa: PLC0415
        from ..models.moved_answer import MovedAnswer  # noqa: PLC0415

        d = dict(src_dict)

        def _parse_refused(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refused = _parse_refused(d.pop("refused"))

        def _parse_approval(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        approval = _parse_approval(d.pop("approval"))

        tries = cast(list[str], d.pop("tries"))

        def _parse_unknown(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        unknown = _parse_unknown(d.pop("unknown"))

        def _parse_warning(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        warning = _parse_warning(d.pop("warning"))

        def _parse_amount(data: object) -> Money | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                amount_type_0 = Money.from_dict(data)

                return amount_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Money | None, data)

        amount = _parse_amount(d.pop("amount"))

        money = []
        _money = d.pop("money")
        for money_item_data in _money:
            money_item = MovedAnswer.from_dict(money_item_data)

            money.append(money_item)

        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = MessageAnswer.from_dict(messages_item_data)

            messages.append(messages_item)

        def _parse_next_status(data: object) -> None | OrderStatus:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                next_status_type_0 = check_order_status(data)

                return next_status_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OrderStatus, data)

        next_status = _parse_next_status(d.pop("next_status"))

        preview_answer = cls(
            refused=refused,
            approval=approval,
            tries=tries,
            unknown=unknown,
            warning=warning,
            amount=amount,
            money=money,
            messages=messages,
            next_status=next_status,
        )

        preview_answer.additional_properties = d
        return preview_answer

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
