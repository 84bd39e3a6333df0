"""Is it ready? One question on a port of loopback, by hand: a probe asks ten times a second."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing

from infra.stack.settings import HOST


def answers(port: int, question: bytes, *, expected: bytes) -> Callable[[], Awaitable[None]]:
    """The probe raises while nobody listens, or the first line of the answer is another."""

    async def ready() -> None:
        reader, writer = await asyncio.open_connection(HOST, port)
        with closing(writer):
            writer.write(question)
            answer = await reader.readline()
        if expected not in answer:
            raise ConnectionError(answer.decode(errors="replace"))

    return ready


def is_healthy(port: int) -> Callable[[], Awaitable[None]]:
    """`GET /health/ready` is 200."""
    question = f"GET /health/ready HTTP/1.0\r\nHost: {HOST}:{port}\r\n\r\n"
    return answers(port, question.encode(), expected=b" 200 ")
