"""Where a stack lives: its ports, all on loopback, and its data folder."""

from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from infra.stack.ports import free_port, free_ports

ROOT = Path(__file__).parents[2]
HOST = "127.0.0.1"


class StackSettings(BaseSettings):
    """Read from the environment, then from `.env`."""

    model_config = SettingsConfigDict(
        frozen=True, env_file=ROOT / ".env", env_ignore_empty=True, extra="ignore"
    )

    api_port: int = 8080
    temporal_ui_port: int = 8233
    temporal_port: int = 7233
    postgres_port: int = 5433
    kafka_port: int = 9092
    kafka_controller_port: int = Field(default_factory=free_port)
    redis_port: int = 6380
    stripe_sandbox_port: int = 12111
    mail_port: int = 1025
    # Health and metrics of the workers, in the order of `catalog.WORKERS`.
    orders_port: int = Field(default_factory=free_port)
    payments_port: int = Field(default_factory=free_port)
    delivery_port: int = Field(default_factory=free_port)
    notifications_port: int = Field(default_factory=free_port)
    outbox_port: int = Field(default_factory=free_port)
    events_port: int = Field(default_factory=free_port)

    data_dir: Annotated[Path, AfterValidator(Path.absolute)] = Path("var")

    admin_email: str = "admin@ha-soranu.test"
    admin_password: SecretStr = SecretStr("correct-horse-battery")
    # A test key of Stripe's own sends payments there, and no sandbox is started.
    stripe_secret_key: SecretStr | None = None

    @classmethod
    def isolated(cls, data_dir: Path) -> Self:
        """A stack of its own on free ports, blind to the person's `.env`."""
        names = [name for name in cls.model_fields if name.endswith("_port")]
        ports = dict(zip(names, free_ports(len(names)), strict=True))
        return cls.model_validate({"data_dir": data_dir, "stripe_secret_key": None, **ports})
