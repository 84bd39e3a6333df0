"""Everything that can be refused or can fail for a reason the caller understands.

DomainError                     expected: never retried, shown to the caller
├── NotFound                    the thing named does not exist, or not for this caller
│   ├── RestaurantNotFound
│   ├── MenuItemNotFound
│   ├── AddressNotFound
│   ├── AccountNotFound
│   ├── NotificationNotFound
│   ├── CourierNotFound
│   ├── GoogleLoginOff
│   ├── DeliveryNotFound
│   ├── ApprovalNotFound
│   ├── BulkNotFound
│   ├── CaseNotFound
│   └── OrderNotFound
├── Conflict                    it exists, but its state forbids this
│   ├── EmailTaken
│   ├── OrdersUnderWay
│   ├── LastOfTheStaff
│   ├── GoogleAccountTaken
│   ├── RestaurantClosed
│   ├── ItemUnavailable
│   ├── KitchenFull
│   ├── PriceChanged
│   ├── OutOfDeliveryRange
│   ├── IllegalTransition
│   ├── TooLateToCancel
│   ├── AlreadyClaimed
│   ├── ClaimRefused
│   ├── DuplicateOrder
│   ├── RefundExceedsCaptured
│   ├── RefundNotDue
│   ├── FeeRefused
│   ├── ApprovalDecided
│   ├── AskerGone
│   └── StepUndone
├── Invalid                     the request itself is wrong
│   ├── IdempotencyKeyMissing
│   ├── IdempotencyKeyReused
│   ├── PasswordTooCommon
│   ├── ResetTokenInvalid
│   ├── ItemNotInOrder
│   ├── DelayOutOfRange
│   ├── ReferenceMissing
│   ├── ReferenceRefused
│   ├── DeadlineOutOfRange
│   ├── BadSignature
│   └── CurrencyMismatch
├── Unauthenticated
│   ├── InvalidCredentials
│   └── RefreshTokenReused
├── Forbidden                   known, and of the wrong role
│   ├── EmailUnverified
│   ├── RightMissing
│   └── ApprovalNeeded
└── PaymentFailed               the money did not move, for good
    ├── PaymentDeclined
    ├── AuthorizationLost
    └── CaptureFailed

Whatever is not a `DomainError` is weather: it is retried, and it alerts. A class name is a wire
name: it is the type of the failure in Temporal, and in snake case the `code` of the REST answer.
Messages are written for the person who reads them, customer or support staff, and hold no
secret and nobody's data.
"""

import re
from collections.abc import Iterator


class DomainError(Exception):
    """A fact about the business that ends the attempt."""

    @classmethod
    def code(cls) -> str:
        """The stable, snake-case name: `ItemUnavailable` -> `item_unavailable`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()


class NotFound(DomainError):
    """There is no such thing, or not for this caller: the two are not told apart."""


class RestaurantNotFound(NotFound):
    pass


class MenuItemNotFound(NotFound):
    pass


class AddressNotFound(NotFound):
    pass


class AccountNotFound(NotFound):
    pass


class NotificationNotFound(NotFound):
    pass


class CourierNotFound(NotFound):
    pass


class GoogleLoginOff(NotFound):
    """Whoever runs this has not registered it with Google."""


class DeliveryNotFound(NotFound):
    pass


class ApprovalNotFound(NotFound):
    pass


class BulkNotFound(NotFound):
    pass


class CaseNotFound(NotFound):
    pass


class OrderNotFound(NotFound):
    pass


class Conflict(DomainError):
    """The state of the thing forbids what was asked."""


class EmailTaken(Conflict):
    pass


class GoogleAccountTaken(Conflict):
    """It opens another account already."""


class OrdersUnderWay(Conflict):
    """Who has an order that is not over, or is owed money, can't be erased yet."""


class LastOfTheStaff(Conflict):
    """Without them nobody would answer the restaurant's orders."""


class RestaurantClosed(Conflict):
    pass


class ItemUnavailable(Conflict):
    pass


class KitchenFull(Conflict):
    """The restaurant cooks as many orders as it can at once."""


class PriceChanged(Conflict):
    pass


class OutOfDeliveryRange(Conflict):
    pass


class IllegalTransition(Conflict):
    """The order's status does not lead there."""


class TooLateToCancel(Conflict):
    pass


class AlreadyClaimed(Conflict):
    """Another courier was quicker."""


class ClaimRefused(Conflict):
    """This courier can't take this delivery: away, too far, fully loaded, or it was taken back."""


class DuplicateOrder(Conflict):
    """Another run of the workflow already is this order."""


class RefundExceedsCaptured(Conflict):
    """More than the order's money that was taken and is not given back, or promised, already."""


class RefundNotDue(Conflict):
    """No refund is due that a person could decide about: none was, it went through, or it is on
    its way.
    """


class FeeRefused(Conflict):
    """Of a cancelled order nothing, or not so much, can be kept."""


class ApprovalDecided(Conflict):
    """The second person has spoken, or nobody did in time."""


class AskerGone(Conflict):
    """Who asked a second person has no right to it any more."""


class StepUndone(Conflict):
    """The step's undo came first: its tombstone stands, so the step must not happen."""


class Invalid(DomainError):
    """The request itself is wrong, whatever the state."""


class IdempotencyKeyMissing(Invalid):
    pass


class IdempotencyKeyReused(Invalid):
    pass


class PasswordTooCommon(Invalid):
    pass


class ResetTokenInvalid(Invalid):
    """Unknown, used or too old: the three are not told apart."""


class ItemNotInOrder(Invalid):
    pass


class DelayOutOfRange(Invalid):
    pass


class ReferenceMissing(Invalid):
    """Who paid by hand says how: the number of the bank transfer, say."""


class ReferenceRefused(Invalid):
    """What was written as the reference of a payment may be more than that."""


class DeadlineOutOfRange(Invalid):
    """A case can't have this deadline: it has passed, or nobody would look for so long."""


class BadSignature(Invalid):
    """A webhook that Stripe did not sign, or not just now."""


class CurrencyMismatch(Invalid):
    pass


class Unauthenticated(DomainError):
    """Nobody, or nobody we know."""


class InvalidCredentials(Unauthenticated):
    pass


class RefreshTokenReused(Unauthenticated):
    """Two hold one refresh token, so one of them stole it: its family has ended."""


class Forbidden(DomainError):
    """The caller is known and may see the thing, but lacks the role for this."""


class EmailUnverified(Forbidden):
    """Google knows the person, but not that the e-mail address is theirs."""


class RightMissing(Forbidden):
    """Of support, but not allowed to do this."""


class ApprovalNeeded(Forbidden):
    """More than one person of support may give away alone: a second has to approve it."""


class PaymentFailed(DomainError):
    """The money did not move, and trying the same again would not move it."""


class PaymentDeclined(PaymentFailed):
    """The bank said no. The message is the bank's reason in plain words."""


class AuthorizationLost(PaymentFailed):
    """What was held is held no more: expired or released before it could be captured."""


class CaptureFailed(PaymentFailed):
    """The money was held, and yet could not be taken."""


def _tree(root: type[DomainError]) -> Iterator[type[DomainError]]:
    yield root
    for child in root.__subclasses__():
        yield from _tree(child)


BY_NAME: dict[str, type[DomainError]] = {error.__name__: error for error in _tree(DomainError)}
"""Wire name -> class: how an error that crossed Temporal becomes itself again."""
