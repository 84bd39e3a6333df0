"""The second channel: which mails there are, who wants them, and how long one is tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from domain.notifications import Audience, Notification, NotificationType

GIVE_UP_AFTER = timedelta(days=1)
"""A mail that no server took by then is news no more."""

_RECEIPTS = frozenset(
    {
        NotificationType.ORDER_CONFIRMED,
        NotificationType.ORDER_REJECTED,
        NotificationType.ORDER_CANCELLED,
        NotificationType.PAYMENT_FAILED,
    }
)
_UPDATES = frozenset(
    {
        NotificationType.ORDER_ACCEPTED,
        NotificationType.ORDER_DELAYED,
        NotificationType.ORDER_PICKED_UP,
        NotificationType.ORDER_DELIVERED,
    }
)

_FIRST_DELAY = timedelta(seconds=10)
_LONGEST_DELAY = timedelta(hours=1)
_DOUBLINGS = 10


class EmailTemplate(StrEnum):
    """What a mail is made from: the pages of this name under `adapters/mail/templates`."""

    RECEIPT = "receipt"
    NEWS = "news"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a name.


class EmailOutcome(StrEnum):
    """What became of a mail in the end.

    `NOBODY`: its recipient is erased or unknown. `OFF`: no mail server is configured. `REFUSED`:
    a server said that it will never take it. `EXPIRED`: nobody took it for a day.
    """

    SENT = "sent"
    NOBODY = "nobody"
    OFF = "off"
    REFUSED = "refused"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuedEmail:
    """One that waits. `params` hold no person's data: whom it is to is looked up when it is sent.

    `attempts` counts this one.
    """

    dedupe_key: str
    account_id: UUID
    template: EmailTemplate
    params: Mapping[str, str]
    created_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailPreferences:
    """What an account wants to hear of by mail. About money owed and its logins it always does.

    `receipts`: what an order costs, or that nothing is charged where it ended without food.
    `order_updates`: every step besides; off until somebody asks, because the pages show them live.
    """

    order_updates: bool = False
    receipts: bool = True

    def want(self, type_: NotificationType) -> bool:
        if type_ in _RECEIPTS:
            return self.receipts
        if type_ in _UPDATES:
            return self.order_updates
        return type_ is NotificationType.MONEY_OWED


@dataclass(frozen=True, slots=True, kw_only=True)
class NewEmail:
    """One to be queued, once per `dedupe_key`."""

    dedupe_key: str
    account_id: UUID
    template: EmailTemplate
    params: Mapping[str, str]


def mail_of(told: Notification, preferences: EmailPreferences) -> NewEmail | None:
    """The same news by mail; None where the recipient is no customer, or does not want it."""
    if told.audience is not Audience.CUSTOMER or not preferences.want(told.type):
        return None
    is_receipt = told.type is NotificationType.ORDER_CONFIRMED
    return NewEmail(
        dedupe_key=told.dedupe_key,
        account_id=told.recipient_id,
        template=EmailTemplate.RECEIPT if is_receipt else EmailTemplate.NEWS,
        params={"order_id": str(told.order_id), "title": told.title, "body": told.body},
    )


def delay_after(attempts: int) -> timedelta:
    """Until the next attempt: it doubles from 10 seconds up to an hour."""
    return min(_FIRST_DELAY * (1 << min(attempts - 1, _DOUBLINGS)), _LONGEST_DELAY)
