"""What the desk's pages say in plain words."""

from api.web.support.dossier import Dossier
from api.web.support.forms import TITLES
from domain import ledger
from domain.clocks import Side
from domain.desk import AuditRow, DeskAction, Outcome
from domain.ledger import Balance
from domain.money import Money
from domain.payments import RefundStatus
from domain.status_words import sentence

REFUND = {
    RefundStatus.NONE: "",
    RefundStatus.PENDING: "refund on its way",
    RefundStatus.PARTIAL: "partly given back",
    RefundStatus.FULL: "all given back",
    RefundStatus.DUE: "refund due",
}

WAITS_FOR = {
    Side.CHECKOUT: "the payment",
    Side.KITCHEN: "the kitchen",
    Side.COURIER_MISSING: "a courier",
    Side.COURIER: "its courier",
}

LATE = {
    Side.CHECKOUT: "Checkout slow",
    Side.KITCHEN: "Kitchen late",
    Side.COURIER_MISSING: "Courier missing",
    Side.COURIER: "Courier late",
}
"""Of the orders that are over their usual time."""

ACTIONS = {
    DeskAction.RETRY: "Retried a step",
    DeskAction.EXTEND_DEADLINE: "Extended a deadline",
    DeskAction.REASSIGN_COURIER: "Took it from the courier",
    DeskAction.RESEND_CONFIRMATION: "Resent the confirmation",
    DeskAction.ADD_NOTE: "Added a note",
    DeskAction.MOVE_CASE: "Changed a case",
    DeskAction.DECIDE_CASE: "Closed a case of reconciliation",
    DeskAction.CANCEL: "Cancelled the order",
    DeskAction.REFUND: "Gave money back",
    DeskAction.RESOLVE_REFUND: "Decided about a refund that was due",
    DeskAction.ORDER_AGAIN: "Ordered again for the customer",
    DeskAction.SET_ROLES: "Set the roles",
    DeskAction.SET_SUPPORT_RIGHT: "Set the right of support",
}

ASKED = {
    DeskAction.CANCEL: "cancel the order",
    DeskAction.REFUND: "give money back",
    DeskAction.RESOLVE_REFUND: "decide about a refund that is due",
}
"""What a second person is asked for."""

# What an account of the ledger means, and the sign with which its balance reads so.
_PARTIES = {
    ledger.PSP: ("Stripe holds for us", 1),
    ledger.CUSTOMER: ("Paid for food that was not delivered yet", -1),
    ledger.REFUNDS_DUE: ("On its way back, or due, to the customer", -1),
    ledger.PLATFORM: ("The platform has", -1),
    ledger.BANK: ("Paid by hand to the customer", -1),
    ledger.DISPUTES: ("Taken back by banks", 1),
}


def status(dossier: Dossier) -> str:
    """A sentence about where it stands, and what it waits for."""
    order, clock = dossier.order, dossier.clock
    said = sentence(order.status, is_paid=order.payment.captured.amount > 0)
    if order.cancellation and order.cancellation.reason not in said:
        said = f"{said} {order.cancellation.reason}"
    return f"{said} It waits for {WAITS_FOR[clock.side]}." if clock else said


def deed(row: AuditRow) -> str:
    """What a line of the audit log is about."""
    if decision := row.after.get("decision"):
        return f"{str(decision).capitalize()}: {ASKED[row.action]}"
    if row.outcome is Outcome.DONE or row.action not in TITLES:
        return ACTIONS[row.action]
    is_asked = row.outcome is Outcome.ASKED and "approval" in row.after
    return f"Asked a second person to {ASKED[row.action]}" if is_asked else TITLES[row.action]


def party(account: str) -> str:
    """Whose an account of the ledger is."""
    if account in _PARTIES:
        return _PARTIES[account][0]
    return f"The {account.partition(':')[0]} has"


def standing(balance: Balance) -> Money:
    """What is written beside `party`."""
    return balance.amount * _PARTIES.get(balance.account, ("", -1))[1]
