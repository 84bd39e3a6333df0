"""The sandbox from outside: what moved, and what shall go wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any
from uuid import UUID

import httpx
import pytest


class Bank:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def movements(self, order_id: UUID) -> list[tuple[str, int]]:
        """(kind, minor units), oldest first."""
        answer = await self._http.get("/_ledger", params={"order_id": str(order_id)})
        return [(item["kind"], item["amount"]) for item in answer.json()["items"]]

    async def standing(self, order_id: UUID) -> tuple[int, int, int]:
        """What is held, was captured, and was given back and stayed back: minor units."""
        sums: dict[str, int] = {}
        for kind, amount in await self.movements(order_id):
            sums[kind] = sums.get(kind, 0) + amount
        captured = sums.get("captured", 0)
        gone = captured + sums.get("voided", 0) + sums.get("expired", 0)
        back = sums.get("refunded", 0) - sums.get("refund_failed", 0)
        return sums.get("authorized", 0) - gone, captured, back

    async def fail(self, fault: str, path: str, *, times: int = 1, milliseconds: int = 0) -> None:
        await self._control(
            "faults",
            {"fault": fault, "path": path, "times": times, "milliseconds": milliseconds},
        )

    async def settle(self, refund_id: str, status: str) -> None:
        await self._control(f"refunds/{refund_id}", {"status": status})

    async def authenticate(self, intent_id: str, outcome: str) -> None:
        """The customer's bank says `succeeded` or `failed`."""
        answer = await self._http.post(f"/_authenticate/{intent_id}", json={"outcome": outcome})
        answer.raise_for_status()

    async def dispute(self, intent_id: str) -> str:
        """The id of a dispute about all of a charge."""
        answer = await self._control("disputes", {"payment_intent": intent_id})
        return str(answer["id"])

    async def decide(self, dispute_id: str, status: str) -> None:
        await self._control(f"disputes/{dispute_id}", {"status": status})

    async def advance_clock(self, seconds: int) -> None:
        await self._control("clock", {"advance_seconds": seconds})

    async def has_used_up_its_faults(self) -> None:
        """Return once nothing is left to go wrong."""

        async def used_up() -> bool:
            return not any(rule["remaining"] for rule in await self._faults())

        await _until(used_up)

    async def has_moved(self, order_id: UUID) -> None:
        """Return once the order's money moved for the first time."""

        async def moved() -> bool:
            return bool(await self.movements(order_id))

        await _until(moved)

    async def recover(self) -> None:
        (await self._http.delete("/_control/faults")).raise_for_status()

    async def _faults(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self._http.get("/_control/faults")).json()["items"]
        return items

    async def _control(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(f"/_control/{what}", json=body)
        changed: dict[str, Any] = answer.raise_for_status().json()
        return changed


@pytest.fixture
async def bank(sandbox_url: str) -> AsyncIterator[Bank]:
    async with httpx.AsyncClient(base_url=sandbox_url) as http:
        bank = Bank(http)
        yield bank
        await bank.recover()


async def _until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.005)
