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


@dataclass(frozen=True, slots=True)
class Refunding:
    """The status of a fresh refund, None where it is refused, and what it settles as `later`.

    `only_the_first` of a charge's refunds behaves so; the others succeed.
    """

    status: Literal["succeeded", "pending"] | None
    later: Literal["succeeded", "failed"] | None = None
    only_the_first: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """An inquiry takes no money and leaves the charge refundable."""

    reason: str = "fraudulent"
    is_inquiry: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a test card does when it is attached, charged, captured, refunded and disputed.

    `challenges` says whether the customer's bank asks its customer: for every payment, or off
    session unless the card was set up for that, or never off session. `declines_again` is a card
    that pays once. `hold_seconds` is how long an authorization lasts. `refund` says what becomes
    of its refunds, and `dispute` what its holder complains of when it was charged.
    """

    last4: str
    type: Literal["card", "alipay"] = "card"
    brand: str = "visa"
    funding: str = "credit"
    decline: Decline | None = None
    attachable: bool = True
    challenges: Literal["never", "always", "unless_set_up", "on_session"] = "never"
    capture_fails: bool = False
    declines_again: bool = False
    hold_seconds: int = WEEK_SECONDS
    refund: Refunding = Refunding("succeeded")
    dispute: Complaint | None = None


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
    "pm_card_authenticationRequired": Card(last4="3184", challenges="always"),
    "pm_card_authenticationRequiredOnSetup": Card(last4="3155", challenges="unless_set_up"),
    "pm_card_authenticationRequiredSetupForOffSession": Card(last4="0446", challenges="on_session"),
    "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds": Card(
        last4="3178", challenges="always", decline=_INSUFFICIENT_FUNDS
    ),
    "pm_card_refundFail": Card(last4="5126", refund=Refunding("succeeded", "failed")),
    "pm_card_pendingRefund": Card(last4="7726", refund=Refunding("pending", "succeeded")),
    "pm_card_createDispute": Card(last4="0259", dispute=Complaint()),
    "pm_card_createDisputeProductNotReceived": Card(
        last4="2685", dispute=Complaint("product_not_received")
    ),
    "pm_card_createDisputeInquiry": Card(last4="1976", dispute=Complaint(is_inquiry=True)),
    "pm_sandbox_captureFails": Card(last4="9101", capture_fails=True),
    "pm_sandbox_authorizationExpires": Card(last4="9102", hold_seconds=60),
    "pm_sandbox_reauthorizationDeclined": Card(last4="9103", hold_seconds=60, declines_again=True),
    "pm_sandbox_refundRefused": Card(last4="9104", refund=Refunding(None)),
    "pm_sandbox_refundPendingThenFails": Card(last4="9105", refund=Refunding("pending", "failed")),
    "pm_sandbox_refundFailsOnce": Card(
        last4="9106", refund=Refunding("succeeded", "failed", only_the_first=True)
    ),
    "pm_sandbox_capturedAtOnce": Card(last4="9107", type="alipay"),
}

BY_LAST4 = {card.last4: card for card in TEST_METHODS.values()}
