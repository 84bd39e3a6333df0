"""Who earns what of an order. The rules of this platform, the same in every currency."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from domain import ledger
from domain.money import Money
from domain.orders import Quote
from domain.refunds import Liable, RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What somebody earns of an order: `account` is one of the ledger's."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlePayment:
    """Divide an order's money, once per `key`: the shares come out of `payer`'s account."""

    order_id: UUID
    key: str
    payer: str
    shares: list[Share]


# Hundredths of a percent of the subtotal.
COMMISSION = 1_500


def delivered(quote: Quote, *, restaurant_id: UUID, courier_id: UUID) -> list[Share]:
    """Everything the customer paid, divided; the payer is `ledger.CUSTOMER`.

    The restaurant has the dishes without the commission, the courier the delivery fee and the
    tip, and the platform the rest: so nothing is lost in rounding.
    """
    kitchen, rider = cooked_for(quote), quote.delivery_fee + quote.tip
    return _paid(
        {
            ledger.restaurant(restaurant_id): kitchen,
            ledger.courier(courier_id): rider,
            ledger.PLATFORM: quote.total - kitchen - rider,
        }
    )


def cooked(quote: Quote, *, restaurant_id: UUID) -> list[Share]:
    """Of food that nobody fetched: the kitchen's work."""
    return _paid({ledger.restaurant(restaurant_id): cooked_for(quote)})


def carried(quote: Quote, *, restaurant_id: UUID, courier_id: UUID) -> list[Share]:
    """Of food that was fetched and not handed over.

    The courier rode, and has the fee; the customer, who has no food, gave no tip.
    """
    fee = {ledger.courier(courier_id): quote.delivery_fee}
    return [*cooked(quote, restaurant_id=restaurant_id), *_paid(fee)]


def of_work(
    quote: Quote, *, restaurant_id: UUID, has_cooked: bool, rider: UUID | None
) -> list[Share]:
    """Of an order that ended without food: who worked for it is paid, whoever pays.

    `rider` is the courier who had fetched the food, which then was cooked.
    """
    if rider is not None:
        return carried(quote, restaurant_id=restaurant_id, courier_id=rider)
    return cooked(quote, restaurant_id=restaurant_id) if has_cooked else []


def cooked_for(quote: Quote) -> Money:
    """What a restaurant earns of an order."""
    return quote.subtotal - quote.subtotal.basis_points(COMMISSION)


def entries_of(shares: Sequence[Share], *, kept: int, refunds: Mapping[str, int]) -> dict[str, int]:
    """The entries that divide what the ledger keeps for the customer: `kept` minor units.

    `refunds` were made before the division, out of what was kept: by the account that has to bear
    them. What the shares then leave is the platform's, and what they lack it pays.
    """
    entries = Counter({ledger.CUSTOMER: kept})
    for share in shares:
        entries[share.account] -= share.amount.amount
    for account, amount in refunds.items():
        entries[account] += amount
    entries[ledger.PLATFORM] -= entries.total()
    return {account: amount for account, amount in entries.items() if amount}


def paid_by(payer: str, shares: Sequence[Share]) -> dict[str, int]:
    """The entries of shares that come out of an account of their own: the platform's, say."""
    entries = Counter({payer: sum(share.amount.amount for share in shares)})
    for share in shares:
        entries[share.account] -= share.amount.amount
    return {account: amount for account, amount in entries.items() if amount}


class Attempted(NamedTuple):
    """An attempt at a refund that support decided on: `part_of` names the decision."""

    part_of: str
    liable: Liable
    amount: int
    state: RefundState


def borne(attempts: Iterable[Attempted], shares: Sequence[Share]) -> Mapping[str, int]:
    """Who has to bear how much of the refunds that support decided on before the division.

    What was dropped is not in the shares, so that nobody bears it; nor does anybody bear what was
    waived. A decision counts once, however many attempts it took: the first is of the whole part.
    """
    found, decisions = Counter[str](), set[str]()
    for part_of, liable, amount, state in attempts:
        account = _bearer(liable, shares)
        if part_of not in decisions:
            found[account] += amount
        if state is RefundState.WAIVED:
            found[account] -= amount
        decisions.add(part_of)
    return found


def _bearer(liable: Liable, shares: Sequence[Share]) -> str:
    """Where the liable party has no share, the platform bears it."""
    own = (share.account for share in shares if share.account.startswith(f"{liable}:"))
    return next(own, ledger.PLATFORM)


def _paid(earned: Mapping[str, Money]) -> list[Share]:
    """Who earns nothing has no share: a ledger has no entries of zero."""
    return [
        Share(account=account, amount=amount) for account, amount in earned.items() if amount.amount
    ]
