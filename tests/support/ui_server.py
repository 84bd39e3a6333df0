"""The Temporal UI's own server, built from the source that its makers release."""

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from infra.stack.install import cache, find_go
from infra.stack.probes import answers
from infra.stack.service import Service
from infra.stack.settings import HOST
from infra.stack.site import Site

VERSION = "v2.54.1"
PATH = "/temporal"
_MODULE = "github.com/temporalio/ui-server/v2"
# What that asks for is newer than Debian's Go, and is itself a module.
_GO = "go1.26.8"


@dataclass(frozen=True, slots=True)
class UiServer:
    """A program, and the folder with the settings of its image, which read the environment."""

    program: Path
    config: Path

    def service(self, site: Site, name: str, port: int, **environment: str) -> Service:
        question = f"GET {PATH}/api/v1/settings HTTP/1.0\r\nHost: {HOST}\r\n\r\n"
        settings = ["--root", "/", "--config", str(self.config), "--env", "docker"]
        return Service(
            name=name,
            command=[str(self.program), *settings, "start"],
            environment={
                "TEMPORAL_ADDRESS": site.temporal_address,
                "TEMPORAL_UI_PORT": str(port),
                "TEMPORAL_UI_PUBLIC_PATH": PATH,
                # Plain http.
                "TEMPORAL_CSRF_COOKIE_INSECURE": "true",
                **environment,
            },
            ready=answers(port, question.encode(), expected=b" 200 "),
            where=f"http://{HOST}:{port}",
        )


def built() -> UiServer:
    """The first time takes minutes."""
    go = _new_go()
    folder = cache() / f"ui-server-{VERSION}"
    if not (folder / "server").exists():
        go.tells("install", f"{_MODULE}/cmd/server@{VERSION}", GOBIN=str(folder))
    return UiServer(folder / "server", go.module(f"{_MODULE}@{VERSION}") / "config")


@dataclass(frozen=True, slots=True)
class _Go:
    """`environment` is what differs from ours."""

    program: Path
    environment: Mapping[str, str]

    def tells(self, *words: str, **given: str) -> str:
        environment = {**os.environ, **self.environment, **given}
        # At the root, where there is no module around it.
        return subprocess.check_output(
            [str(self.program), *words], cwd="/", env=environment, text=True
        )

    def module(self, name: str) -> Path:
        return Path(json.loads(self.tells("mod", "download", "-json", name))["Dir"])


def _new_go() -> _Go:
    ours = _Go(find_go(), {})
    platform = "-".join(ours.tells("env", "GOOS", "GOARCH").split())
    root = ours.module(f"golang.org/toolchain@v0.0.1-{_GO}.{platform}")
    # In a module nothing may be run, so Go does the same with those that it fetches by itself.
    for program in _programs(root):
        program.chmod(0o755)
    return _Go(root / "bin" / "go", {"GOROOT": str(root), "GOTOOLCHAIN": "local"})


def _programs(root: Path) -> Iterator[Path]:
    yield from (root / "bin").iterdir()
    yield from (path for path in (root / "pkg" / "tool").rglob("*") if path.is_file())
