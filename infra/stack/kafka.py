"""One Kafka broker that is its own controller (KRaft), from the jars of `infra/kafka/pom.xml`."""

import logging
import shutil
import uuid
from base64 import urlsafe_b64encode
from pathlib import Path
from string import Template

from aiokafka.client import AIOKafkaClient

from infra.stack.commands import run
from infra.stack.install import find_java, kafka_jars
from infra.stack.service import Service
from infra.stack.settings import HOST, ROOT
from infra.stack.site import Site

TEMPLATES = ROOT / "infra" / "kafka"


def service(site: Site) -> Service:
    settings = site.settings
    folder = site.folder("kafka")

    async def ready() -> None:
        # It tells every failed attempt to the log, and while the broker starts all of them fail.
        logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
        client = AIOKafkaClient(bootstrap_servers=site.kafka_bootstrap)
        try:
            await client.bootstrap()
        finally:
            await client.close()

    async def prepare() -> None:
        await _prepare(site, folder)

    return Service(
        name="kafka",
        command=[*_java(), "kafka.Kafka", str(folder / "server.properties")],
        ready=ready,
        prepare=prepare,
        ports={
            "KAFKA_PORT": settings.kafka_port,
            "KAFKA_CONTROLLER_PORT": settings.kafka_controller_port,
        },
        where=site.kafka_bootstrap,
    )


def _java() -> list[str]:
    return [
        str(find_java()),
        # Up in two seconds and small: a broker of one machine needs no compiler's best.
        *("-Xms128m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        f"-Dlog4j2.configurationFile={TEMPLATES / 'log4j2.xml'}",
        *("-cp", f"{kafka_jars()}/*"),
    ]


async def _prepare(site: Site, folder: Path) -> None:
    config = folder / "server.properties"
    config.write_text(_config(site, folder))
    # Written last when a storage folder is formatted: without it there is nothing in there.
    if (folder / "data" / "meta.properties").exists():
        return
    shutil.rmtree(folder / "data", ignore_errors=True)
    cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    # One word, because an id may begin with a hyphen and would be taken for another option.
    format_storage = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}"]
    log = site.log("kafka")
    await run([*_java(), *format_storage, "--config", str(config)], log=log)
    log.close()


def _config(site: Site, folder: Path) -> str:
    return Template((TEMPLATES / "server.properties").read_text()).substitute(
        host=HOST,
        port=site.settings.kafka_port,
        controller_port=site.settings.kafka_controller_port,
        data=folder / "data",
    )
