"""`python -m infra.stripe_sandbox`: a stand-in for Stripe where no key of Stripe's is given."""

import socket
import struct
from pathlib import Path

import uvicorn
from pydantic import HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.stripe_sandbox import deliveries
from infra.stripe_sandbox.accounts import EVERYBODY, account_of
from infra.stripe_sandbox.app import create_app
from infra.stripe_sandbox.database import Database
from infra.stripe_sandbox.deliveries import Endpoint


class SandboxSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="STRIPE_SANDBOX_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 12111
    db: Path = Path("var/stripe-sandbox.db")
    webhook_url: HttpUrl | None = None
    webhook_secret: SecretStr = SecretStr("")
    # Whose events go there: everybody's who has no endpoint of their own, unless it is told.
    webhook_key: SecretStr | None = None

    def open_database(self) -> Database:
        """With the endpoint of these settings, over what was set before."""
        database = Database(self.db)
        if self.webhook_url:
            key = self.webhook_key
            account = account_of(key.get_secret_value()) if key else EVERYBODY
            secret = self.webhook_secret.get_secret_value()
            deliveries.set_endpoint(
                database.connection, account, Endpoint(str(self.webhook_url), secret)
            )
        return database


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
        create_app(settings.open_database(), cut),
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
