"""What an action on many orders asks for: what is the same for all of them."""

from collections.abc import Mapping, Sequence

from api.web.support.asked import (
    DEADLINE,
    MINUTES,
    OWNER,
    REASON,
    REASON_OF_THE_END,
    REFERENCE,
    RESOLUTION,
    who_pays,
)
from api.web.support.fields import Field, Kind
from api.web.support.forms import TITLES
from domain.desk import DeskAction
from domain.orders import Order
from domain.refunds import Liable

_SAME: Mapping[DeskAction, Sequence[Field]] = {
    DeskAction.RETRY: (),
    DeskAction.RESEND_CONFIRMATION: (),
    DeskAction.EXTEND_DEADLINE: (MINUTES,),
    DeskAction.REASSIGN_COURIER: (),
    DeskAction.ADD_NOTE: (),
    DeskAction.REFUND: (who_pays(Liable),),
    DeskAction.RESOLVE_REFUND: (RESOLUTION, REFERENCE),
    DeskAction.MOVE_CASE: (OWNER, DEADLINE),
    DeskAction.CANCEL: (),
    DeskAction.ORDER_AGAIN: (),
}

# Done to many it is less than it can be of one.
_LESS = {
    DeskAction.REASSIGN_COURIER: "Drop the courier, and ask others",
}

# So much of each, in the one currency that they have.
_EACH = {
    DeskAction.REFUND: ("amount", "Amount of each order", "all that is left of each"),
    DeskAction.CANCEL: ("keep", "Fee that each customer still pays", "they get everything back"),
}

MANY_TITLES: Mapping[DeskAction, str] = {
    action: _LESS.get(action, TITLES[action]) for action in _SAME
}
"""Of the actions that can be done to many, in the order in which the page offers them."""


def fields_of(action: DeskAction, orders: Sequence[Order]) -> Sequence[Field]:
    reason = REASON_OF_THE_END if action is DeskAction.CANCEL else REASON
    return (*_amount(action, orders), *_SAME[action], reason)


def currency_of(orders: Sequence[Order]) -> str | None:
    """None where they have several."""
    currencies = {order.quote.total.currency for order in orders}
    return currencies.pop() if len(currencies) == 1 else None


def _amount(action: DeskAction, orders: Sequence[Order]) -> Sequence[Field]:
    """Orders of several currencies have no amount in common."""
    currency = currency_of(orders)
    if action not in _EACH or currency is None:
        return ()
    name, label, without = _EACH[action]
    return (
        Field(
            name=name,
            label=f"{label}, in {currency}",
            kind=Kind.MONEY,
            required=False,
            hint=f"Empty: {without}.",
        ),
    )
