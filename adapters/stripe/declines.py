"""Why a bank said no, in words for the customer (https://docs.stripe.com/declines/codes)."""

from collections.abc import Iterator
from contextlib import contextmanager

import stripe

from adapters.stripe.amounts import UNPAYABLE
from domain.errors import PaymentDeclined

_CHECK_THE_CARD = "Please check the card's details, or use another card."
_DECLINED = "The bank declined the card. Please use another card, or ask the bank why."
_TRY_AGAIN = "The bank could not process the card just now. Please try again in a few minutes."
_AUTHENTICATE = (
    "The bank wants to check that it is really you, and you are not there to say so. "
    "Please order again."
)
_NOT_AUTHENTICATED = (
    "The bank could not make sure that it is really you. Please try again, or use another card."
)

UNUSABLE = "This payment method can't be used. Please choose another one."
LAPSED = "The bank released the payment before it could be taken. Please order again."
NOT_TAKEN = "The payment was held, but the bank refused to hand it over."

# Lost and stolen cards, and suspected fraud, are deliberately not here: whoever holds the card
# is told no more than that it was declined.
_REASONS = {
    "insufficient_funds": "There is not enough money on the card. Please use another card.",
    "withdrawal_count_limit_exceeded": "The card's limit is used up. Please use another card.",
    "card_velocity_exceeded": "The card was used too often lately. Please use another card.",
    "expired_card": "The card has expired. Please use another card.",
    "incorrect_cvc": f"The card's security code is wrong. {_CHECK_THE_CARD}",
    "invalid_cvc": f"The card's security code is wrong. {_CHECK_THE_CARD}",
    "incorrect_number": f"The card's number is wrong. {_CHECK_THE_CARD}",
    "invalid_number": f"The card's number is wrong. {_CHECK_THE_CARD}",
    "invalid_expiry_month": f"The card's expiry date is wrong. {_CHECK_THE_CARD}",
    "invalid_expiry_year": f"The card's expiry date is wrong. {_CHECK_THE_CARD}",
    "card_not_supported": "The card can't be used for this purchase. Please use another card.",
    "currency_not_supported": "The card does not take this currency. Please use another card.",
    "authentication_required": _AUTHENTICATE,
    "payment_intent_authentication_failure": _NOT_AUTHENTICATED,
    "processing_error": _TRY_AGAIN,
    "issuer_not_available": _TRY_AGAIN,
    "try_again_later": _TRY_AGAIN,
}


def reason(decline_code: str | None, code: str | None) -> str:
    """The sentence for Stripe's two codes, of which the first says more."""
    return _REASONS.get(decline_code or "") or _REASONS.get(code or "") or _DECLINED


@contextmanager
def declining() -> Iterator[None]:
    """Turn Stripe's refusal of a card, a method or an amount into `PaymentDeclined`."""
    try:
        yield
    except stripe.CardError as error:
        decline_code = error.error.decline_code if error.error else None
        raise PaymentDeclined(reason(decline_code, error.code)) from error
    except stripe.InvalidRequestError as error:
        if error.param == "amount":
            raise PaymentDeclined(UNPAYABLE) from error
        # About any other parameter the mistake is ours, and not the customer's.
        if error.param in (None, "id", "payment_method"):
            raise PaymentDeclined(UNUSABLE) from error
        raise
