"""PostgreSQL as a child: its own user where the supervisor is root, its own folder, no socket file.

It refuses to run as root. The Debian package brings the user `postgres`, which must be able to
enter the data folder: where DATA_DIR is closed to it (below /root, say), the data lies in that
user's home, and a link in DATA_DIR shows where.
"""

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from signal import SIGINT

import psutil
import psycopg

from infra.stack.commands import run
from infra.stack.install import find_postgres
from infra.stack.service import Service
from infra.stack.settings import HOST
from infra.stack.site import DATABASE, Site

USER = "postgres"
HOME = Path("/var/lib/postgresql")
ENTER = 0o001


def service(site: Site) -> Service:
    folder = _folder(site)

    async def ready() -> None:
        async with await psycopg.AsyncConnection.connect(site.admin_dsn) as connection:
            await connection.execute("select 1")

    async def prepare() -> None:
        await _prepare(site, folder)

    return Service(
        name="postgres",
        command=[
            str(find_postgres() / "postgres"),
            *("-D", str(folder / "data"), "-h", HOST, "-p", str(site.settings.postgres_port)),
            # Two stacks would fight for a socket file; loopback is enough.
            *("-c", "unix_socket_directories="),
            *("-c", "max_connections=200"),
        ],
        ready=ready,
        prepare=prepare,
        ports={"POSTGRES_PORT": site.settings.postgres_port},
        where=f"{HOST}:{site.settings.postgres_port}/{DATABASE}",
        user=_user(),
        # "Fast": SIGTERM would wait for clients to leave.
        stop_signal=SIGINT,
        # "Immediate": a killed postmaster leaves backends on its shared memory for a while.
        orphan_signal="QUIT",
    )


def _user() -> str:
    return USER if os.geteuid() == 0 else ""


def _folder(site: Site) -> Path:
    """Outside DATA_DIR only where it must be, and then always at the same place for it."""
    inside = site.settings.data_dir / "postgres"
    if not _user() or all(parent.stat().st_mode & ENTER for parent in _existing(inside)):
        return inside
    digest = hashlib.sha256(str(site.settings.data_dir).encode()).hexdigest()[:12]
    return HOME / f"ha-soranu-{digest}"


def _existing(path: Path) -> list[Path]:
    return [parent for parent in path.parents if parent.exists()]


async def _prepare(site: Site, folder: Path) -> None:
    _make_folder(site, folder)
    if (folder / "data").exists():
        _forget_dead_postmaster(folder / "data")
    else:
        await _initialise(site, folder)


def _make_folder(site: Site, folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
        if _user():
            shutil.chown(folder, USER, USER)
    link = site.settings.data_dir / "postgres"
    if link != folder and not link.is_symlink():
        link.symlink_to(folder)


async def _initialise(site: Site, folder: Path) -> None:
    """Made under another name and renamed, so that a kill in between is as if it never began."""
    draft = folder / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    password = folder / "password"
    password.touch(mode=0o600)
    if _user():
        shutil.chown(password, USER, USER)
    password.write_text(site.credentials.password(USER))
    log = site.log("postgres")
    programs = find_postgres()
    await run(
        [
            str(programs / "initdb"),
            *("-D", str(draft), "-U", USER, f"--pwfile={password}"),
            *("--auth=scram-sha-256", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums"),
        ],
        log=log,
        user=_user(),
    )
    password.unlink()
    single = [str(programs / "postgres"), "--single", "-D", str(draft), "postgres"]
    await run(single, log=log, user=_user(), stdin=f"create database {DATABASE}\n")
    log.close()
    draft.rename(folder / "data")


def _forget_dead_postmaster(data: Path) -> None:
    """A pid that another program has by now would keep Postgres from starting."""
    lock = data / "postmaster.pid"
    with suppress(FileNotFoundError):
        pid = int(lock.read_text().split()[0])
        with suppress(psutil.NoSuchProcess):
            if psutil.Process(pid).name() == "postgres":
                return
        lock.unlink()
