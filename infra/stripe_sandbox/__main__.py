"""`python -m infra.stripe_sandbox`: a stand-in for Stripe where no key of Stripe's is given."""

import socket
import struct
from pathlib import Path

import uvicorn
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.stripe_sandbox.app import create_app
from infra.stripe_sandbox.database import Database


class SandboxSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="STRIPE_SANDBOX_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 12111
    db: Path = Path("var/stripe-sandbox.db")


def main() -> None:
    settings = SandboxSettings()
    server: uvicorn.Server

    def cut(client: tuple[str, int]) -> None:
        """Reset, so that the client can't take it for an answer that ended early."""
        for protocol in list(server.server_state.connections):
            if getattr(protocol, "client", None) == client:
                transport = protocol.transport
                # A linger of 0 seconds makes close() send RST.
                transport.get_extra_info("socket").setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0)
                )
                transport.abort()

    config = uvicorn.Config(
        create_app(Database(settings.db), cut),
        host=settings.host,
        port=settings.port,
        access_log=False,
        log_level="warning",
        # Requests that a fault rule leaves hanging must not keep the process.
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    server.run()


if __name__ == "__main__":
    main()
