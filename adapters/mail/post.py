"""The mail server that takes what we write: any that speaks SMTP."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from email.message import EmailMessage
from socket import gethostname
from typing import Self

from aiosmtplib import SMTP, SMTPDataError, SMTPException, SMTPRecipientsRefused

from adapters.settings import MailSettings

# RFC 5321, 4.2.1: below it is what a server says of something that passes.
_FOR_EVER = 500


class Refused(Exception):
    """The server will never take this mail, so trying again would not help."""


class Post:
    """A conversation with the server. Where it breaks off, the next mail begins another."""

    def __init__(self, smtp: SMTP, *, patience: float) -> None:
        self._smtp = smtp
        self._patience = patience

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: MailSettings) -> AsyncIterator[Self]:
        """Raises `SMTPException` or `OSError` where the server is not reached or refuses us."""
        smtp = SMTP(
            hostname=settings.host,
            local_hostname=gethostname(),
            port=settings.port,
            username=settings.username or None,
            password=settings.password.get_secret_value() or None,
            start_tls=settings.starttls,
            # Ours instead: until Python 3.12, theirs (`asyncio.wait_for`) may swallow a cancel.
            timeout=None,
        )
        patience = settings.timeout.total_seconds()
        try:
            async with asyncio.timeout(patience):
                await smtp.connect()
            yield cls(smtp, patience=patience)
            with suppress(SMTPException, OSError):
                async with asyncio.timeout(patience):
                    await smtp.quit()
        finally:
            smtp.close()

    async def send(self, letter: EmailMessage) -> None:
        """Returns when the server has taken it.

        Raises `Refused`, and whatever passes: `SMTPException`, `OSError`. After an error nobody
        can tell whether the server has it.
        """
        try:
            async with asyncio.timeout(self._patience):
                if not self._smtp.is_connected:
                    await self._smtp.connect()
                await self._smtp.send_message(letter)
        except TimeoutError:
            # What it says from now on would be taken for the answer about the next mail.
            self._smtp.close()
            raise
        except SMTPDataError as error:
            _refuse(error.code, error)
            raise
        except SMTPRecipientsRefused as error:
            _refuse(min(each.code for each in error.recipients), error)
            raise


def _refuse(code: int, error: Exception) -> None:
    """Of a code that stays. What a server says may quote whom the mail is to, so it is left out."""
    if code >= _FOR_EVER:
        raise Refused(f"The server answered {code}.") from error
