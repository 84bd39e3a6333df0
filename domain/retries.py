"""What is tried again where support wishes so: one workflow's failing steps, or else one refund."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from domain import ledger
from domain.consequences import Entries
from domain.errors import IllegalTransition
from domain.proposals import DeskFacts

_ENGINE_AWAY = (
    "The engine does not answer: which step fails, and what moves if it goes through, "
    "nobody can tell now."
)
_GOES_ON = "After that the order goes on, and people are told, as if it had never failed."

# The steps of an order that move money by themselves, by their wire names.
_TAKES_IT, _RELEASES_IT = "capture_payment", "void_payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """`entries`, and what is `released` of a hold, are what moves if what it `tries` goes through.

    `unknown` is as in a preview.
    """

    tries: tuple[str, ...] = ()
    entries: Entries = field(default_factory=dict)
    released: int = 0
    unknown: str | None = None


def next_try(facts: DeskFacts) -> Retry:
    """Raises `IllegalTransition` where there is nothing to try again."""
    if facts.failing is None:
        return Retry(unknown=_ENGINE_AWAY)
    if facts.failing:
        return _of_steps(facts, facts.failing)
    under_way = facts.money.refunds_under_way
    if not under_way:
        message = "No step is failing, and no refund is due: there is nothing to try again."
        raise IllegalTransition(message)
    return _of_refund(facts, under_way[0], others=len(under_way) - 1)


def _of_steps(facts: DeskFacts, names: Sequence[str]) -> Retry:
    purse = facts.purse
    return Retry(
        tries=tuple(name.replace("_", " ").capitalize() for name in names),
        entries=purse.capture() if _TAKES_IT in names else {},
        released=purse.held if _RELEASES_IT in names else 0,
        unknown=_GOES_ON,
    )


def _of_refund(facts: DeskFacts, key: str, *, others: int) -> Retry:
    entries, held = facts.purse.give_back(key), facts.purse.held
    back = -entries.get(ledger.PSP, 0)
    tries = "Refund of which nothing is owed any more"
    if back or held:
        tries = f"Refund of {facts.amount(back)}" if back else f"Release of {facts.amount(held)}"
    if any(made.is_at_the_bank for made in facts.money.attempts_at(key)):
        tries = f"{tries}, on its way: the bank is asked how it stands"
    if others:
        tries = f"{tries} (and not the {others} more under way: those are tried by themselves)"
    return Retry(tries=(tries,), entries=entries, released=held)
