"""The sandbox as the outside witness of the money, and as a bank that fails on demand."""

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx

from infra.stripe_sandbox.faults import Fault
from infra.stripe_sandbox.ledger import Movement

# Above every sequence there will be: asks for the last one and for no entries.
_END = 2**53


@dataclass(frozen=True, slots=True)
class Entry:
    """One movement of money; `amount` in minor units."""

    sequence: int
    kind: Movement
    amount: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one order, in minor units: what is still held, and all that was taken and given back."""

    held: int = 0
    taken: int = 0
    given_back: int = 0

    def __str__(self) -> str:
        return f"{self.held} held, {self.taken} taken, {self.given_back} given back"


def balance(entries: Iterable[Entry]) -> Balance:
    sums = dict.fromkeys(Movement, 0)
    for entry in entries:
        sums[entry.kind] += entry.amount
    ended = sums[Movement.CAPTURED] + sums[Movement.VOIDED] + sums[Movement.EXPIRED]
    return Balance(
        held=sums[Movement.AUTHORIZED] - ended,
        taken=sums[Movement.CAPTURED],
        given_back=sums[Movement.REFUNDED] - sums[Movement.REFUND_FAILED],
    )


@dataclass(frozen=True, slots=True)
class Sandbox:
    http: httpx.AsyncClient

    async def entries(self, order_id: str) -> list[Entry]:
        """Every movement of the order's money, the oldest first."""
        answer = await self.http.get("/_ledger", params={"order_id": order_id})
        return [
            Entry(item["sequence"], Movement(item["kind"]), item["amount"])
            for item in answer.raise_for_status().json()["items"]
        ]

    async def every_entry(self) -> dict[str, list[Entry]]:
        """All movements there ever were, by order: one request however many orders there are."""
        answer = await self.http.get("/_ledger")
        found = defaultdict[str, list[Entry]](list)
        for item in answer.raise_for_status().json()["items"]:
            entry = Entry(item["sequence"], Movement(item["kind"]), item["amount"])
            found[item["order_id"]].append(entry)
        return found

    async def last_sequence(self) -> int:
        """Where the ledger ends now: later it tells what was there and what came after."""
        answer = await self.http.get("/_ledger", params={"after": _END})
        return int(answer.raise_for_status().json()["last_sequence"])

    async def authenticate(self, client_secret: str, *, outcome: str) -> None:
        """The customer's bank asked them, and they passed (`succeeded`) or not (`failed`)."""
        intent = client_secret.split("_secret_", maxsplit=1)[0]
        answer = await self.http.post(f"/_authenticate/{intent}", json={"outcome": outcome})
        answer.raise_for_status()

    async def forget_faults(self) -> None:
        (await self.http.delete("/_control/faults")).raise_for_status()

    @asynccontextmanager
    async def swallowing_the_answer(self, path: str) -> AsyncIterator[None]:
        """A POST to `path` has its effect, and no answer comes: also where it is sent again."""
        rule = {"fault": Fault.HANG_AFTER, "path": path, "times": 1_000}
        (await self.http.post("/_control/faults", json=rule)).raise_for_status()
        try:
            yield
        finally:
            await self.forget_faults()
