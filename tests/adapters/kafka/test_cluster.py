import socket

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaConnectionError, TopicAuthorizationFailedError

from adapters.kafka.cluster import KAFKA_FAILURES, create_topics, existing_topics, is_away, ping
from adapters.kafka.topics import ORDERS, TOPICS, Topic
from adapters.settings import KafkaSettings
from infra.stack.ports import free_port


@pytest.fixture
def kafka(kafka_bootstrap: str) -> KafkaSettings:
    return KafkaSettings(bootstrap=kafka_bootstrap)


async def configuration_of(topic: Topic, kafka: KafkaSettings) -> dict[str, str]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka.bootstrap)
    try:
        await admin.start()
        [answer] = await admin.describe_configs(
            [ConfigResource(ConfigResourceType.TOPIC, topic.name)]
        )
        [described] = await admin.describe_topics([topic.name])
    finally:
        await admin.close()
    [(_, _, _, _, entries)] = answer.resources
    partitions = {"partitions": str(len(described["partitions"]))}
    return partitions | {entry[0]: entry[1] for entry in entries}


class TestCreateTopics:
    @pytest.mark.parametrize("topic", [*TOPICS, ORDERS.dead], ids=lambda topic: topic.name)
    async def test_makes_them_as_they_are_described(
        self, topic: Topic, kafka: KafkaSettings
    ) -> None:
        await create_topics(kafka)

        found = await configuration_of(topic, kafka)

        assert found["partitions"] == str(topic.partitions)
        assert found.items() >= topic.configs.items()

    async def test_leaves_alone_what_is_there(self, kafka: KafkaSettings) -> None:
        await create_topics(kafka)
        await create_topics(kafka)

    def test_keeps_every_event_of_orders(self) -> None:
        assert ORDERS.configs == {"cleanup.policy": "delete", "retention.ms": "-1"}


class TestExistingTopics:
    async def test_names_those_that_were_made(self, kafka: KafkaSettings) -> None:
        await create_topics(kafka)
        assert {ORDERS.name, ORDERS.dead.name} <= await existing_topics(kafka)


class TestIsAway:
    async def test_is_a_broker_that_takes_connections_and_says_nothing(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As a frozen one does."""
        monkeypatch.setattr("adapters.kafka.cluster.REQUEST_TIMEOUT_MS", 200)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            for ask in (ping, create_topics, existing_topics):
                with pytest.raises(KAFKA_FAILURES) as raised:
                    await ask(KafkaSettings(bootstrap=f"127.0.0.1:{port}"))
                assert is_away(raised.value)

    def test_is_no_broker_that_refuses(self) -> None:
        assert not is_away(TopicAuthorizationFailedError())


class TestPing:
    async def test_returns_where_a_broker_answers(self, kafka: KafkaSettings) -> None:
        await ping(kafka)

    async def test_raises_where_none_does(self) -> None:
        with pytest.raises(KafkaConnectionError):
            await ping(KafkaSettings(bootstrap=f"127.0.0.1:{free_port()}"))
