"""Support's front door: the project's Caddyfile, run by Caddy itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from infra.stack.install import find_caddy
from infra.stack.probes import answers
from infra.stack.service import Service
from infra.stack.settings import HOST, ROOT
from infra.stack.site import Site
from tests.support.servers import Servers

CADDYFILE = ROOT / "infra" / "caddy" / "Caddyfile"


def front_door(site: Site, name: str, port: int, *, api: str, ui: str) -> Service:
    """Between the two, which are named by host and port."""
    question = f"GET /health/live HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n"
    home = str(site.folder(name))
    return Service(
        name=name,
        command=[str(find_caddy()), "run", "--config", str(CADDYFILE), "--adapter", "caddyfile"],
        environment={
            "DESK_ADDRESS": f"http://{HOST}:{port}",
            "DESK_API": api,
            "DESK_UI": ui,
            "XDG_CONFIG_HOME": home,
            "XDG_DATA_HOME": home,
        },
        ready=answers(port, question.encode(), expected=b" 200 "),
        where=f"http://{HOST}:{port}",
    )


@dataclass(frozen=True)
class Door:
    url: str
    log: Path

    def logged(self, path: str) -> bool:
        return f'"uri":"{path}"' in self.log.read_text()


@contextmanager
def opened(servers: Servers, name: str, port: int, *, api: str, ui: str) -> Iterator[Door]:
    door = front_door(servers.site, name, port, api=urlsplit(api).netloc, ui=urlsplit(ui).netloc)
    with servers.running(door):
        yield Door(door.where, servers.site.log(name).path)
