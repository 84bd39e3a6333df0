"""The test payment methods: https://docs.stripe.com/testing, and this sandbox's own.

As with Stripe's, the card's number decides what it does, so its last four digits are the key.
"""

from dataclasses import dataclass
from typing import Literal

WEEK_SECONDS = 7 * 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Decline:
    message: str
    code: str = "card_declined"
    decline_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a test card does when it is attached, charged, captured and refunded.

    `hold_seconds` is how long an authorization lasts; `refund` what its refunds do after they
    were accepted.
    """

    last4: str
    brand: str = "visa"
    funding: str = "credit"
    decline: Decline | None = None
    attachable: bool = True
    challenges: bool = False
    capture_fails: bool = False
    hold_seconds: int = WEEK_SECONDS
    refund: Literal["succeeds", "fails_later", "succeeds_later"] = "succeeds"


def _unattachable(last4: str, decline: Decline) -> Card:
    return Card(last4=last4, decline=decline, attachable=False)


DECLINED = Decline("Your card was declined.", decline_code="generic_decline")
_INSUFFICIENT_FUNDS = Decline(
    "Your card has insufficient funds.", decline_code="insufficient_funds"
)
_TOO_OFTEN = Decline(
    "Your card was declined for making repeated attempts too frequently or exceeding its amount"
    " limit.",
    decline_code="card_velocity_exceeded",
)

TEST_METHODS = {
    "pm_card_visa": Card(last4="4242"),
    "pm_card_visa_debit": Card(last4="5556", funding="debit"),
    "pm_card_mastercard": Card(last4="4444", brand="mastercard"),
    "pm_card_amex": Card(last4="0005", brand="amex"),
    "pm_card_visa_chargeDeclined": _unattachable("0002", DECLINED),
    "pm_card_visa_chargeDeclinedInsufficientFunds": _unattachable("9995", _INSUFFICIENT_FUNDS),
    "pm_card_visa_chargeDeclinedLostCard": _unattachable(
        "9987", Decline("Your card was declined.", decline_code="lost_card")
    ),
    "pm_card_visa_chargeDeclinedStolenCard": _unattachable(
        "9979", Decline("Your card was declined.", decline_code="stolen_card")
    ),
    "pm_card_chargeDeclinedExpiredCard": _unattachable(
        "0069", Decline("Your card has expired.", code="expired_card")
    ),
    "pm_card_chargeDeclinedIncorrectCvc": _unattachable(
        "0127", Decline("Your card's security code is incorrect.", code="incorrect_cvc")
    ),
    "pm_card_chargeDeclinedProcessingError": _unattachable(
        "0119",
        Decline(
            "An error occurred while processing your card. Try again in a little bit.",
            code="processing_error",
        ),
    ),
    "pm_card_visa_chargeDeclinedVelocityLimitExceeded": _unattachable("6975", _TOO_OFTEN),
    "pm_card_chargeCustomerFail": Card(last4="0341", decline=DECLINED),
    "pm_card_authenticationRequired": Card(last4="3184", challenges=True),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        last4="3178", challenges=True, decline=_INSUFFICIENT_FUNDS
    ),
    "pm_card_refundFail": Card(last4="5126", refund="fails_later"),
    "pm_card_pendingRefund": Card(last4="7726", refund="succeeds_later"),
    "pm_sandbox_captureFails": Card(last4="9101", capture_fails=True),
    "pm_sandbox_authorizationExpires": Card(last4="9102", hold_seconds=60),
}

BY_LAST4 = {card.last4: card for card in TEST_METHODS.values()}
