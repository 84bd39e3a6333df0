"""`kill -9` of the real workers right before and right after each of their activities and requests.

Each order dies at a point of its own, once, while all the others are under way; then it goes where
its people want it to go, every movement of its money happens once, and everybody who knows of it
agrees.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from psycopg import AsyncConnection
from psycopg.rows import dict_row

from domain.orders import order_id
from tests.support import guests, mortal
from tests.support.guests import Guest, GuestLife, Watch
from tests.support.mortal import Plan
from tests.support.platform import Platform
from tests.support.polling import seen
from tests.support.rest import Person, insist, money
from tests.support.town import AT_THE_KITCHENS, Kitchen, go_to_work

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]

QUEUES = ("orders", "payments", "delivery", "notifications")
# A life that leads through each activity, and through each request to Stripe.
LIVES: dict[str, GuestLife] = {
    "record_order": guests.CANCELS_EARLY,
    "reserve_stock": guests.CANCELS_EARLY,
    "advance_order-reserved": guests.CANCELS_EARLY,
    "stripe_create_customer": guests.CANCELS_EARLY,
    "stripe_attach": guests.CANCELS_EARLY,
    "stripe_authorize": guests.CANCELS_EARLY,
    "authorize_payment": guests.CANCELS_EARLY,
    "advance_order-payment_action_required": guests.CONFIRMS,
    "check_payment": guests.CONFIRMS,
    "advance_order-confirmed": guests.CANCELS_EARLY,
    "deliver_notifications": guests.CANCELS_WHEN_PAID,
    "withdraw_items": guests.GOES_WITHOUT,
    "advance_order-accepted": guests.CANCELS_WHEN_PAID,
    "stripe_capture": guests.CANCELS_WHEN_PAID,
    "capture_payment": guests.CANCELS_WHEN_PAID,
    "record_payment": guests.CANCELS_WHEN_PAID,
    "plan_refund": guests.PAID_AT_ONCE,
    "refund_part": guests.PAID_AT_ONCE,
    "advance_order-preparing": guests.EATS,
    "offer_delivery": guests.EATS,
    "assign_courier": guests.EATS,
    "release_delivery": guests.CHANGES_COURIER,
    "record_courier": guests.EATS,
    "consume_stock": guests.EATS,
    "advance_order-ready": guests.EATS,
    "advance_delivery-picked_up": guests.EATS,
    "advance_order-picked_up": guests.EATS,
    "advance_delivery-delivered": guests.EATS,
    "advance_order-delivered": guests.EATS,
    "settle_payment": guests.EATS,
    "advance_delivery-failed": guests.NOBODY_HOME,
    "advance_delivery-cancelled": guests.IS_CALLED_OFF,
    "stripe_cancel": guests.CANCELS_EARLY,
    "void_payment": guests.CANCELS_EARLY,
    "stripe_refund": guests.CANCELS_WHEN_PAID,
    "refund_payment": guests.CANCELS_WHEN_PAID,
    "release_stock": guests.CANCELS_EARLY,
    "advance_order-cancelled": guests.CANCELS_EARLY,
}
POINTS = {f"{name}-{when}": life for name, life in LIVES.items() for when in ("before", "after")}
# Only a customer's first order needs these.
_OF_NEW_CUSTOMERS = ("stripe_create_customer", "stripe_attach")
_WITH_COURIERS = (
    guests.EATS,
    guests.CHANGES_COURIER,
    guests.NOBODY_HOME,
    guests.IS_CALLED_OFF,
)
# More would be slow because of each other, and die more often than once.
_AT_ONCE = 32
# A courier may hold three deliveries, and each order may need two couriers.
_PER_COURIER = 3


@dataclass(frozen=True, kw_only=True)
class Crashed:
    """What became of the order of each point: `guests` by point, or why it went astray."""

    guests: Mapping[str, Guest]
    astray: Mapping[str, BaseException]
    plan: Plan


class Cast:
    """Everybody who is needed, registered as few times as possible."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._town = platform.town
        self._kitchens: dict[bool, Kitchen] = {}

    async def guests(self, watch: Watch, points: Iterable[str]) -> dict[str, tuple[Guest, str]]:
        """By point, each with the key of its request."""
        regulars = await self._town.customers(4)
        couriers = await self._couriers(points)
        support = await self._support()
        found: dict[str, tuple[Guest, str]] = {}
        for n, point in enumerate(points):
            life = POINTS[point]
            new = point.startswith(_OF_NEW_CUSTOMERS)
            customer = await self._town.customer() if new else regulars[n % len(regulars)]
            key = uuid4().hex
            guest = Guest(
                order_id=order_id(UUID(customer.id), key),
                watch=watch,
                customer=customer,
                kitchen=await self._kitchen(life),
                couriers=next(couriers),
                support=support,
                sandbox=self._platform.sandbox,
            )
            watch.ids.append(guest.order_id)
            found[point] = guest, key
        return found

    async def _kitchen(self, life: GuestLife) -> Kitchen:
        """One of its own where a dish runs out."""
        if life.dishes == 1 and life.auto_accept in self._kitchens:
            return self._kitchens[life.auto_accept]
        kitchen = await self._town.open_kitchen(auto_accept=life.auto_accept)
        if life.dishes == 2:
            path = f"/restaurants/{kitchen.restaurant_id}/menu/items"
            dish = {"name": "Kitfo", "price": money(900)}
            added = await insist(lambda: kitchen.staff.post(path, dish))
            assert added.status_code == 201, added.text
        if life.dishes == 1:
            self._kitchens[life.auto_accept] = kitchen
        return kitchen

    async def _couriers(self, points: Iterable[str]) -> Iterator[tuple[Person, Person]]:
        """Each rides for few orders only."""
        rides = len([point for point in points if POINTS[point] in _WITH_COURIERS])
        people = await self._town.customers(2 + rides // _PER_COURIER)
        for person in people:
            await go_to_work(person, AT_THE_KITCHENS)
        return itertools.cycle(itertools.pairwise([*people, people[0]]))

    async def _support(self) -> Person:
        somebody = await self._town.customer()
        await self._platform.make_support(somebody)
        return somebody


@asynccontextmanager
async def mortal_workers(platform: Platform, plan: Plan) -> AsyncIterator[None]:
    """In place of the real ones, which come back afterwards."""
    stack = platform.stack
    await asyncio.gather(*(stack.halt(queue) for queue in QUEUES))
    services = [mortal.service(stack.site, queue, plan) for queue in QUEUES]
    try:
        await asyncio.gather(*(stack.add(service) for service in services))
        yield
    finally:
        await asyncio.gather(*(stack.remove(service.name) for service in services))
        await asyncio.gather(*(stack.resume(queue) for queue in QUEUES))


@asynccontextmanager
async def watching(platform: Platform) -> AsyncIterator[Watch]:
    """On a connection of its own: others look meanwhile too."""
    async with await AsyncConnection.connect(
        platform.stack.site.admin_dsn, autocommit=True, row_factory=dict_row
    ) as postgres:
        watch = Watch(postgres=postgres, ids=[])
        going_on = asyncio.create_task(watch.go_on())
        try:
            yield watch
        finally:
            going_on.cancel()
            with suppress(asyncio.CancelledError):
                await going_on


async def place(platform: Platform, guest: Guest, life: GuestLife, key: str) -> None:
    """Of everything that the kitchen has."""
    menu = await insist(
        lambda: guest.customer.get(f"/restaurants/{guest.kitchen.restaurant_id}/menu")
    )
    items = [{"menu_item_id": item["id"], "quantity": 1} for item in menu.json()["items"]]
    body = guest.kitchen.order(items=items, payment_method=life.card, if_unavailable="drop")
    answer = await platform.town.ask(guest.customer, body, key=key)
    assert answer.json()["id"] == str(guest.order_id), answer.text


async def live(platform: Platform, guest: Guest, life: GuestLife, key: str) -> None:
    await place(platform, guest, life, key)
    await life.people(guest)
    await guest.sees(status=life.status)
    # An order waits for its refund for half a minute only, and each death of a worker costs it
    # twelve seconds, also the deaths of others: the money may come back after the order's end.
    due = len(life.moves)
    await seen(guest.moves, lambda moves: len(moves) >= due, seconds=guest.patience)


async def live_all(
    platform: Platform, found: Mapping[str, tuple[Guest, str]]
) -> Mapping[str, BaseException]:
    """Returns who went astray, and why."""
    turns = asyncio.Semaphore(_AT_ONCE)

    async def one(point: str) -> None:
        guest, key = found[point]
        async with turns:
            await live(platform, guest, POINTS[point], key)

    ends = await asyncio.gather(*map(one, found), return_exceptions=True)
    return {point: end for point, end in zip(found, ends, strict=True) if end is not None}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def crashed(
    whole_platform: Platform,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Crashed]:
    """An order for each point that was asked for, all at once, each led to its end."""
    plan = Plan(tmp_path_factory.mktemp("crashes"))
    async with watching(whole_platform) as watch:
        cases = [getattr(item, "callspec", None) for item in request.session.items]
        points = [case.params["point"] for case in cases if case and "point" in case.params]
        found = await Cast(whole_platform).guests(watch, points)
        plan.write({guest.order_id: point for point, (guest, _) in found.items()})
        async with mortal_workers(whole_platform, plan):
            astray = await live_all(whole_platform, found)
        guests_ = {point: guest for point, (guest, _) in found.items()}
        yield Crashed(guests=guests_, astray=astray, plan=plan)


class TestCrashPoint:
    @pytest.mark.parametrize("point", POINTS)
    async def test_ends_as_if_nothing_had_happened(self, crashed: Crashed, point: str) -> None:
        guest, life = crashed.guests[point], POINTS[point]
        assert crashed.astray.get(point) is None
        assert crashed.plan.died(guest.order_id)
        assert await guest.moves() == life.moves


@pytest.mark.usefixtures("crashed")
class TestAllOfThem:
    async def test_agree_with_whoever_knows_of_them(self, platform: Platform) -> None:
        await platform.comes_to_order()
