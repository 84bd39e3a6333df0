"""Which process dies at which moment of the traffic."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass

from infra.stack.stack import Stack
from tests.support.polling import eventually

# Of the traffic: then what was killed last can still come back while there is some.
_LAST = 0.9
_LATEST_SECONDS = 1.0
# From a death, and some more before it, to the next life.
_RECOVERY_SECONDS = 60


@dataclass(frozen=True, kw_only=True)
class Kill:
    """So many seconds after so many orders have ended."""

    victim: str
    orders: int
    seconds: float


def planned(
    chance: random.Random, victims: Sequence[str], *, kills: int, orders: int
) -> list[Kill]:
    """In the order of their moments. Each victim dies as often as the others, or once more."""
    drawn = [*_drawn(chance, victims, kills)]
    moments = sorted(chance.uniform(0, orders * _LAST) for _ in range(kills))
    return [
        Kill(victim=victim, orders=int(moment), seconds=chance.uniform(0, _LATEST_SECONDS))
        for victim, moment in zip(drawn, moments, strict=True)
    ]


def _drawn(chance: random.Random, victims: Sequence[str], kills: int) -> Iterator[str]:
    left = kills
    while left > 0:
        yield from chance.sample(victims, min(left, len(victims)))
        left -= len(victims)


async def carry_out(plan: Sequence[Kill], stack: Stack, ended: Callable[[], int]) -> Counter[str]:
    """`kill -9`, each at its moment. Returns how often each was killed."""
    done = Counter[str]()
    for kill in plan:
        await eventually(lambda: ended() >= kill.orders, seconds=3_600)  # noqa: B023
        await asyncio.sleep(kill.seconds)
        await _kill(stack, kill.victim)
        done[kill.victim] += 1
    for victim in done:
        await _is_back(stack, victim)
    return done


async def _kill(stack: Stack, victim: str) -> None:
    """Who is just being born is killed a moment later."""
    async with asyncio.timeout(_RECOVERY_SECONDS):
        while True:
            await stack.wait_ready(victim)
            with suppress(ProcessLookupError):
                stack.kill(victim)
                return
            await asyncio.sleep(0.05)


async def _is_back(stack: Stack, victim: str) -> None:
    async with asyncio.timeout(_RECOVERY_SECONDS):
        await stack.wait_ready(victim)
