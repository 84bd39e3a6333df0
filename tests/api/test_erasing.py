"""Erasing an account: the person goes, in every context; what was paid stays."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql

from adapters.postgres.contexts import CONTEXTS
from adapters.postgres.delivery.deliveries import DeliveryRepository
from adapters.postgres.engine import Database
from adapters.postgres.erasing import Eraser
from api.services import Settings
from domain.accounts import Role
from tests.support.delivering import KITCHEN, a_held_delivery, a_release
from tests.support.dining import Diner, open_diner, seen
from tests.support.people import People
from tests.support.rest import ADDRESS, PASSWORD, Person, Visitor, refused, register


@dataclass(frozen=True)
class Leaver:
    """A customer, whose every word has `mark` in it."""

    diner: Diner
    mark: str

    @property
    def person(self) -> Person:
        return self.diner.customer

    async def ends_an_order(self) -> str:
        """With everything that a customer may write on the way."""
        address = {**ADDRESS, "line1": self.mark, "instructions": self.mark}
        assert (await self.person.post("/me/addresses", address)).status_code == 201
        lines = [{"menu_item_id": self.diner.item_id, "quantity": 2, "note": self.mark}]
        order_id = await self.diner.placed(items=lines, delivery_address=address)
        await self.diner.until(order_id, "confirmed")
        assert (await self.diner.staff.post(f"/orders/{order_id}/accept")).status_code == 200
        path = f"/orders/{order_id}"
        await seen(self.person, path, lambda order: order["payment"]["captured"]["amount"] > 0)
        await self.person.post(f"{path}/cancel", {"reason": self.mark})
        await seen(self.person, path, lambda order: order["refund_status"] == "full")
        await self.diner.until(order_id, "cancelled")
        return order_id


@pytest.fixture
async def databases_by_context(settings: Settings) -> AsyncIterator[dict[str, Database]]:
    async with AsyncExitStack() as closing:
        databases = {name: Database(settings.databases.of(name)) for name in CONTEXTS}
        for database in databases.values():
            closing.push_async_callback(database.close)
        yield databases


@pytest.fixture
async def leaver(workers: None, people: People) -> Leaver:
    diner, mark = await open_diner(people), uuid4().hex
    person = await people.join(name=mark, email=f"{mark}@example.com", phone=mark)
    return Leaver(replace(diner, customer=person), mark)


async def _known(settings: Settings, leaver: Leaver) -> list[str]:
    """The tables that have a word of theirs."""
    found = []
    for context, tables in CONTEXTS.items():
        dsn = settings.databases.of(context).get_secret_value()
        async with await psycopg.AsyncConnection.connect(dsn) as connection:
            for table in tables.sorted_tables:
                name = sql.Identifier(context, table.name)
                query = sql.SQL("SELECT FROM {} AS row WHERE row::text LIKE %s").format(name)
                rows = await connection.execute(query, [f"%{leaver.mark}%"])
                found += [table.fullname] * bool(rows.rowcount)
    return sorted(found)


async def _page_of(person: Person, path: str) -> str:
    answer = await person.http.get(path, headers={"Authorization": f"Bearer {person.token}"})
    assert answer.status_code == 200, answer.text
    return answer.text


class TestErase:
    async def test_forgets_the_person_and_keeps_what_was_paid(
        self, leaver: Leaver, people: People, settings: Settings
    ) -> None:
        order_id = await leaver.ends_an_order()
        assert await _known(settings, leaver) == [
            "identity.accounts",
            "identity.addresses",
            "ordering.particulars",
            "ordering.remarks",
        ]
        support = await people.join(Role.SUPPORT)
        page = f"/support/orders/{order_id}"
        unkept = "no reason and no note that you write here is kept"
        assert unkept not in await _page_of(support, page)
        before = (await support.get(f"/support/orders/{order_id}")).json()
        answer = await leaver.person.delete("/me")
        assert (answer.status_code, answer.content) == (204, b"")
        refused(await leaver.person.get("/me"), 401, "unauthenticated")
        token = {"refresh_token": leaver.person.refresh_token}
        refused(await leaver.person.post("/auth/refresh", token), 401, "invalid_credentials")
        assert await _known(settings, leaver) == []
        # The order's page is still there, and somebody calls about it.
        assert unkept in await _page_of(support, page)
        noted = await support.post(f"{page}/notes", {"reason": f"{leaver.mark} called"})
        assert noted.status_code == 200, noted.text
        assert await _known(settings, leaver) == []
        after = await support.get(f"/support/orders/{order_id}")
        assert leaver.mark not in after.text
        assert before["money"]["ledger"]
        assert after.json()["money"] == before["money"]
        assert after.json()["order"]["total"] == before["order"]["total"]

    async def test_leaves_the_address_free_for_somebody_new(self, visitor: Visitor) -> None:
        first = await register(visitor.http)
        assert (await first.delete("/me")).status_code == 204
        login = {"email": first.email, "password": PASSWORD}
        refused(await visitor.post("/auth/login", login), 401, "invalid_credentials")
        second = await register(visitor.http, email=first.email, name="Almaz")
        assert second.id != first.id
        assert (await second.get("/orders")).json()["items"] == []

    async def test_waits_until_no_order_is_under_way(self, leaver: Leaver) -> None:
        diner = leaver.diner
        order_id = await diner.placed()
        refused(await diner.customer.delete("/me"), 409, "orders_under_way")
        await diner.until(order_id, "confirmed")
        refused(await diner.customer.delete("/me"), 409, "orders_under_way")
        assert (await diner.customer.get("/me")).json()["name"] == leaver.mark
        await diner.customer.post(f"/orders/{order_id}/cancel")
        await diner.until(order_id, "cancelled")
        assert (await diner.customer.delete("/me")).status_code == 204

    @pytest.mark.usefixtures("workers")
    async def test_pauses_a_restaurant_that_is_left_with_nobody(
        self, people: People, visitor: Visitor
    ) -> None:
        diner, other = await open_diner(people), await people.join()
        path = f"/restaurants/{diner.restaurant_id}"
        await diner.staff.post(f"{path}/staff", {"email": other.email})
        order_id = await diner.placed()
        await diner.until(order_id, "confirmed")
        # Somebody is left who may see to the order.
        assert (await diner.staff.delete("/me")).status_code == 204
        refused(await other.delete("/me"), 409, "orders_under_way")
        assert (await visitor.get(path)).json()["paused"] is False
        await diner.customer.post(f"/orders/{order_id}/cancel")
        await diner.until(order_id, "cancelled")
        assert (await other.delete("/me")).status_code == 204
        assert (await visitor.get(path)).json()["paused"] is True

    async def test_waits_until_a_courier_holds_nothing(
        self, person: Person, databases_by_context: dict[str, Database]
    ) -> None:
        await person.post("/couriers", {"vehicle": "bicycle"})
        await person.put("/couriers/me/location", {"lat": KITCHEN.lat, "lon": KITCHEN.lon})
        await person.put("/couriers/me/availability", {"available": True})
        deliveries = DeliveryRepository(databases_by_context["delivery"])
        # Of an order that does not know yet who its courier is.
        order_id = await a_held_delivery(deliveries, UUID(person.id))
        refused(await person.delete("/me"), 409, "orders_under_way")
        await deliveries.release(a_release(order_id, UUID(person.id)))
        assert (await person.delete("/me")).status_code == 204

    async def test_takes_a_courier_off_the_map(self, person: Person, settings: Settings) -> None:
        await person.post("/couriers", {"vehicle": "a red bicycle"})
        await person.put("/couriers/me/location", {"lat": 9.01, "lon": 38.755})
        await person.put("/couriers/me/availability", {"available": True})
        assert (await person.delete("/me")).status_code == 204
        dsn = settings.databases.delivery_dsn.get_secret_value()
        with psycopg.connect(dsn) as connection:
            row = connection.execute(
                "SELECT vehicle, available, lat, lon, located_at FROM delivery.couriers"
                " WHERE account_id = %s",
                [person.id],
            ).fetchone()
        assert row == ("", False, None, None, None)


class TestEraser:
    async def test_finishes_what_died_half_way(
        self,
        leaver: Leaver,
        settings: Settings,
        databases_by_context: dict[str, Database],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        await leaver.ends_an_order()
        eraser, now = Eraser(databases_by_context), datetime.now(UTC)
        with monkeypatch.context() as dying:
            dying.setattr("adapters.postgres.erasing.erase_writings", _die)
            with pytest.raises(_Died):
                await eraser.erase(UUID(leaver.person.id), now=now)
        refused(await leaver.person.get("/me"), 401, "unauthenticated")
        assert await _known(settings, leaver) == ["ordering.particulars", "ordering.remarks"]
        later = now + timedelta(minutes=2)
        assert await eraser.finish(now=later) >= 1
        assert await _known(settings, leaver) == []
        assert await eraser.finish(now=later) == 0


class _Died(Exception):
    """The process did, at this point."""


async def _die(*_: object) -> None:
    raise _Died
