"""Redis, or Valkey where that is what the system has."""

import asyncio
from contextlib import closing

from infra.stack.install import find_redis
from infra.stack.service import Service
from infra.stack.settings import HOST
from infra.stack.site import Site


def service(site: Site) -> Service:
    port = site.settings.redis_port
    return Service(
        name="redis",
        command=[
            str(find_redis()),
            *("--bind", HOST, "--port", str(port), "--dir", str(site.folder("redis"))),
            *("--appendonly", "yes", "--save", "", "--daemonize", "no"),
        ],
        ready=lambda: _ping(port),
        ports={"REDIS_PORT": port},
        where=site.redis_url,
    )


async def _ping(port: int) -> None:
    reader, writer = await asyncio.open_connection(HOST, port)
    with closing(writer):
        writer.write(b"PING\r\n")
        # It answers "-LOADING" while it reads its file.
        if (answer := await reader.readline()) != b"+PONG\r\n":
            raise ConnectionError(answer.decode())
