"""The server of the process: one that does not wait for event streams when it is told to end."""

import socket
import sys
from contextlib import suppress

import uvicorn
from fastapi import FastAPI

from adapters.settings import ApiSettings

# What a client does not take within this time breaks its connection, be it asleep or gone.
_UNREAD_MS = 30_000


class Server(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End the streams, whose clients come back to another process; then finish the rest."""
        self.lifespan.state["services"].live.end()
        await super().shutdown(sockets)


def serve(app: FastAPI, settings: ApiSettings) -> None:
    """Until SIGTERM, then finish what was begun."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        # Ours has ids and is JSON; uvicorn's would show query strings.
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=15,
    )
    server = Server(config)
    listener = config.bind_socket()
    limit_unread(listener, _UNREAD_MS)
    with suppress(KeyboardInterrupt):
        server.run(sockets=[listener])


def limit_unread(listener: socket.socket, milliseconds: int) -> None:
    """Of every connection that it accepts (RFC 5482)."""
    if sys.platform == "linux":
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)
