"""The API, served in this process over a real socket, on real servers."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.sessions import SessionRepository
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.refunds import RefundRepository
from adapters.settings import (
    ApiSettings,
    DatabaseSettings,
    IdentitySettings,
    RedisSettings,
    TemporalSettings,
    WebhookSettings,
)
from adapters.signing_keys import SigningKeys
from adapters.tokens import AccessTokens
from api.app import create_app
from api.services import Settings
from tests.support.bank import Bank
from tests.support.cookies import OURS
from tests.support.document import Document
from tests.support.everybody import Everybody, everybody, joining
from tests.support.helpdesk import Helpdesk, open_helpdesk
from tests.support.keys import write_key
from tests.support.people import People, lasting_logins
from tests.support.rest import Person, Visitor, somewhere
from tests.support.servers import Servers
from tests.support.serving import serving


@pytest.fixture(scope="session")
def identity(tmp_path_factory: pytest.TempPathFactory) -> IdentitySettings:
    folder: Path = tmp_path_factory.mktemp("jwt")
    write_key(folder, "1")
    return IdentitySettings(
        jwt_keys_dir=folder, customer_key_secret=SecretStr("a secret of the tests")
    )


@pytest.fixture(scope="session")
def settings(
    databases: DatabaseSettings, identity: IdentitySettings, redis_url: str, temporal_address: str
) -> Settings:
    return Settings(
        api=ApiSettings(),
        databases=databases,
        identity=identity,
        redis=RedisSettings(url=redis_url),
        temporal=TemporalSettings(address=temporal_address),
        webhooks=WebhookSettings(webhook_secret=SecretStr("whsec_of_the_tests")),
    )


@pytest.fixture(scope="session")
def unhurried() -> Iterator[None]:
    """However slow workers and engine, the API hears of them, for almost all of its own limit."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("api.support.engine._PATIENCE_SECONDS", 8)
        for wait in ("_ACCEPTANCE", "_OUTCOME"):
            patched.setattr(f"api.workflow_updates.{wait}", timedelta(seconds=9))
        yield


@pytest.fixture(scope="session")
def url(settings: Settings, unhurried: None) -> Iterator[str]:
    with serving(create_app(settings)) as url:
        yield url


@pytest.fixture(scope="session")
def workers(servers: Servers, databases: DatabaseSettings) -> None:
    """Everything an order needs to go its way, each a process of its own."""
    for kind in ("orders", "payments", "delivery", "notifications"):
        servers.need(kind)


@pytest.fixture(scope="session")
def document(url: str) -> Document:
    """What the API says of itself."""
    return Document(httpx.get(f"{url}/openapi.json", timeout=30).json())


@pytest.fixture
async def http(url: str, document: Document) -> AsyncIterator[httpx.AsyncClient]:
    """Whatever a test is about: an answer that the OpenAPI document doesn't name fails it."""

    async def is_documented(answer: httpx.Response) -> None:
        assert await document.wrong_with(answer) == []

    hooks = {"response": [is_documented]}
    async with httpx.AsyncClient(
        base_url=url, timeout=30, headers=somewhere(), event_hooks=hooks
    ) as client:
        yield client


@pytest.fixture
def visitor(http: httpx.AsyncClient) -> Visitor:
    return Visitor(http)


@pytest.fixture(scope="session")
def tokens(settings: Settings) -> AccessTokens:
    return AccessTokens(SigningKeys(settings.identity.jwt_keys_dir))


@pytest.fixture
async def people(
    http: httpx.AsyncClient, settings: Settings, tokens: AccessTokens
) -> AsyncIterator[People]:
    database = Database(settings.databases.identity_dsn)
    try:
        yield People(http, AccountRepository(database), SessionRepository(database), tokens)
    finally:
        await database.close()


@pytest.fixture(scope="session")
def world(url: str, settings: Settings, tokens: AccessTokens, workers: None) -> Everybody:
    """Orders in the middle and at the end of their way, and all who have to do with them."""
    with lasting_logins():
        return asyncio.run(everybody(url, settings, tokens))


@pytest.fixture(scope="session")
def support_staff(url: str, settings: Settings, tokens: AccessTokens, workers: None) -> Helpdesk:
    async def opened() -> Helpdesk:
        async with joining(url, settings, tokens) as people:
            return await open_helpdesk(people)

    with lasting_logins():
        return asyncio.run(opened())


@pytest.fixture
def desk(support_staff: Helpdesk, http: httpx.AsyncClient) -> Helpdesk:
    """People of support, and whose orders they look after."""
    return support_staff.at(http)


@pytest.fixture(scope="module")
def shared() -> dict[str, str]:
    """What no test changes, made by the first of a module that needs it."""
    return {}


@pytest.fixture
async def ended(desk: Helpdesk, shared: dict[str, str]) -> str:
    """The id of an order that was cancelled, and whose money went back."""
    if "ended" not in shared:
        shared["ended"] = await desk.cancelled()
        await desk.order_is(shared["ended"], lambda order: order["refund_status"] == "full")
    return shared["ended"]


@pytest.fixture
async def taken(desk: Helpdesk, shared: dict[str, str]) -> str:
    """The id of an order whose money was taken, and that is not cooked yet."""
    if "taken" not in shared:
        shared["taken"] = await desk.captured()
    return shared["taken"]


@pytest.fixture
async def cases(servers: Servers, workers: None) -> AsyncIterator[CaseRepository]:
    database = Database(SecretStr(servers.site.dsn("payments")))
    yield CaseRepository(database)
    await database.close()


@pytest.fixture
async def bank(servers: Servers) -> AsyncIterator[Bank]:
    """The account of the payments worker."""
    site = servers.site
    key = site.credentials.stripe_secret_key()
    headers = {"Authorization": f"Bearer {key}"}
    async with httpx.AsyncClient(base_url=site.sandbox_url, headers=headers, timeout=30) as http:
        yield Bank(http)


@pytest.fixture
async def person(people: People) -> Person:
    return await people.join()


@pytest.fixture
async def browser(url: str) -> AsyncIterator[httpx.AsyncClient]:
    """With cookies, like one; it follows no redirects, to be seen."""
    async with httpx.AsyncClient(base_url=url, timeout=30, headers=OURS | somewhere()) as client:
        yield client
