"""Redis, or Valkey where that is what the system has."""

from infra.stack.install import find_redis
from infra.stack.probes import answers
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
        # It answers "-LOADING" while it reads its file.
        ready=answers(port, b"PING\r\n", expected=b"+PONG"),
        ports={"REDIS_PORT": port},
        where=site.redis_url,
    )
