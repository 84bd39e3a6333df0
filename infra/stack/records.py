"""`DATA_DIR/processes.json`, the lock of the one supervisor, and what a killed one left behind.

Children of a killed supervisor are ended by the kernel (see `child.py`). The sweep is for the
rest: a machine that is slow to do so, a child that started in the very moment of the kill.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from signal import SIGINT, SIGTERM, Signals
from typing import IO

import psutil

from infra.stack.child import Child

RECORDS = "processes.json"
LOCK = "supervisor.pid"
GRACE = 10.0
POLL_EVERY = 0.05
# The kernel counts a start in hundredths; a pid that is used again is far from it.
SAME_START = 0.5


class AlreadyRunningError(Exception):
    """Another supervisor holds this data folder."""


def write(data_dir: Path, children: Iterable[Child]) -> None:
    """{"NAME": {"pid": 1, "restarts": 0, "started_at": "2026-11-22T20:00:00+00:00"}}, at once."""
    records = {
        child.service.name: {
            "pid": child.pid,
            "restarts": child.status.restarts,
            "started_at": child.started_at.isoformat(),
        }
        for child in children
        if child.pid and child.started_at
    }
    draft = data_dir / f"{RECORDS}.new"
    draft.write_text(json.dumps(records, indent=2) + "\n")
    draft.replace(data_dir / RECORDS)


def take_lock(data_dir: Path) -> IO[str]:
    """Held until the file is closed, or until the kernel closes it for whoever was killed."""
    lock = (data_dir / LOCK).open("a+")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise AlreadyRunningError(
            f"A stack on {data_dir} already runs (process {supervisor(data_dir)}): `make down`"
            " ends it; another DATA_DIR and other ports give a second one."
        ) from None
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def supervisor(data_dir: Path) -> int | None:
    """The process that holds the lock; a pid in the file alone proves nothing."""
    with suppress(FileNotFoundError), (data_dir / LOCK).open() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return int(lock.read() or 0) or None
    return None


def end_leftovers(data_dir: Path) -> list[str]:
    """Ends children of a dead supervisor. Returns their names."""
    leftovers = _leftovers(data_dir)
    for name, process in leftovers.items():
        # Postgres would wait for its clients on SIGTERM.
        end(process, SIGINT if name == "postgres" else SIGTERM, within=GRACE)
    (data_dir / RECORDS).unlink(missing_ok=True)
    return [*leftovers]


def end(process: psutil.Process, number: Signals, *, within: float) -> None:
    """With a signal, and with SIGKILL where that was not enough after `within` seconds."""
    with suppress(psutil.NoSuchProcess):
        process.send_signal(number)
        deadline = time.monotonic() + within
        while _runs(process) and time.monotonic() < deadline:
            time.sleep(POLL_EVERY)
        process.kill()


def _runs(process: psutil.Process) -> bool:
    """A zombie does not, though it waits for a parent who may never ask: psutil's wait() would."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def _leftovers(data_dir: Path) -> dict[str, psutil.Process]:
    path = data_dir / RECORDS
    if not path.exists():
        return {}
    found: dict[str, psutil.Process] = {}
    for name, record in json.loads(path.read_text()).items():
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(record["pid"])
            started_at = datetime.fromisoformat(record["started_at"]).timestamp()
            ours = abs(process.create_time() - started_at) < SAME_START
            if ours and _runs(process):
                found[name] = process
    return found
