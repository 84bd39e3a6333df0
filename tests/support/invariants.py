"""What must hold of every order once traffic has stopped, whatever broke meanwhile.

What can be seen from outside is checked by the demo's own invariants; here are those that need a
look behind the API. Pure functions over facts: each yields a sentence for what does not hold.
"""

from collections import Counter
from collections.abc import Callable, Iterator

from domain.orders import OrderStatus
from infra.demo.invariants import check
from infra.demo.sandbox import Balance, balance
from tests.support.facts import Facts, OrderFacts

# Where an order waits for a person, or for food, and nothing else may be under way.
_WAITING = {OrderStatus.CONFIRMED, OrderStatus.ACCEPTED}
_OF_STATUSES = {f"order_{status}" for status in OrderStatus}
_TAKEN_BACK = ("delivery_taken_back", "courier")
_CALLED_OFF = ("delivery_called_off", "courier")
_SOLD_OUT = ("dish_sold_out", "restaurant")
_DELAYED = ("order_delayed", "customer")
# One courier after another may lose it, and the kitchen may need ever longer.
_REPEATED = {_TAKEN_BACK, _DELAYED}
_CONFIRMED = {("order_confirmed", "customer"), ("new_order", "restaurant")}
_ANNOUNCED = {
    OrderStatus.ACCEPTED: {("order_accepted", "customer")},
    OrderStatus.PICKED_UP: {("order_picked_up", "customer")},
    OrderStatus.DELIVERED: {("order_delivered", "customer"), ("delivery_paid", "courier")},
    OrderStatus.REJECTED: {("order_rejected", "customer")},
    OrderStatus.CANCELLED: {("order_cancelled", "customer"), ("order_cancelled", "restaurant")},
    OrderStatus.PAYMENT_FAILED: {("order_payment_failed", "customer")},
}


def violations(facts: Facts) -> list[str]:
    """Everything that does not hold; empty is what a test wants."""
    return [
        *(f"{name}: {what}." for name, found in check(facts.visible).items() for what in found),
        *_left_open(facts),
        *(
            f"Order {order.seen.view.id} ({order.seen.view.status}) {violation}."
            for order in facts.orders
            for invariant in INVARIANTS
            for violation in invariant(order)
        ),
    ]


def _left_open(facts: Facts) -> Iterator[str]:
    for key, ids in facts.promised.items():
        if len(ids) > 1:
            yield f"The key {key} was answered with {len(ids)} orders."
    if facts.unpublished:
        yield f"{facts.unpublished} events are not in Kafka."
    yield from (f"{name} still owes money." for name in facts.owed)


def comes_to_rest(order: OrderFacts) -> Iterator[str]:
    status = order.seen.view.status
    if not (status.is_final or status in _WAITING):
        yield "is stuck"


def is_secured_while_the_kitchen_decides(order: OrderFacts) -> Iterator[str]:
    held, view = balance(order.seen.entries).held, order.seen.view
    if view.status is OrderStatus.CONFIRMED and held != view.total.amount:
        yield f"has only {held} held"


def has_payments_that_agree(order: OrderFacts) -> Iterator[str]:
    written, bank = order.payment or Balance(), balance(order.seen.entries)
    if written != bank:
        yield f"has {written} in payments, and the bank {bank}"


def shows_its_refund(order: OrderFacts) -> Iterator[str]:
    money = balance(order.seen.entries)
    shown = "partial" if money.given_back else "none"
    if 0 < money.taken <= money.given_back:
        shown = "full"
    if order.refund_status != shown:
        yield f"shows the refund {order.refund_status} instead of {shown}"


def numbers_its_timeline(order: OrderFacts) -> Iterator[str]:
    if [*order.sequences] != [*range(1, len(order.sequences) + 1)]:
        yield f"has a timeline numbered {order.sequences}"


def tells_every_change_in_order(order: OrderFacts) -> Iterator[str]:
    """One event per version, under one id, and in order where repeats are dropped."""
    seen = [*{sent.event_id: sent for sent in order.events}.values()]
    due = [f"order_{status}" for status in order.seen.statuses]
    told = [sent.type for sent in seen if sent.type in _OF_STATUSES]
    if told != due:
        yield f"has {told} in Kafka instead of {due}"
    versions = [sent.version for sent in seen]
    if versions != [*range(1, len(versions) + 1)]:
        yield f"has versions {versions} in Kafka"


def agrees_with_its_workflow(order: OrderFacts) -> Iterator[str]:
    run, status = order.run, order.seen.view.status
    if run is None:
        yield "has no workflow"
        return
    due = ("COMPLETED", status) if status.is_final else ("RUNNING", None)
    if (run.status, run.outcome) != due:
        yield f"has the workflow {(run.status, run.outcome)} instead of {due}"
    # An order does not wait for ever for a slow refund: it then ends while that is on its way.
    if status.is_final and run.refund not in {order.refund_status, "pending"}:
        yield f"ended with the refund {run.refund}, and shows {order.refund_status}"
    if run.shown != status:
        yield f"is shown as {run.shown} in the engine"


def holds_dishes_until_it_ends(order: OrderFacts) -> Iterator[str]:
    """What was cooked is eaten, and never put back."""
    cooked, held = OrderStatus.READY in order.seen.statuses, order.reservation == "held"
    over = cooked or order.seen.view.status.is_final
    if held == over or cooked != (order.reservation == "consumed"):
        yield f"has the reservation {order.reservation}"


def tells_people_once(order: OrderFacts) -> Iterator[str]:
    """Who cancels while people are being told of the confirmation may keep them from hearing it."""
    told, statuses = Counter(order.told), order.seen.statuses
    due = {each for status in statuses for each in _ANNOUNCED.get(status, set())}
    may = due | (_CONFIRMED if OrderStatus.CONFIRMED in statuses else set())
    if {OrderStatus.ACCEPTED, OrderStatus.PAYMENT_FAILED} <= {*statuses}:
        may |= {("order_payment_failed", "restaurant")}
    must = may if order.seen.view.status in _WAITING else due
    # Where a courier had it, where the kitchen needed longer, and where it took the last of a dish.
    besides = {*_REPEATED, _SOLD_OUT}
    if OrderStatus.CANCELLED in statuses:
        besides.add(_CALLED_OFF)
    yield from (f"never told {missing}" for missing in sorted(must - told.keys()))
    yield from (f"told {surplus}" for surplus in sorted(told.keys() - may - besides))
    once = (each for each in told.items() if each[0] not in _REPEATED)
    yield from (f"told {each} {count} times" for each, count in once if count > 1)


INVARIANTS: tuple[Callable[[OrderFacts], Iterator[str]], ...] = (
    comes_to_rest,
    is_secured_while_the_kitchen_decides,
    has_payments_that_agree,
    shows_its_refund,
    numbers_its_timeline,
    tells_every_change_in_order,
    agrees_with_its_workflow,
    holds_dishes_until_it_ends,
    tells_people_once,
)
