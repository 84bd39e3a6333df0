"""Ports on loopback: which are free, and who holds one that is not."""

import os
import random
import socket
from collections.abc import Mapping
from contextlib import closing

import psutil

# Below Linux's ephemeral range, so that no outgoing connection takes one between check and use.
_SPARE = "20000-31999"

_given: set[int] = set()


class PortsInUseError(Exception):
    """Names every port that is taken, by whom, and the variable that moves it."""


def is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        # Connections of a server that has just ended linger, and hold nobody up.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports(count: int) -> list[int]:
    """`count` ports nobody listens on right now. No port twice: one may be taken up much later."""
    spare = _spare()
    found: list[int] = []
    for port in random.sample(spare, len(spare)):
        if len(found) == count:
            break
        if port not in _given and is_free(port):
            found.append(port)
    _given.update(found)
    return found


def free_port() -> int:
    return free_ports(1)[0]


def _spare() -> range:
    """Of `SPARE_PORTS`, the first and the last: whoever runs side by side has others each."""
    first, _, last = os.environ.get("SPARE_PORTS", _SPARE).partition("-")
    return range(int(first), int(last) + 1)


def refuse_ports_in_use(ports: Mapping[str, int]) -> None:
    """`ports`: variable name to port. Raises PortsInUseError naming all that are taken."""
    taken = {variable: port for variable, port in ports.items() if not is_free(port)}
    if not taken:
        return
    holders = _listeners()
    raise PortsInUseError(
        "\n".join(
            f"Port {port} ({variable}) is held by {holders.get(port, 'a process of another user')}."
            f" End it, or set {variable} to another port."
            for variable, port in taken.items()
        )
    )


def _listeners() -> dict[int, str]:
    """Who listens on which port, as far as this user may see."""
    return {
        connection.laddr.port: _describe(connection.pid)
        for connection in psutil.net_connections(kind="tcp")
        if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.pid
    }


def _describe(pid: int) -> str:
    try:
        return f"process {pid} ({' '.join(psutil.Process(pid).cmdline()).strip()[:80]})"
    except psutil.Error:
        return f"process {pid}"
