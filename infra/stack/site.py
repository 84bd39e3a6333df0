"""One stack's addresses, files and secrets, and the environment its children read."""

import os
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dotenv import dotenv_values

from infra.stack.credentials import Credentials
from infra.stack.logs import Log
from infra.stack.settings import HOST, ROOT, StackSettings

DATABASE = "ha_soranu"
CONTEXTS = (
    "identity",
    "catalog",
    "ordering",
    "payments",
    "delivery",
    "notifications",
    "support",
)


@dataclass(frozen=True, slots=True)
class Site:
    settings: StackSettings

    @property
    def credentials(self) -> Credentials:
        return Credentials(self.settings.data_dir / "secrets")

    def folder(self, name: str) -> Path:
        """For nobody else on this machine: mails, as one example, have links to new passwords."""
        path = self.settings.data_dir / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def log(self, name: str) -> Log:
        return Log(self.settings.data_dir / "logs" / f"{name}.log")

    def dsn(self, role: str) -> str:
        password = self.credentials.password(role)
        return f"postgresql://{role}:{password}@{HOST}:{self.settings.postgres_port}/{DATABASE}"

    @property
    def admin_dsn(self) -> str:
        return self.dsn("postgres")

    @property
    def api_url(self) -> str:
        return f"http://{HOST}:{self.settings.api_port}"

    @property
    def temporal_address(self) -> str:
        return f"{HOST}:{self.settings.temporal_port}"

    @property
    def temporal_ui_url(self) -> str:
        return f"http://{HOST}:{self.settings.temporal_ui_port}"

    @property
    def kafka_bootstrap(self) -> str:
        return f"{HOST}:{self.settings.kafka_port}"

    @property
    def redis_url(self) -> str:
        return f"redis://{HOST}:{self.settings.redis_port}/0"

    @property
    def has_sandbox(self) -> bool:
        return self.settings.stripe_secret_key is None

    @property
    def sandbox_url(self) -> str:
        return f"http://{HOST}:{self.settings.stripe_sandbox_port}"

    @property
    def mail_folder(self) -> Path:
        """Where the mails are that anybody was sent, a file each."""
        return self.folder("mail")

    def environment(self) -> dict[str, str]:
        """Everything `adapters.settings` asks for, over what the person set.

        The administrator's DSN is left out: only the migrations get it.
        """
        theirs = {name: value for name, value in dotenv_values(ROOT / ".env").items() if value}
        contexts = {f"{context.upper()}_DSN": self.dsn(context) for context in CONTEXTS}
        return {
            **theirs,
            **os.environ,
            **contexts,
            **self._stripe(),
            **self._mail(),
            "API_PORT": str(self.settings.api_port),
            "API_PUBLIC_URL": self.api_url,
            "API_TEST_BANK_URL": self.sandbox_url if self.has_sandbox else "",
            "API_TEST_CARDS": "true",
            "CUSTOMER_KEY_SECRET": self.credentials.customer_key_secret(),
            "DATA_DIR": str(self.settings.data_dir),
            "JWT_KEYS_DIR": str(self.credentials.jwt_keys_dir()),
            "KAFKA_BOOTSTRAP": self.kafka_bootstrap,
            # The interpreter's own folder first: children find the tools of this environment.
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "REDIS_URL": self.redis_url,
            "TEMPORAL_ADDRESS": self.temporal_address,
            "TEMPORAL_UI_URL": self.temporal_ui_url,
        }

    def exports(self) -> Iterator[str]:
        """What a shell needs to run one of the processes or commands beside the stack.

        Without the sandbox's key: a stack started from that shell would take it for Stripe's own.
        """
        for name, value in sorted(self.environment().items()):
            is_news = os.environ.get(name) != value
            if is_news and not (name == "STRIPE_SECRET_KEY" and self.has_sandbox):
                yield f"export {name}={shlex.quote(value)}"

    def _mail(self) -> dict[str, str]:
        """Mails of a local stack stay on the machine, whatever the person set."""
        return {
            "MAIL_HOST": HOST,
            "MAIL_PORT": str(self.settings.mail_port),
            "MAIL_USERNAME": "",
            "MAIL_STARTTLS": "false",
            "MAIL_LINK_BASE": self.api_url,
        }

    def _stripe(self) -> dict[str, str]:
        given = self.settings.stripe_secret_key
        if given is not None:
            # The secret of the person's own endpoint, if any, is in what they set.
            return {"STRIPE_BASE_URL": "", "STRIPE_SECRET_KEY": given.get_secret_value()}
        return {
            "STRIPE_BASE_URL": self.sandbox_url,
            "STRIPE_DASHBOARD_URL": f"{self.sandbox_url}/_dashboard/payments",
            "STRIPE_SECRET_KEY": self.credentials.stripe_secret_key(),
            "STRIPE_WEBHOOK_SECRET": self.credentials.stripe_webhook_secret(),
        }
