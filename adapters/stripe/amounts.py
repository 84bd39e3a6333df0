"""Our minor units and Stripe's, which differ for three currencies.

https://docs.stripe.com/currencies#special-cases and #zero-decimal: the króna and the Ugandan
shilling are written with two decimals that must be zero, the ariary with none.
"""

from domain.errors import PaymentDeclined
from domain.money import Money

_TIMES = {"ISK": 100, "UGX": 100}
_OVER = {"MGA": 100}

UNPAYABLE = "This amount can't be paid by card."


def to_stripe(money: Money) -> int:
    """Raises `PaymentDeclined` for an amount that Stripe has no units for."""
    amount, rest = divmod(
        money.amount * _TIMES.get(money.currency, 1), _OVER.get(money.currency, 1)
    )
    if rest:
        raise PaymentDeclined(UNPAYABLE)
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """Minor units of ours; `currency` as Stripe has it, in lower case."""
    code = currency.upper()
    return amount * _OVER.get(code, 1) // _TIMES.get(code, 1)
