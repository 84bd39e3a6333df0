"""Who earns what of an order. The rules of this platform, the same in every currency."""

from collections import Counter
from collections.abc import Mapping, Sequence
from uuid import UUID

from domain import ledger
from domain.money import Money
from domain.orders import Quote
from domain.payments import Share

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
    """Of food that nobody fetched: the kitchen's work, paid by the payer `ledger.PLATFORM`."""
    return _paid({ledger.restaurant(restaurant_id): cooked_for(quote)})


def carried(quote: Quote, *, restaurant_id: UUID, courier_id: UUID) -> list[Share]:
    """Of food that was fetched and not handed over; the payer is `ledger.PLATFORM`.

    The courier rode, and has the fee; the customer, who gets everything back, gave no tip.
    """
    fee = {ledger.courier(courier_id): quote.delivery_fee}
    return [*cooked(quote, restaurant_id=restaurant_id), *_paid(fee)]


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


def _paid(earned: Mapping[str, Money]) -> list[Share]:
    """Who earns nothing has no share: a ledger has no entries of zero."""
    return [
        Share(account=account, amount=amount) for account, amount in earned.items() if amount.amount
    ]
