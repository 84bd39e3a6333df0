"""A Redis of a test's own, which it may stop, freeze and start again. It keeps nothing on disk."""

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from redis.asyncio import Redis
from redis.exceptions import RedisError

from infra.stack.commands import tied
from infra.stack.install import find_redis
from infra.stack.ports import free_port
from tests.support.polling import seen


@dataclass
class RedisProcess:
    folder: Path
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    async def start(self) -> None:
        options = ("--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.folder))
        self.process = await asyncio.create_subprocess_exec(
            *tied([str(find_redis()), *options, "--save", ""]),
            stdout=asyncio.subprocess.DEVNULL,
        )
        await seen(self._answers, bool, pause=0.02)

    async def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            await self.process.wait()
            self.process = None

    def freeze(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGCONT)

    async def flush(self) -> None:
        async with Redis.from_url(self.url) as client:
            await client.flushall()

    async def _answers(self) -> bool:
        async with Redis.from_url(self.url) as client:
            try:
                return bool(await client.ping())
            except RedisError:
                return False


@asynccontextmanager
async def redis_process(folder: Path) -> AsyncIterator[RedisProcess]:
    redis = RedisProcess(folder, free_port())
    await redis.start()
    try:
        yield redis
    finally:
        await redis.stop()
