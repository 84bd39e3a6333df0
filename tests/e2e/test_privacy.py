"""What people write and who they are is in Postgres alone, and goes from there when they go."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from temporalio.common import SearchAttributePair, TypedSearchAttributes
from temporalio.worker import Replayer

from adapters.kafka.topics import ORDERS
from domain.audit import Reconcile
from domain.findings import SweepFor
from tests.support import hunting
from tests.support.bank import Bank
from tests.support.fingerprints import WORKFLOWS
from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import Person, log_in, register
from tests.support.talkative import PLACE, Talkative
from tests.support.town import Town
from workflows.delivery import DeliveryWorkflow
from workflows.dispute import DisputeWorkflow
from workflows.order import OrderWorkflow
from workflows.policies import PAYMENTS
from workflows.reconciliation import ReconciliationWorkflow
from workflows.refund import RefundWorkflow
from workflows.search_attributes import ATTENTION_REASON
from workflows.sweep import SweepWorkflow

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]

# In all that anybody writes about an order of this customer, and in who they are.
MARK = f"zq{uuid4().hex[:12]}"
PHONE = f"+2519{uuid4().int % 10**8:08}"
# Where they live, and nobody else does.
LATITUDE = f"{PLACE['lat']}{uuid4().int % 10**9:09}"
# What the cook and the courier are called.
OTHERS = f"zx{uuid4().hex[:12]}"


@dataclass(frozen=True, kw_only=True)
class Story:
    """What was told since it `began`."""

    began: datetime
    platform: Platform
    customer: Person
    support: Person
    order_ids: list[str]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def story(whole_platform: Platform) -> AsyncIterator[Story]:
    site, began = whole_platform.stack.site, datetime.now(UTC)
    key = site.credentials.stripe_secret_key()
    async with (
        httpx.AsyncClient(base_url=site.api_url, timeout=30, trust_env=False) as http,
        httpx.AsyncClient(
            base_url=site.sandbox_url,
            timeout=30,
            trust_env=False,
            headers={"Authorization": f"Bearer {key}"},
        ) as bank,
    ):
        admin = site.settings.admin_password.get_secret_value()
        support = await log_in(http, site.settings.admin_email, admin)
        cook = await register(http, name=OTHERS, email=f"{OTHERS}@example.com")
        second = await register(http, name=OTHERS)
        await whole_platform.make_support(second)
        street = {"line1": "Port-aux-Français 1", "city": "Kerguelen", **PLACE}
        # A town of its own: later, invariants hold of nothing that was erased, or given back.
        town = Town(http, cook)
        people = Talkative(
            word=MARK,
            vehicle=OTHERS,
            town=town,
            bank=Bank(bank),
            customer=await register(http, name=MARK, email=f"{MARK}@example.com", phone=PHONE),
            kitchen=await town.open_kitchen(address=street),
            rider=await register(http, name=OTHERS),
            support=support,
            second=second,
        )
        order_ids = await people.live_through_everything()
        await _looked_after(whole_platform, order_ids)
        yield Story(
            began=began,
            platform=whole_platform,
            customer=people.customer,
            support=people.support,
            order_ids=order_ids,
        )


class TestWhatPeopleSay:
    async def test_is_in_no_workflow_of_any_type(self, story: Story) -> None:
        temporal, words = story.platform.witnesses.temporal, [MARK, PHONE, OTHERS]
        found = await seen(
            lambda: hunting.in_workflows(temporal, words, since=story.began),
            lambda found: found.keys() >= _workflow_types(),
        )
        assert not any(found.values()), found

    async def test_would_be_found_there(self, story: Story) -> None:
        temporal, words = (
            story.platform.witnesses.temporal,
            ["in-put", "in-memo", "in-list", "in-line"],
        )
        attributes = TypedSearchAttributes([SearchAttributePair(ATTENTION_REASON, "in-list")])
        planted = await temporal.start_workflow(
            "Planted",
            "in-put",
            id=f"planted-{uuid4()}",
            task_queue="nobodys",
            memo={"note": "in-memo"},
            static_summary="in-line",
            search_attributes=attributes,
        )

        async def hunted() -> set[str]:
            query = f'WorkflowId = "{planted.id}"'
            listed = [each async for each in temporal.list_workflows(query)]
            return set().union(*[await hunting.in_engine(temporal, each, words) for each in listed])

        try:
            assert await seen(hunted, bool) == {*words}
        finally:
            await planted.terminate()

    async def test_is_in_no_event(self, story: Story) -> None:
        site, words = story.platform.stack.site, [MARK, PHONE, OTHERS]
        found = await hunting.in_kafka(site.kafka_bootstrap, [*words, *story.order_ids])
        assert found[ORDERS.name] == {*story.order_ids}
        assert set().union(*found.values()) == {*story.order_ids}

    async def test_is_in_no_log(self, story: Story) -> None:
        platform, words = story.platform, [MARK, PHONE, PHONE.removeprefix("+"), OTHERS, LATITUDE]
        await _look_for_them(story)
        folder = platform.stack.site.log("api").path.parent
        assert {path.stem for path in folder.glob("*.log")} >= {"api", "orders", "postgres"}
        assert hunting.in_logs(folder, words) == {}


class TestErasing:
    async def test_forgets_the_customer_everywhere_and_keeps_what_was_paid(
        self, story: Story
    ) -> None:
        site, words = story.platform.stack.site, [MARK, PHONE]
        books = {id_: await _money_of(story, id_) for id_ in story.order_ids}
        known = await hunting.in_postgres(site.admin_dsn, words)
        assert {"identity.accounts", "ordering.particulars", "ordering.remarks"} <= {*known}
        assert _of_support(known) == set()
        # A second person was asked about the last one, it was one of many, and all was logged.
        logged = {"support.audit", "support.bulk_items"}
        last = await hunting.in_postgres(site.admin_dsn, story.order_ids[-1:])
        assert _of_support(last) == {"support.approvals", *logged}
        assert (await story.customer.delete("/me")).status_code == 204
        assert await hunting.in_postgres(site.admin_dsn, words) == []
        last = await hunting.in_postgres(site.admin_dsn, story.order_ids[-1:])
        assert _of_support(last) == logged
        assert await hunting.in_redis(site.redis_url, words) == set()
        assert {id_: await _money_of(story, id_) for id_ in story.order_ids} == books
        # Of the third and the fifth nothing was taken: no kitchen had accepted them.
        posted = [bool(money["ledger"]) for money in books.values()]
        assert posted == [True, True, False, True, False, True]
        await _replay_all(story)


def _of_support(tables: list[str]) -> set[str]:
    return {table for table in tables if table.startswith("support.")}


async def _looked_after(platform: Platform, order_ids: list[str]) -> None:
    """By those workflows that nobody's order starts."""
    run = platform.witnesses.temporal.execute_workflow
    orders = Reconcile(orders=[UUID(id_) for id_ in order_ids])
    id_ = f"looking-{uuid4()}"
    await run(ReconciliationWorkflow.run, orders, id=id_, task_queue=PAYMENTS)
    await run(SweepWorkflow.run, SweepFor(grace_seconds=0), id=id_, task_queue=PAYMENTS)


def _workflow_types() -> set[str]:
    """All that there are, also those that this test has never heard of."""
    sources = [path.read_text() for path in WORKFLOWS.glob("*.py")]
    return {
        name
        for source in sources
        for name in re.findall(r"^@workflow\.defn.*\nclass (\w+)", source, re.MULTILINE)
    }


async def _look_for_them(story: Story) -> None:
    """As support does, who type what people tell them on the phone."""
    for words in (f"{MARK}@example.com", PHONE, MARK):
        answer = await story.support.post("/support/search", {"q": words})
        assert answer.status_code == 200, answer.text
    by_mail = await story.support.get(
        "/support/orders", params={"customer_email": f"{MARK}@example.com"}
    )
    assert by_mail.json()["items"]
    await story.support.get("/support/search", params={"q": PHONE})
    page = await story.support.http.post(
        "/support/search",
        data={"q": f"{MARK}@example.com"},
        headers={"Authorization": f"Bearer {story.support.token}"},
    )
    assert page.status_code == 200, page.text
    # And the customer, who looks for food at home.
    nearby = {"lat": LATITUDE, "lon": PLACE["lon"]}
    assert (await story.customer.get("/restaurants", params=nearby)).status_code == 200


async def _money_of(story: Story, order_id: str) -> Any:
    return (await story.support.get(f"/support/orders/{order_id}")).json()["money"]


async def _replay_all(story: Story) -> None:
    temporal = story.platform.witnesses.temporal
    types = (OrderWorkflow, DeliveryWorkflow, RefundWorkflow, DisputeWorkflow)
    names = ", ".join(f'"{each.__name__}"' for each in types)
    query = f'StartTime >= "{story.began.isoformat()}" AND WorkflowType IN ({names})'
    recorded = temporal.list_workflows(query).map_histories()
    replayer = Replayer(workflows=types, data_converter=temporal.data_converter, debug_mode=True)
    async with replayer.workflow_replay_iterator(recorded) as replayed:
        results = [each async for each in replayed]
    assert [each.replay_failure for each in results] == [None] * len(results)
    kinds = {each.history.workflow_id.split("-")[0] for each in results}
    assert kinds == {"order", "delivery", "refund", "dispute"}
