"""What the processes count, over all their lives: a process that was killed begins at nothing."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx
from prometheus_client.parser import text_string_to_metric_families

_LOOK_EVERY = 1.0


@dataclass(kw_only=True)
class Meters:
    """`urls` by process; `totals` of a counter by process, as far as anybody looked in time."""

    urls: Mapping[str, str]
    counter: str
    totals: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _last: dict[str, float] = field(default_factory=dict)

    async def go_on(self) -> None:
        """Until it is cancelled."""
        async with httpx.AsyncClient(trust_env=False, timeout=5) as http:
            while True:
                for name in self.urls:
                    await self.look(http, name)
                await asyncio.sleep(_LOOK_EVERY)

    async def look(self, http: httpx.AsyncClient, name: str) -> None:
        """Does nothing where the process is away."""
        try:
            now = sum((await read(http, self.urls[name], self.counter)).values())
        except httpx.TransportError:
            return
        before = self._last.get(name, 0)
        self.totals[name] += now - before if now >= before else now
        self._last[name] = now


async def read(http: httpx.AsyncClient, url: str, name: str) -> dict[str, float]:
    """A metric's values by its labels, each written as `a,b`."""
    text = (await http.get(f"{url}/metrics")).text
    return {
        ",".join(sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


@asynccontextmanager
async def going_on(*meters: Meters) -> AsyncIterator[None]:
    reading = asyncio.gather(*(meter.go_on() for meter in meters))
    try:
        yield
    finally:
        reading.cancel()
        with suppress(asyncio.CancelledError):
            await reading
