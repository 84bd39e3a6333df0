"""What a process reads from its environment, and nothing else.

Every variable is flat and upper case (`API_PORT`, `ORDERING_DSN`). Read once, in the entry
points of `api`, `workers` and `infra`, and passed down as values. Nothing secret has a usable
default: the local stack makes secrets of its own and hands them to its children.
"""

from datetime import timedelta
from pathlib import Path

from pydantic import Field, NonNegativeInt, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.money import Money


class TemporalSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="TEMPORAL_", frozen=True)

    address: str = "127.0.0.1:7233"
    namespace: str = "default"
    # Where people find the workflows' pages.
    ui_url: str = "http://127.0.0.1:8233"
    # JSON, id -> key of 32 bytes in base64, or a file with it: the first encrypts what the server
    # holds, all decrypt (adapters/temporal_codec.py). Where it is null, or with no keys at all,
    # nothing is encrypted.
    codec_keys: SecretStr = SecretStr("")


class ApiSettings(BaseSettings):
    """The HTTP process."""

    model_config = SettingsConfigDict(env_prefix="API_", frozen=True)

    host: str = "127.0.0.1"
    port: int = 8080
    # Orders take pay and notify as local activities too (see workflows/policies.py).
    express: bool = False
    # Of one client address: a crowd behind one gateway passes, a flood does not.
    requests_per_address: str = "300/second"
    # Passwords to hash: each takes a core for 150 ms.
    passwords_per_address: str = "600/minute"
    # Of other sites whose pages may call us, separated by commas: none, unless named.
    cors_origins: str = ""
    # A request that takes longer is answered 503: the client knows better what to do meanwhile.
    timeout: timedelta = timedelta(seconds=10)
    # The pages offer Stripe's documented test cards: for the sandbox, and for test keys.
    test_cards: bool = False
    # Where a test card's bank asks its customer: the sandbox. With Stripe itself, nowhere of ours.
    test_bank_url: str = ""


class LinkSettings(BaseSettings):
    """Where the links on the pages in the Temporal UI lead."""

    model_config = SettingsConfigDict(frozen=True)

    # Where people find our own pages, support's among them.
    api_public_url: str = "http://127.0.0.1:8080"
    stripe_dashboard_url: str = "https://dashboard.stripe.com/test/payments"


class OrderingSettings(BaseSettings):
    """What a command needs that looks at the orders only."""

    model_config = SettingsConfigDict(frozen=True)

    ordering_dsn: SecretStr


class DatabaseSettings(BaseSettings):
    """One DSN per context; any number of servers. `postgresql://user:password@host:port/name`."""

    model_config = SettingsConfigDict(frozen=True)

    identity_dsn: SecretStr
    catalog_dsn: SecretStr
    ordering_dsn: SecretStr
    payments_dsn: SecretStr
    delivery_dsn: SecretStr
    notifications_dsn: SecretStr
    support_dsn: SecretStr

    def of(self, context: str) -> SecretStr:
        dsn: SecretStr = getattr(self, f"{context}_dsn")
        return dsn


class KafkaSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KAFKA_", frozen=True)

    bootstrap: str = "127.0.0.1:9092"
    # Copies of every topic that the project makes: 3 where there are brokers for it.
    replication: int = 1


class RedisSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="REDIS_", frozen=True)

    url: str = "redis://127.0.0.1:6380/0"


class StripeSettings(BaseSettings):
    """Stripe itself, or the sandbox where `base_url` names it."""

    model_config = SettingsConfigDict(env_prefix="STRIPE_", frozen=True)

    secret_key: SecretStr
    # Empty means Stripe's own hosts.
    base_url: str = ""
    timeout: timedelta = timedelta(seconds=8)


class WebhookSettings(BaseSettings):
    """Stripe's webhooks. Several secrets, separated by commas, while one replaces another."""

    model_config = SettingsConfigDict(env_prefix="STRIPE_", frozen=True)

    # Without any, no webhook is believed.
    webhook_secret: SecretStr = SecretStr("")


class ReconciliationSettings(BaseSettings):
    """How often Stripe, payments, the ledger, the orders and their workflows are compared."""

    model_config = SettingsConfigDict(env_prefix="RECONCILE_", frozen=True)

    every: timedelta = timedelta(minutes=5)


class SweepSettings(BaseSettings):
    """How often it is looked for what needs a person and can't say so itself."""

    model_config = SettingsConfigDict(env_prefix="SWEEP_", frozen=True)

    every: timedelta = timedelta(minutes=2)
    # So far over its usual time an order has to be.
    grace: timedelta = timedelta(minutes=10)


class IdentitySettings(BaseSettings):
    """Keys of tokens and of hashes."""

    model_config = SettingsConfigDict(frozen=True)

    # A folder of Ed25519 private keys, `KID.pem`, watched while we run: the last by name signs
    # once it is a minute old, all verify.
    jwt_keys_dir: Path
    # Keys the hash that stands for a customer in Temporal's search attributes.
    customer_key_secret: SecretStr


class PhoneSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="PHONE_", frozen=True)

    # The country of numbers that are written without its code: ISO 3166, two letters.
    region: str = Field(default="ET", pattern="^[A-Z]{2}$")


class SupportSettings(BaseSettings):
    """How much one person of support may give away alone."""

    model_config = SettingsConfigDict(env_prefix="SUPPORT_", frozen=True)

    # Currency -> minor units, as JSON.
    limits: dict[str, NonNegativeInt] = {
        "EUR": 10_000,
        "USD": 10_000,
        "GBP": 10_000,
        "CHF": 10_000,
        "ETB": 500_000,
    }

    def limit_of(self, currency: str) -> Money:
        """Nothing of a currency that is not named: there it always takes a second person."""
        return Money(self.limits.get(currency, 0), currency)


class GoogleSettings(BaseSettings):
    """Login with Google. Issuer and keys are others where tests or a proxy stand for Google."""

    model_config = SettingsConfigDict(env_prefix="GOOGLE_", frozen=True)

    # What Google calls this installation, public. Without it there is no login with Google.
    client_id: str = ""
    issuer: str = "https://accounts.google.com"
    jwks_url: str = "https://www.googleapis.com/oauth2/v3/certs"


class MailSettings(BaseSettings):
    """The SMTP server that takes our mails, and what they say of us."""

    model_config = SettingsConfigDict(env_prefix="MAIL_", frozen=True)

    # Without one, no mail is sent.
    host: str = ""
    port: int = 587
    # Without a name, the server is not logged in to.
    username: str = ""
    password: SecretStr = SecretStr("")
    # False for a server on this machine only: the rest goes over no wire in the clear.
    starttls: bool = True
    sender: str = "Ha-Soranu <no-reply@ha-soranu.test>"
    # What the links in mails begin with: where people find the pages.
    link_base: str = "http://127.0.0.1:8080"
    timeout: timedelta = timedelta(seconds=10)


class TracingSettings(BaseSettings):
    """What we read of OpenTelemetry's own variables; its SDK reads the others."""

    model_config = SettingsConfigDict(env_prefix="OTEL_", frozen=True)

    # The collector, as `http://127.0.0.1:4318`. Without one nothing is traced.
    exporter_otlp_endpoint: str = ""
    # Empty means the process's own: ha-soranu-api, ha-soranu-orders, …
    service_name: str = ""


class WorkerSettings(BaseSettings):
    """One worker process: where its health and metrics are, and what build it is."""

    model_config = SettingsConfigDict(env_prefix="WORKER_", frozen=True)

    # /health/live, /health/ready and /metrics.
    host: str = "127.0.0.1"
    port: int = 9100
    # Temporal's own metrics (Prometheus); 0 means none.
    temporal_metrics_port: int = 0
    # Set in a rollout: the worker then joins a versioned deployment and orders stay pinned to it.
    build_id: str = ""
    # False replaces the workflow sandbox with none, as production does for speed.
    sandbox: bool = True
    # Given to what runs when the process is told to end.
    drain: timedelta = timedelta(seconds=20)
    # A step that has failed for so long asks for a person.
    attention_after: timedelta = timedelta(seconds=60)
    # Over all workers of the queue: Stripe answers 429 to more than 100 requests a second.
    payments_per_second: float = 90
