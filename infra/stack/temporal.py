"""Temporal's own development server: one process with the Web UI and a SQLite file."""

import sys
from datetime import timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from temporalio.api.namespace.v1 import NamespaceConfig
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client

from infra.stack.service import Service
from infra.stack.settings import HOST
from infra.stack.site import Site

NAMESPACE = "default"
# An order's page stays for as long as support may be asked about it; the server's default is a day.
RETENTION = timedelta(days=30)
PRAGMAS = {"journal_mode": "wal", "synchronous": "normal"}
DYNAMIC_CONFIG = {
    # The default of 20 a second and shard, with one shard, puts 50 ms on every hop.
    "history.transferProcessorMaxPollRPS": "5000",
    "matching.numTaskqueueReadPartitions": "1",
    "matching.numTaskqueueWritePartitions": "1",
    "system.enableActivityEagerExecution": "true",
    "frontend.namespaceRPS": "20000",
    "frontend.rps": "20000",
    "history.rps": "30000",
    "matching.rps": "30000",
}


def service(site: Site) -> Service:
    settings = site.settings

    async def ready() -> None:
        client = await Client.connect(site.temporal_address)
        await _keep_workflows(client)
        await client.count_workflows()

    return Service(
        name="temporal",
        command=[
            *(str(Path(sys.executable).parent / "temporal"), "server", "start-dev"),
            *("--ip", HOST, "--port", str(settings.temporal_port)),
            *("--ui-ip", HOST, "--ui-port", str(settings.temporal_ui_port)),
            *("--ui-disable-news-fetch", "--log-level", "warn"),
            *("--db-filename", str(site.folder("temporal") / "temporal.db")),
            *_flags("--sqlite-pragma", PRAGMAS),
            *_flags("--dynamic-config-value", DYNAMIC_CONFIG),
            *_flags("--search-attribute", _search_attributes()),
        ],
        ready=ready,
        ports={
            "TEMPORAL_PORT": settings.temporal_port,
            "TEMPORAL_UI_PORT": settings.temporal_ui_port,
        },
        where=site.temporal_ui_url,
    )


def _flags(flag: str, values: dict[str, str]) -> list[str]:
    return [word for name, value in values.items() for word in (flag, f"{name}={value}")]


def _search_attributes() -> dict[str, str]:
    # Imported here: of a stack without workflows (the servers of a test) nothing else needs it.
    from workflows.search_attributes import SEARCH_ATTRIBUTES  # noqa: PLC0415

    return SEARCH_ATTRIBUTES


async def _keep_workflows(client: Client) -> None:
    described = await client.workflow_service.describe_namespace(
        DescribeNamespaceRequest(namespace=NAMESPACE)
    )
    if described.config.workflow_execution_retention_ttl.ToTimedelta() == RETENTION:
        return
    retention = Duration()
    retention.FromTimedelta(RETENTION)
    await client.workflow_service.update_namespace(
        UpdateNamespaceRequest(
            namespace=NAMESPACE,
            config=NamespaceConfig(workflow_execution_retention_ttl=retention),
        )
    )
