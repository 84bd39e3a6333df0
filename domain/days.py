"""The money of a day."""

from dataclasses import dataclass

from domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfMoney:
    """In one currency. `due` is owed to customers and could not be given back, of whatever day."""

    taken: Money
    given_back: Money
    due: Money
