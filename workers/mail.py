"""The sender of mails, beside the worker of the queue `notifications`.

SMTP knows no exactly-once: between a server's word and our note of it a process may die, and the
mail is sent again. It then has the same Message-ID, which is made of its dedupe key.
"""

import asyncio
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import structlog
from prometheus_client import Counter, Gauge

from adapters.mail.post import Post, Refused
from adapters.mail.writer import Writer
from adapters.postgres.notifications.emails import EmailRepository
from adapters.settings import MailSettings
from adapters.weather import endure
from domain.mail import GIVE_UP_AFTER, EmailOutcome, QueuedEmail, delay_after

_AT_ONCE = 20
# What a process that died leaves to the others, after this long.
_LEASE = timedelta(seconds=60)
# A mail is news, and a second old at most when it is looked for.
_POLL_SECONDS = 1.0
# Time to see what was sent.
_KEPT = timedelta(days=30)
_PRUNED_EVERY_SECONDS = 3600

EMAILS = Counter("emails_total", "Mails by what became of them.", ["outcome"])
OLDEST = Gauge("emails_oldest_seconds", "How long the oldest unsent one has waited.")

log = structlog.stdlib.get_logger(__name__)


class MailSender:
    """Several of them share the work. Without a mail server, none is sent and none is kept."""

    def __init__(self, emails: EmailRepository, writer: Writer, settings: MailSettings) -> None:
        self._emails = emails
        self._writer = writer
        self._settings = settings
        self._pruned_at = float("-inf")

    async def run(self) -> None:
        """Until it is cancelled: it outlives outages of Postgres and of the mail server."""
        if not self._settings.host:
            log.warning("mail.off", reason="MAIL_HOST is not set: nobody gets mail.")
        async for attempt in endure():
            with attempt:
                await self._work()

    async def _work(self) -> None:
        while True:
            OLDEST.set(await self._emails.oldest_seconds())
            emails = await self._emails.claim(_AT_ONCE, lease=_LEASE)
            if emails:
                await self._send(emails)
            else:
                await self._prune()
                await asyncio.sleep(_POLL_SECONDS)

    async def _send(self, emails: Sequence[QueuedEmail]) -> None:
        """One after another in one conversation. What is not done when half of the lease is over
        is left for its end, so that nobody else has it meanwhile.

        Raises where the server is not reached: everything claimed comes back with the lease.
        """
        waiting = [email for email in emails if not await self._is_over(email)]
        if not waiting:
            return
        patience = asyncio.timeout(_LEASE.total_seconds() / 2)
        try:
            async with patience, Post.open(self._settings) as post:
                for email in waiting:
                    await self._try(email, post)
        except TimeoutError:
            if not patience.expired():
                raise
            log.warning("mail.slow", claimed=len(waiting))

    async def _is_over(self, email: QueuedEmail) -> bool:
        """Whether there is nothing to try any more."""
        if not self._settings.host:
            await self._finish(email, EmailOutcome.OFF)
        elif datetime.now(UTC) > email.created_at + GIVE_UP_AFTER:
            await self._finish(email, EmailOutcome.EXPIRED)
        else:
            return False
        return True

    async def _try(self, email: QueuedEmail, post: Post) -> None:
        try:
            outcome = await self._deliver(email, post)
        except Exception as error:  # noqa: BLE001 - whatever it is passes, or is given up in a day.
            await self._emails.postpone(email.dedupe_key, delay_after(email.attempts))
            # Not what it says: a server may quote whom the mail is to.
            log.warning("mail.postponed", error=type(error).__name__, **_named(email))
        else:
            await self._finish(email, outcome)

    async def _deliver(self, email: QueuedEmail, post: Post) -> EmailOutcome:
        letter = await self._writer.write(email, now=datetime.now(UTC))
        if letter is None:
            return EmailOutcome.NOBODY
        try:
            await post.send(letter)
        except Refused:
            return EmailOutcome.REFUSED
        return EmailOutcome.SENT

    async def _finish(self, email: QueuedEmail, outcome: EmailOutcome) -> None:
        await self._emails.finish(email.dedupe_key, outcome)
        EMAILS.labels(outcome).inc()
        log.info("mail.finished", outcome=outcome, **_named(email))

    async def _prune(self) -> None:
        if time.monotonic() - self._pruned_at < _PRUNED_EVERY_SECONDS:
            return
        while pruned := await self._emails.prune(_KEPT):
            log.info("mail.pruned", rows=pruned)
        self._pruned_at = time.monotonic()


def _named(email: QueuedEmail) -> dict[str, str | int]:
    """For the log."""
    return {
        "template": email.template,
        "account_id": str(email.account_id),
        "attempt": email.attempts,
    }
