"""A wire to a server that a test may cut, or hold so that nothing comes through."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing


class Wire:
    """Whoever connects to `port` speaks with the server behind it, while it is whole."""

    def __init__(self, to_port: int) -> None:
        self._to_port = to_port
        self._is_cut = False
        self._lets_through = asyncio.Event()
        self._lets_through.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._carried: set[asyncio.Task[None]] = set()
        self.port = 0

    def cut(self) -> None:
        """Every connection breaks, and so does each that is tried."""
        self._is_cut = True
        self._lets_through.set()
        for writer in self._open:
            writer.transport.abort()

    def mend(self) -> None:
        self._is_cut = False

    def hold(self) -> None:
        """Whoever connects may, and nobody hears anything more: of a server that hangs."""
        self._lets_through.clear()

    def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        carrying = asyncio.create_task(self._carry(reader, writer))
        self._carried.add(carrying)
        carrying.add_done_callback(self._carried.discard)

    async def is_still(self) -> None:
        """Nothing is carried any more: what is cut is also over, before its loop is closed."""
        while self._carried:
            await asyncio.wait(self._carried)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._to_port)
        ends = {writer, far_writer}
        self._open |= ends
        if self._is_cut:
            self.cut()
        both = {
            asyncio.create_task(self._pass_on(reader, far_writer)),
            asyncio.create_task(self._pass_on(far_reader, writer)),
        }
        with closing(writer), closing(far_writer):
            await asyncio.wait(both, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait(both)
        self._open -= ends

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while chunk := await reader.read(65_536):
                await self._lets_through.wait()
                writer.write(chunk)
                await writer.drain()
        except ConnectionError:
            pass  # An end is gone: the other one goes next.


@asynccontextmanager
async def wire(to_port: int) -> AsyncIterator[Wire]:
    """To a port of loopback."""
    made = Wire(to_port)
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
        made.cut()
        await made.is_still()
