"""What an attempt at a step failed on."""

import stripe
from temporalio.service import RPCError

from adapters import outages
from adapters.stripe.answers import KeySpent, StillProcessing
from domain.attention import Culprit

_KINDS: tuple[tuple[tuple[type[Exception], ...], Culprit], ...] = (
    ((stripe.StripeError, KeySpent, StillProcessing), Culprit.PAYMENT_SERVICE),
    (outages.AWAY, Culprit.DATABASE),
    ((RPCError,), Culprit.ENGINE),
    # Also of a connection that was refused or cut.
    ((OSError,), Culprit.SILENCE),
)


def culprit_of(error: Exception) -> Culprit:
    """A fault of ours where nobody else can be blamed."""
    for kinds, culprit in _KINDS:
        if isinstance(error, kinds):
            return culprit
    return Culprit.FAULT
