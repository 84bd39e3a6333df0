"""The stack as a person starts it: `python -m infra.stack`, killed in the ways a machine can."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from temporalio.client import Client
from temporalio.service import RPCError

from infra.stack.ports import is_free
from infra.stack.settings import ROOT, StackSettings
from infra.stack.site import Site
from tests.support.servers import open_data_dir

pytestmark = pytest.mark.timeout(360)

# Times as long as the first start took, on the same machine and as busy: about 15 s on one at rest.
SECOND_START_WITHIN = 3
SERVERS = {"postgres", "redis", "kafka", "temporal", "stripe-sandbox", "mail"}


class Command:
    """`python -m infra.stack` on ports and data of its own."""

    def __init__(self, settings: StackSettings) -> None:
        self.settings = settings
        fields = settings.model_dump(exclude={"admin_password", "stripe_secret_key"})
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "STRIPE_SECRET_KEY"},
            **{name.upper(): str(value) for name, value in fields.items()},
        }

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "infra.stack", *words]
        return subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[str]]:
        """Yields once everything is ready; what still runs at the end is ended."""
        command = [sys.executable, "-m", "infra.stack", "up", "--only", "servers"]
        with subprocess.Popen(
            command, cwd=ROOT, env=self._environment, stdout=subprocess.PIPE, text=True
        ) as supervisor:
            try:
                assert supervisor.stdout
                assert any(line.startswith("Ready in") for line in supervisor.stdout)
                yield supervisor
            finally:
                supervisor.kill()

    def processes(self) -> dict[str, Any]:
        records: dict[str, Any] = json.loads(
            (self.settings.data_dir / "processes.json").read_text()
        )
        return records

    def children(self) -> list[psutil.Process]:
        return [psutil.Process(record["pid"]) for record in self.processes().values()]


@pytest.fixture(scope="module")
def command() -> Iterator[Command]:
    with open_data_dir() as data_dir:
        yield Command(StackSettings.isolated(data_dir))


@pytest.fixture
def site(command: Command) -> Site:
    return Site(command.settings)


def remember(site: Site, fact: str) -> None:
    with psycopg.connect(site.admin_dsn) as connection:
        connection.execute("create table if not exists facts (fact text)")
        connection.execute("insert into facts values (%s)", [fact])


def remembered(site: Site) -> list[str]:
    with psycopg.connect(site.admin_dsn) as connection:
        return [fact for (fact,) in connection.execute("select fact from facts order by fact")]


class TestUp:
    def test_comes_up_again_with_its_data_after_everything_was_killed(
        self, command: Command, site: Site
    ) -> None:
        began = time.monotonic()
        with command.up() as supervisor:
            first_took = time.monotonic() - began
            remember(site, "before the kill")
            asyncio.run(start_workflow(site, "before-the-kill"))
            victims = [psutil.Process(supervisor.pid), *command.children()]
            for victim in victims:
                # The supervisor goes first, and the kernel ends its children: one may be gone.
                with suppress(psutil.NoSuchProcess):
                    victim.kill()
        began = time.monotonic()
        with command.up():
            assert time.monotonic() - began < SECOND_START_WITHIN * first_took
            assert "before the kill" in remembered(site)
            asyncio.run(start_workflow(site, "before-the-kill", exists=True))

    def test_leaves_no_child_when_only_the_supervisor_is_killed(self, command: Command) -> None:
        with command.up() as supervisor:
            assert command.processes().keys() == SERVERS
            children = command.children()
            supervisor.kill()
            _, alive = psutil.wait_procs(children, timeout=10)
        assert not alive
        assert all(is_free(port) for port in ports(command.settings))

    def test_ends_everything_on_ctrl_c(self, command: Command) -> None:
        with command.up() as supervisor:
            children = command.children()
            supervisor.send_signal(signal.SIGINT)
            assert supervisor.wait(30) == 0
            assert not any(child.is_running() for child in children)
        assert command.processes() == {}


class TestDown:
    def test_ends_a_running_stack(self, command: Command) -> None:
        with command.up() as supervisor:
            children = command.children()
            assert command.run("down").stdout == "Stopped.\n"
            assert supervisor.wait(30) == 0
        assert not any(child.is_running() for child in children)

    def test_ends_what_a_killed_supervisor_left_and_nobody_else(self, command: Command) -> None:
        with (
            subprocess.Popen(["sleep", "100"], start_new_session=True) as left,
            subprocess.Popen(["sleep", "100"], start_new_session=True) as stranger,
        ):
            started_at = "2026-01-01T00:00:00+00:00"
            records = {
                "redis": {"pid": left.pid, "restarts": 0, "started_at": birth(left.pid)},
                # A pid that another program has by now.
                "kafka": {"pid": stranger.pid, "restarts": 0, "started_at": started_at},
            }
            path = command.settings.data_dir / "processes.json"
            path.write_text(json.dumps(records))
            assert "Ended what was left: redis." in command.run("down").stdout
            assert left.wait(5) == -signal.SIGTERM
            assert stranger.poll() is None
            stranger.kill()

    def test_says_so_when_nothing_runs(self, command: Command) -> None:
        assert command.run("down").stdout == "Nothing runs.\n"


class TestSecrets:
    def test_are_made_once_and_for_their_owner_only(self, command: Command, site: Site) -> None:
        environment = site.environment()
        assert Site(command.settings).environment() == environment
        secrets = [path for path in site.credentials.folder.rglob("*") if path.is_file()]
        assert len(secrets) > 5
        assert {stat.S_IMODE(path.stat().st_mode) for path in secrets} == {0o600}
        assert "ADMIN_DSN" not in environment


class TestEnv:
    def test_tells_a_shell_what_the_processes_read(self, tmp_path: Path) -> None:
        command = Command(StackSettings.isolated(tmp_path / "it's $HOME"))
        site, script = Site(command.settings), 'eval "$1"; exec env -0'
        exports = command.run("env").stdout
        shell = subprocess.check_output(["/bin/sh", "-c", script, "sh", exports], env={}, text=True)
        read = dict(line.split("=", 1) for line in shell.split("\0") if line)
        assert read["ORDERING_DSN"] == site.dsn("ordering")
        assert read["KAFKA_BOOTSTRAP"] == site.kafka_bootstrap
        assert read["JWT_KEYS_DIR"] == str(site.credentials.jwt_keys_dir())

    def test_lets_no_stack_take_the_sandbox_for_stripe(self, command: Command) -> None:
        assert "export STRIPE_SECRET_KEY=" not in command.run("env").stdout


@pytest.mark.skipif(os.geteuid() != 0, reason="Only root has to go elsewhere.")
class TestPostgresBelowAClosedFolder:
    def test_keeps_its_data_where_its_user_may_go_until_clean(self, tmp_path: Path) -> None:
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o700)
        command = Command(StackSettings.isolated(closed / "var"))
        with command.up():
            elsewhere = (closed / "var" / "postgres").readlink()
            assert elsewhere.parent == Path("/var/lib/postgresql")
            remember(Site(command.settings), "elsewhere")
        command.run("clean")
        assert not elsewhere.exists()
        assert not (closed / "var").exists()


def birth(pid: int) -> str:
    created = psutil.Process(pid).create_time()
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(created)) + f"{created % 1:.2f}"[1:] + "Z"


def ports(settings: StackSettings) -> list[int]:
    return [port for name, port in settings if name.endswith("_port")]


async def start_workflow(site: Site, workflow_id: str, *, exists: bool = False) -> None:
    """No worker takes it: it only has to be there."""
    client = await Client.connect(site.temporal_address)
    if exists:
        assert (await client.get_workflow_handle(workflow_id).describe()).id == workflow_id
        with pytest.raises(RPCError):
            await client.get_workflow_handle("another").describe()
    else:
        await client.start_workflow("Anything", id=workflow_id, task_queue="nobody")
