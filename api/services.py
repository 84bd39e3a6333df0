"""What the routes work with: one of each per process, made at start and closed at the end."""

import asyncio
import hmac
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TypedDict

from pydantic import SecretStr
from temporalio.client import Client

from adapters import temporal
from adapters.google import GoogleLogin
from adapters.passwords import Passwords
from adapters.postgres.catalog.restaurants import RestaurantRepository
from adapters.postgres.contexts import CONTEXTS
from adapters.postgres.delivery.couriers import CourierRepository
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.delivery.rides import RideRepository
from adapters.postgres.engine import Database
from adapters.postgres.erasing import Eraser
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.addresses import AddressRepository
from adapters.postgres.identity.external_identities import ExternalIdentityRepository
from adapters.postgres.identity.login_attempts import LoginAttempts
from adapters.postgres.identity.password_resets import PasswordResets
from adapters.postgres.identity.sessions import SessionRepository
from adapters.postgres.notifications.emails import EmailRepository
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.notifications.preferences import EmailPreferencesRepository
from adapters.postgres.ordering.clocks import ClockRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.days import DayRepository
from adapters.postgres.payments.files import MoneyFileRepository
from adapters.postgres.payments.ledger import LedgerRepository
from adapters.postgres.payments.payments import PaymentRepository
from adapters.postgres.payments.webhook_events import WebhookEventRepository
from adapters.postgres.support.approvals import ApprovalRepository
from adapters.postgres.support.audit import AuditRepository
from adapters.postgres.support.bulk import BulkRepository
from adapters.postgres.support.findings import FindingRepository
from adapters.redis.menus import MenuCache
from adapters.redis.positions import Positions
from adapters.redis.rate_limits import RateLimits
from adapters.settings import (
    ApiSettings,
    DatabaseSettings,
    GoogleSettings,
    IdentitySettings,
    LinkSettings,
    PhoneSettings,
    RedisSettings,
    SupportSettings,
    TemporalSettings,
    WebhookSettings,
)
from adapters.signing_keys import SigningKeys
from adapters.stripe.webhooks import Webhooks
from adapters.tokens import AccessTokens
from api.live import Live
from api.news import listening
from api.nonces import Nonces
from api.pages import Cursors
from workflows.links import Links


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything this process reads from its environment."""

    api: ApiSettings = field(default_factory=ApiSettings)
    databases: DatabaseSettings = field(default_factory=DatabaseSettings)
    identity: IdentitySettings = field(default_factory=IdentitySettings)
    google: GoogleSettings = field(default_factory=GoogleSettings)
    links: LinkSettings = field(default_factory=LinkSettings)
    phones: PhoneSettings = field(default_factory=PhoneSettings)
    redis: RedisSettings = field(default_factory=RedisSettings)
    support: SupportSettings = field(default_factory=SupportSettings)
    temporal: TemporalSettings = field(default_factory=TemporalSettings)
    webhooks: WebhookSettings = field(default_factory=WebhookSettings)


@dataclass(frozen=True, slots=True)
class Services:
    settings: ApiSettings
    accounts: AccountRepository
    addresses: AddressRepository
    sessions: SessionRepository
    login_attempts: LoginAttempts
    password_resets: PasswordResets
    eraser: Eraser
    external_identities: ExternalIdentityRepository
    google: GoogleLogin | None
    nonces: Nonces
    passwords: Passwords
    tokens: AccessTokens
    restaurants: RestaurantRepository
    menus: MenuCache
    orders: OrderRepository
    clocks: ClockRepository
    writings: WritingRepository
    payments: PaymentRepository
    cases: CaseRepository
    ledger: LedgerRepository
    days: DayRepository
    money_files: MoneyFileRepository
    webhook_events: WebhookEventRepository
    webhooks: Webhooks
    deliveries: DeliveryRepository
    couriers: CourierRepository
    rides: RideRepository
    positions: Positions
    live: Live
    notifications: NotificationRepository
    emails: EmailRepository
    email_preferences: EmailPreferencesRepository
    support: SupportSettings
    audit: AuditRepository
    approvals: ApprovalRepository
    bulk: BulkRepository
    findings: FindingRepository
    # Set where this process was asked for a bulk action: it need not look for one then.
    bulk_asked: asyncio.Event
    limits: RateLimits
    cursors: Cursors
    temporal: Client
    # The list of workflows in the Temporal UI; the page of one is below it.
    workflows_url: str
    links: Links
    databases: dict[str, Database]
    customer_key_secret: SecretStr


class State(TypedDict):
    """What the lifespan yields, and `request.state` then has."""

    services: Services


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Services]:
    async with AsyncExitStack() as closing:
        databases = {name: Database(settings.databases.of(name)) for name in CONTEXTS}
        for database in databases.values():
            closing.push_async_callback(database.close)
        limits = RateLimits(settings.redis)
        closing.push_async_callback(limits.close)
        client = await temporal.connect(settings.temporal, identity="api")
        services = _services(settings, databases, limits, client)
        if services.google:
            closing.push_async_callback(services.google.close)
        closing.push_async_callback(services.positions.close)
        closing.push_async_callback(services.menus.close)
        await closing.enter_async_context(
            listening(services.live, settings.databases.ordering_dsn, services.positions)
        )
        yield services


def _services(
    settings: Settings, databases: dict[str, Database], limits: RateLimits, client: Client
) -> Services:
    secret = settings.identity.customer_key_secret
    payments = PaymentRepository(databases["payments"])
    return Services(
        settings=settings.api,
        accounts=AccountRepository(databases["identity"], phone_region=settings.phones.region),
        addresses=AddressRepository(databases["identity"]),
        sessions=SessionRepository(databases["identity"]),
        login_attempts=LoginAttempts(databases["identity"], derived(secret, "guesses")),
        password_resets=PasswordResets(databases["identity"]),
        eraser=Eraser(databases),
        external_identities=ExternalIdentityRepository(databases["identity"]),
        google=GoogleLogin(settings.google) if settings.google.client_id else None,
        nonces=Nonces(derived(secret, "nonces")),
        passwords=Passwords(),
        tokens=AccessTokens(SigningKeys(settings.identity.jwt_keys_dir)),
        restaurants=RestaurantRepository(databases["catalog"]),
        menus=MenuCache(settings.redis),
        orders=OrderRepository(databases["ordering"]),
        clocks=ClockRepository(databases["ordering"]),
        writings=WritingRepository(databases["ordering"]),
        payments=payments,
        cases=CaseRepository(databases["payments"]),
        ledger=LedgerRepository(databases["payments"]),
        days=DayRepository(databases["payments"]),
        money_files=MoneyFileRepository(databases["payments"]),
        webhook_events=WebhookEventRepository(databases["payments"]),
        webhooks=Webhooks(settings.webhooks.webhook_secret),
        deliveries=DeliveryRepository(databases["delivery"]),
        couriers=CourierRepository(databases["delivery"]),
        rides=RideRepository(databases["delivery"]),
        positions=Positions(settings.redis),
        live=Live(),
        notifications=NotificationRepository(databases["notifications"]),
        emails=EmailRepository(databases["notifications"]),
        email_preferences=EmailPreferencesRepository(databases["notifications"]),
        support=settings.support,
        audit=AuditRepository(databases["support"]),
        approvals=ApprovalRepository(databases["support"]),
        bulk=BulkRepository(databases["support"]),
        findings=FindingRepository(databases["support"]),
        bulk_asked=asyncio.Event(),
        limits=limits,
        cursors=Cursors(derived(secret, "cursors")),
        temporal=client,
        workflows_url=f"{settings.temporal.ui_url}/namespaces/{client.namespace}/workflows",
        links=Links(desk=settings.links.api_public_url, stripe=settings.links.stripe_dashboard_url),
        databases=databases,
        customer_key_secret=secret,
    )


def derived(secret: SecretStr, purpose: str) -> bytes:
    """A key of its own for every purpose, so that nothing made for one serves another."""
    return hmac.digest(secret.get_secret_value().encode(), purpose.encode(), "sha256")
