"""What an action of support will cause, shown before it is done.

Nothing here knows what an action does: the ledger's postings, the division of the money, the
announcements and the permissions are asked, which the doing asks too.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from domain import ledger, permissions
from domain.announcements import Concerned, news_of
from domain.casework import Resolution
from domain.consequences import NOBODY_CARRIED_IT, Entries, account_of
from domain.deliveries import Delivery, DeliveryState
from domain.desk import DeskAction
from domain.disputes import DisputeState
from domain.errors import ApprovalNeeded, DomainError, IllegalTransition
from domain.events.orders import OrderEventType
from domain.money import Money
from domain.notifications import Notification, confirmation, ended_again
from domain.orders import Actor, Cancellation, OrderStatus
from domain.proposals import DeskFacts, Proposal
from domain.retries import next_try

# Not of what resolves a refund: nothing is due of it after that.
_STAYS_DUE = ": what is promised to the customer stays due"


class Party(StrEnum):
    """Whose money an action moves. `HOLD` is what the customer's card holds, and nobody has."""

    CUSTOMER = "customer"
    RESTAURANT = "restaurant"
    COURIER = "courier"
    PLATFORM = "platform"
    HOLD = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a party has more by it, and less where it is negative; of a hold, what is released."""

    party: Party
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`refused` says why nothing would happen; the rest is empty then.

    `approval` says that a second person has to approve it first, and is None where nobody has to.
    `tries` names what is tried again: the rest is what comes of it if that goes through.
    `unknown` says in a sentence what nobody can tell before, where that is more than nothing.
    `warning` is a sentence to read before it is done.
    `amount` is what is due, or what the new order costs: told again to who does it, it is done for
    that, or not at all.
    `next_status` is None where the order stays as it is.
    """

    refused: str | None = None
    approval: str | None = None
    tries: tuple[str, ...] = ()
    unknown: str | None = None
    warning: str | None = None
    amount: Money | None = None
    money: tuple[Moved, ...] = ()
    messages: tuple[Notification, ...] = ()
    next_status: OrderStatus | None = None


def preview(proposal: Proposal, facts: DeskFacts) -> Preview:
    """What comes of it, if it is done now."""
    try:
        proposal.mandate.check(proposal.action)
        return _PREVIEWS[proposal.action](proposal, facts)
    except DomainError as refusal:
        return Preview(refused=str(refusal))


def _nothing(_proposal: Proposal, _facts: DeskFacts) -> Preview:
    """Neither money nor news: it is written down, and nobody else notices."""
    return Preview()


def _retry(_: Proposal, facts: DeskFacts) -> Preview:
    retry = next_try(facts)
    return Preview(
        tries=retry.tries,
        unknown=retry.unknown,
        money=(*_by_party(facts, retry.entries), *_released(facts, retry.released)),
    )


def _extend(proposal: Proposal, facts: DeskFacts) -> Preview:
    minutes, status = proposal.minutes or 0, facts.order.status
    if proposal.of_delivery:
        permissions.to_extend_delivery(_delivery(facts).state, minutes)
        return Preview()
    if status.is_final:
        raise IllegalTransition(permissions.has_ended(status))
    permissions.to_delay(status, minutes)
    return Preview(messages=_told(OrderEventType.DELAYED, facts.concerned))


def _reassign(proposal: Proposal, facts: DeskFacts) -> Preview:
    delivery = _delivery(facts)
    permissions.to_reassign(
        delivery.state,
        courier_id=proposal.courier_id,
        has_courier=delivery.courier_id is not None,
    )
    has_it = proposal.courier_id is not None and proposal.courier_id == delivery.courier_id
    if has_it or delivery.state is not DeliveryState.ASSIGNED:
        return Preview()
    concerned = replace(facts.concerned, courier_id=delivery.courier_id)
    return Preview(messages=_told(OrderEventType.COURIER_RELEASED, concerned))


def _resend(_: Proposal, facts: DeskFacts) -> Preview:
    if facts.order.status.is_final:
        return Preview(messages=(ended_again(facts.order, ""),))
    permissions.to_resend_confirmation(facts.order.status)
    customers, _restaurants = confirmation(facts.order, facts.order.quote.total)
    return Preview(messages=(customers,))


def _move_case(proposal: Proposal, facts: DeskFacts) -> Preview:
    case = permissions.open_case(facts.money.cases, proposal.case)
    permissions.to_move_case(proposal.deadline, is_open=case.is_open, now=facts.now)
    return Preview()


def _decide_case(proposal: Proposal, facts: DeskFacts) -> Preview:
    to_decide = facts.reconciliation_cases(proposal.case)
    is_open = bool(to_decide or facts.refund_cases(proposal.case))
    permissions.to_decide_case(is_open=is_open, is_of_refund=not to_decide)
    return Preview()


def _cancel(proposal: Proposal, facts: DeskFacts) -> Preview:
    order, keep = facts.order, proposal.keep
    permissions.to_cancel(order.status, late=True)
    left = facts.purse.left
    permissions.to_keep(keep, order.payment, total=order.quote.total, left=left)
    back = permissions.given_back_by_cancelling(order.payment, keep, left=left)
    moved = _by_party(facts, facts.purse.cancel(keep.amount if keep else 0))
    ended = Cancellation(by=Actor.SUPPORT, code="", reason="", kept=keep)
    return Preview(
        approval=_approval(proposal, back),
        warning=_disputed(facts, _STAYS_DUE),
        money=(*moved, *_released(facts, facts.purse.held)),
        messages=_told(OrderEventType.CANCELLED, replace(facts.concerned, cancellation=ended)),
        next_status=OrderStatus.CANCELLED,
    )


def _refund(proposal: Proposal, facts: DeskFacts) -> Preview:
    amount = permissions.to_refund(proposal.amount, left=facts.purse.left)
    account = account_of(facts.order, proposal.liable)
    if account is None:
        raise IllegalTransition(NOBODY_CARRIED_IT)
    return Preview(
        approval=_approval(proposal, amount),
        warning=_disputed(facts, _STAYS_DUE),
        money=_by_party(facts, facts.purse.refund(amount.amount, account)),
    )


def _resolve(proposal: Proposal, facts: DeskFacts) -> Preview:
    resolution = proposal.resolution or Resolution.PAID_BY_HAND
    permissions.to_resolve(resolution, proposal.reference)
    case = permissions.refund_due(facts.refund_cases(proposal.case))
    due = facts.purse.to_decide(case, resolution)
    permissions.to_be_due(proposal.amount or proposal.mandate.approved, due)
    return Preview(
        approval=_approval(proposal, due if resolution is Resolution.PAID_BY_HAND else None),
        warning=_disputed(facts),
        amount=due,
        money=_by_party(facts, facts.purse.resolve(case, resolution)),
    )


def _order_again(proposal: Proposal, facts: DeskFacts) -> Preview:
    permissions.to_order_again(facts.order.status)
    price = proposal.amount or facts.order.quote.total
    # As with any order: held now, taken when the restaurant accepts.
    return Preview(
        amount=price,
        money=(Moved(party=Party.CUSTOMER, amount=Money.zero(price.currency) - price),),
        messages=confirmation(facts.order, price),
        next_status=OrderStatus.PLACED,
    )


_PREVIEWS: dict[DeskAction, Callable[[Proposal, DeskFacts], Preview]] = {
    DeskAction.RETRY: _retry,
    DeskAction.EXTEND_DEADLINE: _extend,
    DeskAction.REASSIGN_COURIER: _reassign,
    DeskAction.RESEND_CONFIRMATION: _resend,
    DeskAction.ADD_NOTE: _nothing,
    DeskAction.MOVE_CASE: _move_case,
    DeskAction.DECIDE_CASE: _decide_case,
    DeskAction.CANCEL: _cancel,
    DeskAction.REFUND: _refund,
    DeskAction.RESOLVE_REFUND: _resolve,
    DeskAction.ORDER_AGAIN: _order_again,
}


def _delivery(facts: DeskFacts) -> Delivery:
    """One that goes on. Raises `IllegalTransition`."""
    if facts.delivery is None or facts.delivery.state.is_final:
        raise IllegalTransition(permissions.has_no_delivery(facts.order.status))
    return facts.delivery


def _approval(proposal: Proposal, amount: Money | None) -> str | None:
    """Raises `RightMissing`."""
    try:
        proposal.mandate.check(proposal.action, amount)
    except ApprovalNeeded as needed:
        return str(needed)
    return None


def _disputed(facts: DeskFacts, therefore: str = "") -> str | None:
    taken = facts.purse.disputed
    if not taken.amount:
        return None
    is_open = any(each.state is DisputeState.OPEN for each in facts.money.disputes)
    unless = "Unless that dispute is won," if is_open else "That dispute is lost, and"
    return (
        f"The customer's bank took {taken} of this order back. {unless} the payment service makes "
        f"no refund of it{therefore}."
    )


def _told(type_: OrderEventType, concerned: Concerned) -> tuple[Notification, ...]:
    return tuple(news_of(type_, concerned))


def _released(facts: DeskFacts, held: int) -> tuple[Moved, ...]:
    return (Moved(party=Party.HOLD, amount=facts.amount(held)),) if held else ()


def _by_party(facts: DeskFacts, entries: Entries) -> tuple[Moved, ...]:
    """What a party earns is a credit; what the payment service or our bank pays, customers get."""
    accounts = {
        Party.CUSTOMER: (ledger.PSP, ledger.BANK),
        Party.RESTAURANT: (ledger.restaurant(facts.order.restaurant_id),),
        Party.COURIER: tuple(each for each in entries if each.startswith("courier:")),
        Party.PLATFORM: (ledger.PLATFORM,),
    }
    sums = {party: -sum(entries.get(each, 0) for each in own) for party, own in accounts.items()}
    return tuple(
        Moved(party=party, amount=facts.amount(amount)) for party, amount in sums.items() if amount
    )
