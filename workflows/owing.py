"""What is owed of an order, made from what its witnesses have: for a refund to be begun again."""

from uuid import UUID

from temporalio import workflow

with workflow.unsafe.imports_passed_through():
    from domain import ledger
    from domain.casework import MadeRefund
    from domain.orders import step_key
    from domain.refunds import Liable, Owed, OweMoney, RefundPart, RefundState
    from domain.witnesses import Facts

_NOBODY = UUID(int=0)


def refund_keys(facts: Facts) -> list[str]:
    """Every refund that the order may have: both undos, each part, and whatever became a case."""
    parts = [refund.part_of for refund in facts.refunds]
    cases = [case.key for case in facts.cases if case.is_of_refund]
    return [*dict.fromkeys([*facts.undos, *parts, *cases])]


def owe(facts: Facts, key: str) -> OweMoney | None:
    """The input of the refund `key`; None for a part of which nothing was promised."""
    void, _ = facts.undos
    part = None if key in facts.undos else _part(facts, key)
    if part is None and key not in facts.undos:
        return None
    tries = [refund for refund in facts.refunds if refund.part_of == key]
    failed = [refund for refund in tries if refund.state is RefundState.FAILED]
    case = next((case for case in facts.cases if case.key == key and case.is_open), None)
    return OweMoney(
        order_id=facts.order_id,
        customer_id=_customer(facts),
        restaurant_id=facts.order.restaurant_id if facts.order else _NOBODY,
        amount=part.amount if part else facts.money(facts.at_stake - facts.agreed),
        owed=Owed.PART if part else Owed.HELD if key == void else Owed.CAPTURED,
        authorizations=[attempt.key for attempt in facts.attempts]
        or [step_key(facts.order_id, "authorize")],
        part=part,
        # One that failed is not made again under its own number.
        attempt=len(failed) + 1,
        told=case is not None,
        # Above whatever it wrote before: each change of the payment was written once at most.
        written=facts.payment.payment.version if facts.payment else 0,
        due_since=case.opened_at if case else None,
        case_owner=case.owner if case else None,
        case_deadline=case.deadline if case else None,
        keep=facts.money(facts.agreed) if facts.agreed and part is None else None,
    )


def _part(facts: Facts, key: str) -> RefundPart | None:
    tries = [refund for refund in facts.refunds if refund.part_of == key]
    if not tries:
        return None
    first = min(tries, key=lambda refund: refund.created_at)
    return RefundPart(
        order_id=facts.order_id,
        key=key,
        amount=first.amount,
        liable=first.liable,
        liable_account=_account(facts, first),
        reason=first.reason,
        request_hash=first.request_hash or "",
        remark_id=first.remark_id,
    )


def _account(facts: Facts, refund: MadeRefund) -> str:
    """Out of which earnings it comes, where these were divided before."""
    order = facts.order
    if order and refund.liable is Liable.RESTAURANT:
        return ledger.restaurant(order.restaurant_id)
    if order and order.courier_id and refund.liable is Liable.COURIER:
        return ledger.courier(order.courier_id)
    return ledger.PLATFORM


def _customer(facts: Facts) -> UUID:
    if facts.payment:
        return facts.payment.customer_id
    return facts.order.customer_id if facts.order else _NOBODY
