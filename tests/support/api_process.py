"""The API as a process of its own, which a test may kill: it comes back on the same port."""

import json
import os
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from pathlib import Path
from signal import Signals

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from api.services import Settings
from infra.stack.child import Child
from infra.stack.logs import Log
from infra.stack.ports import free_port
from infra.stack.probes import is_healthy
from infra.stack.service import Service


@dataclass(frozen=True)
class ApiProcess:
    url: str
    port: int
    log: Path
    _child: Child

    def signal(self, number: Signals) -> None:
        self._child.signal(number)

    async def ready(self) -> None:
        await self._child.wait_ready()


@asynccontextmanager
async def api_process(settings: Settings, folder: Path, **more: str) -> AsyncIterator[ApiProcess]:
    """`more` are variables of its environment, besides what `settings` says."""
    port = free_port()
    service = Service(
        name="api",
        command=[sys.executable, "-m", "api"],
        ready=is_healthy(port),
        environment={**dict(_environment(settings)), "API_PORT": str(port), **more},
    )
    log = folder / "api.log"
    child = Child(service, Log(log), changed=lambda _: None)
    try:
        await child.start(os.environ)
        yield ApiProcess(f"http://127.0.0.1:{port}", port, log, child)
    finally:
        await child.stop()


def _environment(settings: Settings) -> Iterator[tuple[str, str]]:
    """From which a process reads the same settings."""
    for field in fields(settings):
        part: BaseSettings = getattr(settings, field.name)
        prefix = part.model_config.get("env_prefix", "")
        written = part.model_dump(mode="json")
        for name, value in part:
            if value is None:
                continue
            yield f"{prefix}{name}".upper(), _text(value, written[name])


def _text(value: object, written: object) -> str:
    """As an environment has it: what has parts is JSON there."""
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(written) if isinstance(written, dict | list) else str(written)
