"""What a stack is made of: services, which are kept alive, and jobs, which run once and end."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from signal import SIGTERM, Signals


class State(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTARTING = "restarting"
    STOPPED = "stopped"


class StartFailedError(Exception):
    """A service or a job did not come up; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A process of its own. `ready` raises for as long as it is not; `ports`: variable to port."""

    name: str
    command: Sequence[str]
    ready: Callable[[], Awaitable[None]]
    after: tuple[str, ...] = ()
    ports: Mapping[str, int] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    # Shown to the person: an address to open or to connect to.
    where: str = ""
    # The operating system's user, where the supervisor is root and the server refuses that.
    user: str = ""
    stop_signal: Signals = SIGTERM
    # Seconds between the stop signal and SIGKILL.
    grace: float = 10
    # Sent by the kernel when the supervisor dies without a word.
    orphan_signal: str = "KILL"
    # Runs before the first start.
    prepare: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something that runs to its end before what comes after it starts."""

    name: str
    run: Callable[[], Awaitable[None]]
    after: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Status:
    """What a screen shows of one service or job; `took` in seconds."""

    name: str
    state: State = State.WAITING
    where: str = ""
    took: float = 0
    restarts: int = 0
    note: str = ""
