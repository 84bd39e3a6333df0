"""The consumers as processes, with the faults that they are there for, and the dead letters."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from functools import partial
from signal import SIGKILL
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from prometheus_client import REGISTRY
from typer.testing import CliRunner, Result

from adapters.kafka.cluster import existing_topics
from adapters.kafka.dead_letter_reader import DeadLetterReader
from adapters.kafka.producer import Producer
from adapters.kafka.record import Record
from adapters.kafka.topics import ORDERS, PAYMENTS, RESTAURANTS, STOCK, TOPICS
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.settings import KafkaSettings
from domain.events.deliveries import DeliveryEventType
from domain.events.envelope import Event
from domain.events.orders import OrderEventType
from domain.events.payments import PaymentEventType
from domain.events.restaurants import RestaurantEventType
from domain.events.stock import StockEventType
from domain.notifications import NotificationType, Recipient
from infra.stack.catalog import worker
from infra.stack.ports import free_port
from infra.stack.settings import StackSettings
from infra.stack.stack import Stack
from tests.support.builders import an_order, an_order_event
from tests.support.events import (
    a_delivery_event,
    a_payment_event,
    a_restaurant_event,
    a_stock_event,
    record_of,
)
from tests.support.ordering import a_recorded_order
from tests.support.pipeline import Pipeline
from tests.support.polling import seen
from tests.support.servers import open_data_dir
from workers import rebuild
from workers.dead_letters import app
from workers.open_letters import OpenLetters

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

MONEY = [
    PaymentEventType.REQUIRES_ACTION,
    PaymentEventType.AUTHORIZED,
    PaymentEventType.CAPTURED,
]


class Consumers(Pipeline):
    """Kafka, the databases, and processes of `events`: what they read is put there by the test."""

    async def send(self, *records: Record) -> None:
        """Those of one key one after another."""
        keys: dict[bytes | None, list[Record]] = {}
        for record in records:
            keys.setdefault(record.key, []).append(record)
        async with Producer.connect(self.kafka) as producer:

            async def send_all(of_key: Sequence[Record]) -> None:
                for record in of_key:
                    await producer.send(record)

            await asyncio.gather(*map(send_all, keys.values()))

    async def tell(self, *events: Event) -> None:
        await self.send(*map(record_of, events))

    @property
    def kafka(self) -> KafkaSettings:
        return KafkaSettings(bootstrap=self.stack.site.kafka_bootstrap)

    async def order(self, order_id: UUID | None = None) -> UUID:
        """A row of an order."""
        given = {"order_id": order_id or uuid4()}
        writings = WritingRepository(self.ordering)
        return (await a_recorded_order(OrderRepository(self.ordering), writings, **given)).order_id

    async def timeline(self, order_id: UUID) -> list[str]:
        """What other contexts did to it: the rest is there from the beginning."""
        entries = await OrderRepository(self.ordering).timeline(order_id)
        return [entry.event for entry in entries if entry.event != "order_placed"]

    async def news(self, recipient: Recipient) -> list[NotificationType]:
        found = await NotificationRepository(self.people).list(recipient, limit=100)
        return [each.type for each in found]

    async def command(self, *arguments: str) -> Result:
        """`python -m workers dead-letters …`, in a thread because it has a loop of its own."""
        environment = {"KAFKA_BOOTSTRAP": self.kafka.bootstrap}
        return await asyncio.to_thread(CliRunner().invoke, app, arguments, env=environment)

    async def letters(self, topic: str) -> list[str]:
        """The ids of the open ones, the oldest first."""
        listed = await self.command("list", "--topic", topic)
        assert listed.exit_code == 0, listed.output
        return [line.split()[0] for line in listed.stdout.splitlines() if "@" in line]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def consumers() -> AsyncIterator[Consumers]:
    with open_data_dir() as data_dir:
        async with Stack(StackSettings.isolated(data_dir)) as stack:
            await stack.start(["kafka", "migrations", "events"])
            async with aclosing(Consumers(stack)) as consumers:
                yield consumers


Effect = Callable[[], Awaitable[object]]
"""True once it is there."""


async def told(consumers: Consumers, recipient: Recipient, type_: NotificationType) -> bool:
    return await consumers.news(recipient) == [type_]


async def written(consumers: Consumers, order_id: UUID, event: str) -> bool:
    return await consumers.timeline(order_id) == [event]


async def something_of(topic: str, consumers: Consumers) -> tuple[Event, Effect]:
    """An event of the topic, and how to see its effect."""
    kitchen = Recipient.restaurant(uuid4())
    order = an_order()
    match topic:
        case ORDERS.name:
            customer = Recipient.account(order.customer_id)
            effect = partial(told, consumers, customer, NotificationType.ORDER_ACCEPTED)
            return an_order_event(OrderEventType.ACCEPTED, order), effect
        case STOCK.name:
            effect = partial(told, consumers, kitchen, NotificationType.DISH_SOLD_OUT)
            return a_stock_event(StockEventType.RESERVED, kitchen.recipient_id, left=0), effect
        case RESTAURANTS.name:
            effect = partial(told, consumers, kitchen, NotificationType.ORDERS_PAUSED)
            return a_restaurant_event(RestaurantEventType.PAUSED, kitchen.recipient_id), effect
    order_id = await consumers.order()
    if topic == PAYMENTS.name:
        effect = partial(written, consumers, order_id, "payment_authorized")
        return a_payment_event(PaymentEventType.AUTHORIZED, order_id), effect
    effect = partial(written, consumers, order_id, "courier_assigned")
    return a_delivery_event(DeliveryEventType.ASSIGNED, order_id), effect


class TestPoison:
    @pytest.mark.parametrize("topic", [topic.name for topic in TOPICS])
    async def test_is_put_aside_and_its_partition_goes_on(
        self, topic: str, consumers: Consumers
    ) -> None:
        event, has_effect = await something_of(topic, consumers)
        good = record_of(event)
        poison = Record(topic=topic, key=good.key, value=b"no event", headers=(("ce_id", b"p"),))

        await consumers.send(poison, good)
        await seen(has_effect, bool)

        [letter] = await consumers.letters(topic)
        shown = (await consumers.command("show", letter)).stdout
        assert f"Undecodable: Not an event of {topic}" in shown
        assert "6e 6f 20 65 76 65 6e 74" in shown
        dropped = await consumers.command("drop", letter, "--reason", "A test of ours.")
        assert dropped.exit_code == 0
        assert await consumers.letters(topic) == []
        everything = await consumers.command("list", "--topic", topic, "--all")
        assert "dropped by" in everything.stdout
        assert "A test of ours." in everything.stdout

    async def test_is_put_aside_as_large_as_a_broker_takes_it(self, consumers: Consumers) -> None:
        large = b"x" * (1024 * 1024 - 200)
        poison = Record(topic=STOCK.name, key=b"large", value=large, headers=())
        await consumers.send(poison)

        [letter] = await seen(partial(consumers.letters, STOCK.name), bool)
        shown = (await consumers.command("show", letter)).stdout
        assert f"… and {len(large) - 1024} bytes more" in shown
        assert (await consumers.command("drop", letter, "--reason", "Large.")).exit_code == 0

    async def test_is_counted_until_somebody_decides(self, consumers: Consumers) -> None:
        def counted() -> float | None:
            return REGISTRY.get_sample_value("dead_letters_open", {"topic": STOCK.name})

        async with DeadLetterReader.connect(consumers.kafka) as reader:
            letters = OpenLetters(reader)
            await letters.count()
            assert counted() == 0

            poison = Record(topic=STOCK.name, key=b"p", value=b"no event", headers=())
            await consumers.send(poison, poison)
            dead = await seen(partial(consumers.letters, STOCK.name), lambda ids: len(ids) > 1)
            await letters.count()
            assert counted() == 2

            replayed = await consumers.command("replay", "--all", "--topic", STOCK.name)
            assert replayed.exit_code == 0, replayed.output
            again = await seen(
                partial(consumers.letters, STOCK.name),
                lambda ids: len(ids) > 1 and not set(ids) & set(dead),
            )
            assert (await consumers.command("drop", *again, "--reason", "p")).exit_code == 0
            await letters.count()
            assert counted() == 0


class TestList:
    async def test_makes_no_topic(self) -> None:
        """Somebody else's Kafka, maybe."""
        with open_data_dir() as data_dir:
            async with Stack(StackSettings.isolated(data_dir)) as stack:
                await stack.start(["kafka"])
                kafka = KafkaSettings(bootstrap=stack.site.kafka_bootstrap)
                environment = {"KAFKA_BOOTSTRAP": kafka.bootstrap, "ORDERING_DSN": "postgresql://"}
                invoke = partial(CliRunner().invoke, env=environment)
                listed = await asyncio.to_thread(invoke, app, ["list"])
                rebuilt = await asyncio.to_thread(invoke, rebuild.app, ["orders"])
                assert await existing_topics(kafka) == set()
        assert (listed.exit_code, listed.stdout) == (0, "There are no open dead letters.\n")
        assert rebuilt.exit_code == 2
        assert "There is no topic ordering.orders.v1" in rebuilt.stderr


class TestReplay:
    async def test_has_the_effect_once_the_cause_is_gone(self, consumers: Consumers) -> None:
        order_id = uuid4()
        event = a_payment_event(PaymentEventType.AUTHORIZED, order_id)
        await consumers.tell(event)
        [letter] = await seen(partial(consumers.letters, PAYMENTS.name), bool)
        shown = (await consumers.command("show", letter)).stdout
        assert "There is no such order." in shown
        assert f'"aggregate_id": "{order_id}"' in shown

        await consumers.order(order_id)
        assert (await consumers.command("replay", letter, "--by", "ada")).exit_code == 0
        await seen(partial(written, consumers, order_id, "payment_authorized"), bool)

        # Again it is refused, and harms nothing where somebody insists.
        refused = await consumers.command("replay", letter)
        assert refused.exit_code == 2
        assert "was replayed before; --again" in refused.output
        assert (await consumers.command("replay", letter, "--again")).exit_code == 0
        await consumers.tell(a_payment_event(PaymentEventType.CAPTURED, order_id))
        both = ["payment_authorized", "payment_captured"]
        assert (
            await seen(partial(consumers.timeline, order_id), lambda found: len(found) > 1) == both
        )

    @pytest.mark.parametrize(
        ("arguments", "why"),
        [
            (["show", "nonsense"], "is no id of a letter"),
            (["show", "ordering.orders.v2.dlt@1"], "There is no dead-letter topic"),
            (["replay", "ordering.orders.v1.dlt@999999"], "There is no dead letter"),
            (["replay"], "Name the letters, or say --all"),
            (["replay", "ordering.orders.v1.dlt@1", "--all"], "Name the letters, or say --all"),
            (["replay", "--all", "--again"], "is named by its id"),
            (["drop", "ordering.orders.v1.dlt@0"], "--reason"),
            (["list", "--topic", "ordering"], "There is no topic ordering"),
        ],
    )
    async def test_is_refused_in_plain_words(
        self, arguments: list[str], why: str, consumers: Consumers
    ) -> None:
        answer = await consumers.command(*arguments)
        assert answer.exit_code == 2
        assert why in answer.output

    async def test_says_so_where_kafka_is_away(self) -> None:
        away = {"KAFKA_BOOTSTRAP": f"127.0.0.1:{free_port()}"}
        answer = await asyncio.to_thread(CliRunner().invoke, app, ["list"], env=away)
        assert answer.exit_code == 2
        assert answer.output == (
            f"Kafka does not answer at {away['KAFKA_BOOTSTRAP']} (KAFKA_BOOTSTRAP).\n"
        )


class TestConsumers:
    async def test_lose_and_double_nothing_while_one_joins_and_one_dies(
        self, consumers: Consumers
    ) -> None:
        orders = await asyncio.gather(*(consumers.order() for _ in range(50)))

        async def all_hear(type_: PaymentEventType) -> None:
            await consumers.tell(*(a_payment_event(type_, order) for order in orders))

        async def all_know() -> set[tuple[str, ...]]:
            return {tuple(await consumers.timeline(order)) for order in orders}

        stack = consumers.stack
        second, third = (
            worker(stack.site, "events", name=name, port=free_port())
            for name in ("events-2", "events-3")
        )
        await stack.add(second)
        await asyncio.gather(all_hear(MONEY[0]), stack.add(third))
        await all_hear(MONEY[1])
        stack.kill("events-2", SIGKILL)
        await all_hear(MONEY[2])

        await seen(
            all_know, lambda known: all(len(each) >= len(MONEY) for each in known), seconds=120
        )
        for service in (second, third):
            await stack.remove(service.name)
        assert await all_know() == {tuple(MONEY)}

    async def test_wait_for_their_database_and_then_go_on(self, consumers: Consumers) -> None:
        events = [await something_of(topic, consumers) for topic in (ORDERS.name, PAYMENTS.name)]
        await consumers.stack.halt("postgres")
        await consumers.tell(*(event for event, _ in events))

        async def is_unready() -> bool:
            return not await consumers.is_ready("events")

        await seen(is_unready, bool)
        await consumers.stack.resume("postgres")
        for _, has_effect in events:
            await seen(has_effect, bool, seconds=120)
        assert await consumers.letters(ORDERS.name) == []
