"""Mail servers that say what a test wants, and mails as their readers see them."""

import asyncio
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from adapters.settings import MailSettings


def parsed(mail: bytes) -> EmailMessage:
    return message_from_bytes(mail, policy=email.policy.default)


def text_of(mail: EmailMessage) -> str:
    return _body(mail, "plain")


def html_of(mail: EmailMessage) -> str:
    return _body(mail, "html")


def mails_in(folder: Path, *, to: str) -> list[EmailMessage]:
    """In their order."""
    mails = [parsed(path.read_bytes()) for path in sorted(folder.glob("*.eml"))]
    return [mail for mail in mails if mail["To"] == to]


class Mailbox:
    """What a server took, and what it answers first: `says` by command, then always yes."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.says: dict[str, list[str]] = {"MAIL": [], "RCPT": [], "DATA": []}

    async def handle_MAIL(  # noqa: N802 - aiosmtpd calls it so.
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        envelope.mail_from = address
        return self._answer("MAIL")

    async def handle_RCPT(  # noqa: N802
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self._answer("RCPT")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        answer = self._answer("DATA")
        if answer.startswith("2"):
            assert envelope.original_content
            self.taken.append(parsed(envelope.original_content))
        return answer

    def _answer(self, command: str) -> str:
        return self.says[command].pop(0) if self.says[command] else "250 OK"


@asynccontextmanager
async def a_mail_server(mailbox: Mailbox, *, port: int = 0) -> AsyncIterator[MailSettings]:
    """Yields how to reach it."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mailbox, enable_SMTPUTF8=True, hostname="localhost", loop=loop),
        "127.0.0.1",
        port,
    )
    async with server:
        yield mail_settings(server.sockets[0].getsockname()[1])


def mail_settings(port: int) -> MailSettings:
    """Of a server on this machine."""
    return MailSettings(
        host="127.0.0.1", port=port, starttls=False, link_base="https://food.example"
    )


def _body(mail: EmailMessage, form: str) -> str:
    part = mail.get_body((form,))
    assert part is not None
    return cast(str, cast(EmailMessage, part).get_content())
