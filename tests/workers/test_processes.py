"""`python -m workers …` from the outside: health, signals and exit codes."""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import uuid4

import httpx
import pytest
from sqlalchemy import text
from temporalio import workflow
from temporalio.api.workflowservice.v1 import DescribeWorkerDeploymentRequest
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.service import RPCError
from temporalio.worker import Worker

from adapters.postgres.engine import Database
from adapters.settings import DatabaseSettings, TemporalSettings
from adapters.temporal import connect
from domain.money import Money
from domain.notifications import Audience, DeliverNotifications, NotificationType, notification
from infra.stack.ports import free_port
from tests.support.pipeline import eventually
from tests.support.polling import seen
from tests.support.servers import Servers
from tests.support.temporal import real_time
from workflows.policies import NOTIFICATIONS

pytestmark = pytest.mark.timeout(180)


class Running:
    """A worker process, and what it has logged so far."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, port: int) -> None:
        self.process = process
        self._log = log
        self._url = f"http://127.0.0.1:{port}"

    async def get(self, path: str) -> httpx.Response | None:
        """None where nobody listens yet."""
        async with httpx.AsyncClient(trust_env=False) as client:
            try:
                return await client.get(f"{self._url}{path}")
            except httpx.TransportError:
                return None

    async def is_ready(self) -> bool:
        assert self.process.poll() is None, self._log.read_text()
        answer = await self.get("/health/ready")
        return answer is not None and answer.is_success

    async def tells(self, figures: str) -> bool:
        """Whether they are among its metrics."""
        answer = await self.get("/metrics")
        return answer is not None and figures in answer.text

    async def is_live(self) -> bool:
        answer = await self.get("/health/live")
        return answer is not None and answer.is_success

    async def end(self) -> int:
        """SIGTERM, and the exit status."""
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, 40)

    async def has_logged(self, event: str) -> bool:
        return event in self.events()

    def events(self) -> list[str]:
        return [json.loads(line)["event"] for line in self._log.read_text().splitlines()]


@pytest.fixture
async def temporal_address() -> AsyncIterator[str]:
    """Of a server of the test's own: on the shared one another test's worker may poll the queue."""
    async with real_time() as server:
        yield server.client.service_client.config.target_host


@pytest.fixture
def environment(
    servers: Servers, databases: DatabaseSettings, temporal_address: str
) -> dict[str, str]:
    own = {"TEMPORAL_ADDRESS": temporal_address}
    return {**os.environ, **servers.site.environment(), **own}


@pytest.fixture
async def client(temporal_address: str) -> Client:
    return await connect(TemporalSettings(address=temporal_address))


@contextmanager
def started(queue: str, environment: Mapping[str, str], folder: Path) -> Iterator[Running]:
    port, log = free_port(), folder / f"{queue}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "workers", queue],
            env={**environment, "WORKER_PORT": str(port)},
            stdout=output,
            stderr=output,
        )
    try:
        yield Running(process, log, port)
    finally:
        process.kill()
        process.wait()


@workflow.defn(sandboxed=False)
class Telling:
    """One attempt, on the queue of the notifications' worker."""

    @workflow.run
    async def run(self, command: DeliverNotifications) -> None:
        await workflow.execute_activity(
            "deliver_notifications",
            command,
            task_queue=NOTIFICATIONS,
            start_to_close_timeout=timedelta(seconds=20),
            retry_policy=RetryPolicy(maximum_attempts=1),
        )


async def tell(client: Client, command: DeliverNotifications) -> None:
    queue = f"telling-{command.order_id}"
    async with Worker(client, task_queue=queue, workflows=[Telling]):
        await client.execute_workflow(Telling.run, command, id=queue, task_queue=queue)


def a_message() -> DeliverNotifications:
    order_id = uuid4()
    message = notification(
        NotificationType.NEW_ORDER,
        Audience.RESTAURANT,
        uuid4(),
        order_id=order_id,
        total=Money(4120, "EUR"),
    )
    return DeliverNotifications(order_id=order_id, notifications=[message])


@asynccontextmanager
async def no_notifications_written(databases: DatabaseSettings) -> AsyncIterator[None]:
    """Who writes one meanwhile waits."""
    database = Database(databases.notifications_dsn)
    try:
        async with database.transaction() as session:
            await session.execute(text("LOCK TABLE notifications.notifications IN EXCLUSIVE MODE"))
            yield
    finally:
        await database.close()


class TestWorker:
    @pytest.mark.parametrize(
        ("queue", "figures"),
        [
            ("orders", "process_cpu_seconds_total "),
            ("payments", "\nengine_watched_timestamp_seconds 1."),
            ("delivery", "\nhealth_ready 1.0"),
            ("notifications", '\nhealth_part_up{part="temporal"} 1.0'),
        ],
    )
    async def test_is_ready_once_it_polls_and_ends_when_told(
        self, queue: str, figures: str, environment: dict[str, str], tmp_path: Path
    ) -> None:
        with started(queue, environment, tmp_path) as worker:
            await eventually(worker.is_ready)
            ready = await worker.get("/health/ready")

            assert ready is not None
            assert ready.json()["checks"]["temporal"] == "ok"
            await eventually(partial(worker.tells, figures))
            assert await worker.end() == 0
            assert worker.events()[-1] == "process.stopped"

    async def test_exports_the_metrics_of_temporal_where_there_is_a_port(
        self, environment: dict[str, str], tmp_path: Path
    ) -> None:
        port = free_port()
        given = {**environment, "WORKER_TEMPORAL_METRICS_PORT": str(port)}
        with started("notifications", given, tmp_path) as worker:
            await eventually(worker.is_ready)
            async with httpx.AsyncClient(trust_env=False) as client:
                metrics = await client.get(f"http://127.0.0.1:{port}/metrics")

        assert "temporal_num_pollers" in metrics.text

    async def test_joins_a_versioned_deployment_where_it_is_of_a_build(
        self, environment: dict[str, str], client: Client, tmp_path: Path
    ) -> None:
        build = {**environment, "WORKER_BUILD_ID": f"build-{uuid4()}", "WORKER_SANDBOX": "false"}
        asked = DescribeWorkerDeploymentRequest(
            namespace=client.namespace, deployment_name="ha-soranu"
        )

        async def builds() -> set[str]:
            """None before the engine has heard of the first."""
            try:
                found = await client.workflow_service.describe_worker_deployment(asked)
            except RPCError:
                return set()
            versions = found.worker_deployment_info.version_summaries
            return {each.deployment_version.build_id for each in versions}

        with started("orders", build, tmp_path) as worker:
            await eventually(worker.is_ready)
            await seen(builds, lambda known: build["WORKER_BUILD_ID"] in known)

    async def test_waits_for_temporal_alive_but_not_ready(
        self, environment: dict[str, str], tmp_path: Path
    ) -> None:
        nowhere = {**environment, "TEMPORAL_ADDRESS": f"127.0.0.1:{free_port()}"}
        with started("notifications", nowhere, tmp_path) as worker:
            await eventually(worker.is_live)

            async def checked() -> tuple[int, object]:
                answer = await worker.get("/health/ready")
                assert answer is not None
                return answer.status_code, answer.json()["checks"]

            databases = dict.fromkeys(("identity", "notifications", "ordering"), "ok")
            checks = {**databases, "temporal": "NotPolling"}
            # Who asks before the first look at them is done hears something else.
            wanted = (httpx.codes.SERVICE_UNAVAILABLE, checks)
            await seen(checked, lambda found: found == wanted)
            await eventually(partial(worker.tells, "\nhealth_ready 0.0"))
            assert await worker.end() == 0

    async def test_lets_an_activity_finish_before_it_ends(
        self,
        environment: dict[str, str],
        client: Client,
        databases: DatabaseSettings,
        tmp_path: Path,
    ) -> None:
        with started("notifications", environment, tmp_path) as worker:
            async with no_notifications_written(databases):
                told = asyncio.create_task(tell(client, a_message()))
                await eventually(partial(worker.has_logged, "activity.started"))
                ending = asyncio.create_task(worker.end())
                await eventually(partial(worker.has_logged, "process.draining"))

            await told
            assert await ending == 0
            assert "activity.finished" in worker.events()

    def test_refuses_a_queue_that_is_none(self, environment: dict[str, str]) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "workers", "kitchen"],
            check=False,
            capture_output=True,
            text=True,
            env=environment,
        )

        assert run.returncode == 2
        assert "No such command 'kitchen'" in run.stderr

    def test_names_the_queues_there_are(self, environment: dict[str, str]) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "workers", "--help"],
            check=True,
            capture_output=True,
            text=True,
            env=environment,
        )

        for queue in ("orders", "payments", "delivery", "notifications", "outbox", "events"):
            assert queue in run.stdout

    def test_fails_with_a_reason_where_a_setting_is_missing(self) -> None:
        run = subprocess.run(
            [sys.executable, "-m", "workers", "notifications"],
            check=False,
            capture_output=True,
            text=True,
            env={"PATH": os.environ["PATH"], "WORKER_PORT": str(free_port())},
        )

        assert run.returncode == 1
        assert "notifications_dsn" in run.stdout
