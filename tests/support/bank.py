"""The sandbox from outside: what moved, and what shall go wrong."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from pydantic import SecretStr

from adapters.settings import StripeSettings


class Bank:
    def __init__(self, http: httpx.AsyncClient) -> None:
        self._http = http

    async def movements(self, order_id: UUID) -> list[tuple[str, int]]:
        """(kind, minor units), oldest first."""
        return [(item["kind"], item["amount"]) for item in await self._entries(order_id)]

    async def standing(self, order_id: UUID) -> tuple[int, int, int]:
        """What is held, was captured, and was given back and stayed back: minor units."""
        sums: dict[str, int] = {}
        for kind, amount in await self.movements(order_id):
            sums[kind] = sums.get(kind, 0) + amount
        captured = sums.get("captured", 0)
        gone = captured + sums.get("voided", 0) + sums.get("expired", 0)
        back = sums.get("refunded", 0) - sums.get("refund_failed", 0)
        return sums.get("authorized", 0) - gone, captured, back

    async def intents(self, order_id: UUID) -> list[str]:
        """Stripe's ids of the order's PaymentIntents, newest first."""
        items = (await self._get("/v1/payment_intents"))["data"]
        return [each["id"] for each in items if each["metadata"].get("order_id") == str(order_id)]

    async def intent(self, order_id: UUID) -> str:
        """The id of the latest."""
        return (await self.intents(order_id))[0]

    async def status(self, intent_id: str) -> str:
        return str((await self._get(f"/v1/payment_intents/{intent_id}"))["status"])

    async def refunds(self, intent_id: str) -> list[str]:
        """The ids of a charge's refunds, newest first."""
        listed = await self._get(f"/v1/refunds?payment_intent={intent_id}")
        return [each["id"] for each in listed["data"]]

    async def refund_by_hand(self, intent_id: str, amount: int) -> str:
        """As somebody does on Stripe's own pages."""
        body = {"payment_intent": intent_id, "amount": amount}
        answer = await self._http.post("/v1/refunds", data=body)
        return str(answer.raise_for_status().json()["id"])

    async def pay_by_hand(self, intent_id: str) -> None:
        """With another card, and captured right away."""
        path = f"/v1/payment_intents/{intent_id}/confirm"
        answer = await self._http.post(path, data={"payment_method": "pm_card_visa"})
        answer.raise_for_status()
        await self.capture_by_hand(intent_id)

    async def capture_by_hand(self, intent_id: str) -> None:
        answer = await self._http.post(f"/v1/payment_intents/{intent_id}/capture")
        answer.raise_for_status()

    async def fail(
        self,
        fault: str,
        path: str,
        *,
        method: str = "POST",
        times: int = 1,
        milliseconds: int = 0,
    ) -> None:
        rule = {"fault": fault, "path": path, "method": method, "times": times}
        await self._control("faults", rule | {"milliseconds": milliseconds})

    async def settle(self, refund_id: str, status: str) -> None:
        await self._control(f"refunds/{refund_id}", {"status": status})

    async def authenticate(self, intent_id: str, outcome: str) -> None:
        """The customer's bank says `succeeded` or `failed`."""
        answer = await self._http.post(f"/_authenticate/{intent_id}", json={"outcome": outcome})
        answer.raise_for_status()

    async def dispute(self, intent_id: str, *, inquiry: bool = False) -> str:
        """The id of a dispute about all of a charge; of an inquiry, which takes no money."""
        about = {"payment_intent": intent_id, "inquiry": inquiry}
        answer = await self._control("disputes", about)
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
        items: list[dict[str, Any]] = (await self._get("/_control/faults"))["items"]
        return items

    async def _entries(self, order_id: UUID) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = (await self._get(f"/_ledger?order_id={order_id}"))["items"]
        return items

    async def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self._http.get(path)).raise_for_status().json()
        return found

    async def _control(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post(f"/_control/{what}", json=body)
        changed: dict[str, Any] = answer.raise_for_status().json()
        return changed


# Faults that a request ends of by its timeout alone, as parameters of a test.
HANG_BEFORE = pytest.param("hang_before", marks=pytest.mark.hanging)
HANG_AFTER = pytest.param("hang_after", marks=pytest.mark.hanging)


@pytest.fixture
def account(sandbox_url: str, request: pytest.FixtureRequest) -> StripeSettings:
    """At the sandbox, of this test alone. Its timeout is short where the test waits for it."""
    key = SecretStr(f"sk_test_{uuid4().hex}")
    seconds = 1 if request.node.get_closest_marker("hanging") else 5
    return StripeSettings(secret_key=key, base_url=sandbox_url, timeout=timedelta(seconds=seconds))


@pytest.fixture
async def bank(account: StripeSettings) -> AsyncIterator[Bank]:
    headers = {"Authorization": f"Bearer {account.secret_key.get_secret_value()}"}
    async with httpx.AsyncClient(base_url=account.base_url, headers=headers, timeout=30) as http:
        bank = Bank(http)
        yield bank
        await bank.recover()


async def _until(condition: Callable[[], Awaitable[bool]], *, seconds: float = 20) -> None:
    async with asyncio.timeout(seconds):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.005)
