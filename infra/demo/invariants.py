"""What must hold of money and food, decided from facts that were collected from outside.

Pure functions: each invariant looks at the facts and says in plain words what breaks it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from domain.orders import OrderStatus
from infra.demo.orders import OrderView
from infra.demo.sandbox import Balance, Entry, balance
from infra.stripe_sandbox.ledger import Movement

# In these an order has food, or will have: its price is owed.
SERVED = frozenset(
    {
        OrderStatus.ACCEPTED,
        OrderStatus.PREPARING,
        OrderStatus.READY,
        OrderStatus.PICKED_UP,
        OrderStatus.DELIVERED,
    }
)
# In these it holds portions: those that are served, and those that may be.
HOLDING = SERVED | {
    OrderStatus.RESERVED,
    OrderStatus.PAYMENT_ACTION_REQUIRED,
    OrderStatus.CONFIRMED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """`view` is the order as REST has it; `statuses` those of its timeline, the oldest first."""

    view: OrderView
    entries: Sequence[Entry]
    statuses: Sequence[OrderStatus]

    def count(self, kind: Movement) -> int:
        return sum(entry.kind is kind for entry in self.entries)

    @property
    def agreed(self) -> int:
        """What the customer owes in the end, in minor units."""
        return self.view.total.amount if self.view.status in SERVED else self.view.kept


@dataclass(frozen=True, slots=True, kw_only=True)
class Portions:
    """Of one dish: what the menu still has, and what orders hold."""

    dish: str
    left: int
    held: int

    @property
    def all(self) -> int:
        return self.left + self.held


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Of the orders that were acknowledged; `lost` are the ids of those that REST knows nothing of.

    `before` and `after` by the id of the dish.
    """

    orders: Sequence[OrderFacts]
    lost: Sequence[str]
    before: dict[str, Portions]
    after: dict[str, Portions]


Complaints = Iterator[str]


def none_is_lost(facts: Facts) -> Complaints:
    for order_id in facts.lost:
        yield f"{order_id} was acknowledged, and is not there"


def charged_once(facts: Facts) -> Complaints:
    for order in facts.orders:
        for kind in (Movement.AUTHORIZED, Movement.CAPTURED):
            if (times := order.count(kind)) > 1:
                yield f"{order.view.id} was {kind} {times} times"


def paid_as_agreed(facts: Facts) -> Complaints:
    for order in facts.orders:
        money = balance(order.entries)
        if (paid := money.taken - money.given_back) != order.agreed:
            yield f"{order.view.id} is {order.view.status}: {paid} paid, {order.agreed} agreed"


def nothing_held_in_the_end(facts: Facts) -> Complaints:
    for order in facts.orders:
        settled = order.view.status.is_final or order.view.status in SERVED
        if settled and (held := balance(order.entries).held):
            yield f"{order.view.id} is {order.view.status}, and {held} are still held"


def never_refunded_above_capture(facts: Facts) -> Complaints:
    """At no moment: looked at after each movement."""
    for order in facts.orders:
        for end in range(len(order.entries)):
            money = balance(order.entries[: end + 1])
            if money.given_back > money.taken:
                yield f"{order.view.id}: {money.given_back} given back of {money.taken}"
                break


def orders_and_ledger_agree(facts: Facts) -> Complaints:
    for order in facts.orders:
        view = order.view
        said = Balance(held=view.held, taken=view.taken, given_back=view.given_back)
        if (true := balance(order.entries)) != said:
            yield f"{view.id} says {said}, the bank {true}"


def stock_is_conserved(facts: Facts) -> Complaints:
    for item_id, before in facts.before.items():
        after = facts.after[item_id]
        if after.left < 0:
            yield f"{after.dish}: {after.left} portions left"
        if after.all != before.all:
            yield f"{after.dish}: {before.all} portions before, {after.all} after"


def steps_are_legal(facts: Facts) -> Complaints:
    for order in facts.orders:
        steps = list(pairwise(order.statuses))
        for one, other in steps:
            if not one.leads_to(other):
                yield f"{order.view.id} went from {one} to {other}"
        if [*order.statuses[:1]] != [OrderStatus.PLACED]:
            yield f"{order.view.id} does not begin as placed"


def one_ending(facts: Facts) -> Complaints:
    """An order that ended has one final status, its last; one that goes on has none."""
    for order in facts.orders:
        finals = [status for status in order.statuses if status.is_final]
        wanted = [order.view.status] if order.view.status.is_final else []
        if finals != wanted or [*order.statuses[-1:]] != [order.view.status]:
            yield f"{order.view.id} is {order.view.status}; its timeline has {finals or 'no end'}"


INVARIANTS: dict[str, Callable[[Facts], Complaints]] = {
    "No order is lost that was acknowledged": none_is_lost,
    "No order is charged twice": charged_once,
    "Paid is what was agreed: the price of food that comes, else nothing or a fee": paid_as_agreed,
    "Nothing is held for an order that is paid or has ended": nothing_held_in_the_end,
    "No more was ever given back than was taken": never_refunded_above_capture,
    "The orders and the bank agree about every amount": orders_and_ledger_agree,
    "Every portion is on the menu or in an order, once": stock_is_conserved,
    "Every order took legal steps only": steps_are_legal,
    "Every order that ended has exactly one final status": one_ending,
}


def check(facts: Facts) -> dict[str, list[str]]:
    """Every invariant, with what breaks it: nothing where it holds."""
    return {name: list(invariant(facts)) for name, invariant in INVARIANTS.items()}
