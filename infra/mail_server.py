"""`python -m infra.mail_server`: a mail server that delivers into a folder, for the local stack.

Real SMTP, and nothing leaves the machine: each mail becomes a file, `NUMBER.eml`, which any mail
program opens. The numbers grow, so the last by name is the newest.
"""

import asyncio
import signal
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session
from pydantic_settings import BaseSettings, SettingsConfigDict


class MailServerSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="MAIL_SERVER_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 1025
    folder: Path = Path("var/mail")


class Folder:
    """Where the mails go."""

    def __init__(self, path: Path) -> None:
        # Whoever reads them can set the password of somebody who forgot theirs.
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = path

    async def handle_DATA(  # noqa: N802 - aiosmtpd calls it so.
        self,
        server: SMTP,  # noqa: ARG002
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Renamed into place, so that nobody reads half a mail."""
        draft = self._path / f"{time.time_ns()}.new"
        draft.write_bytes(envelope.original_content or b"")
        draft.replace(draft.with_suffix(".eml"))
        return "250 Delivered"


async def serve(settings: MailServerSettings) -> None:
    """Until SIGTERM or SIGINT."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    folder = Folder(settings.folder)
    server = await loop.create_server(
        lambda: SMTP(folder, enable_SMTPUTF8=True, hostname="localhost", loop=loop),
        settings.host,
        settings.port,
    )
    async with server:
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(MailServerSettings()))
