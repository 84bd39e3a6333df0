"""Where the witnesses of one order disagree. Pure: facts in, differences in plain words out.

Each rule looks at one thing. An order in motion differs for a moment without being wrong: who
compares looks twice, and counts what is still there.
"""

from collections.abc import Callable, Iterator

from domain.casework import Resolution
from domain.differences import Difference
from domain.reconciliation import at_stripe, books, orders, refunds
from domain.witnesses import Facts

Rule = Callable[[Facts], Iterator[Difference]]

_BY_A_PERSON = frozenset({Resolution.PAID_BY_HAND, Resolution.WAIVED})

# Repairs are made in this order.
_RULES: tuple[Rule, ...] = (*at_stripe.RULES, *orders.RULES, *refunds.RULES, *books.RULES)


def compare(facts: Facts) -> list[Difference]:
    """Every difference, but those that a person has decided about."""
    decided = {case.key for case in facts.cases if case.resolution in _BY_A_PERSON}
    found = [difference for rule in _RULES for difference in rule(facts)]
    return [difference for difference in found if difference.key not in decided]
