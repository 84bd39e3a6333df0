"""What people do with their orders, and how often of each a day sees."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support import guests
from tests.support.guests import Guest, GuestLife
from tests.support.rest import insist


@dataclass(frozen=True, kw_only=True)
class Way:
    """`share` of fifty orders; `riders` is how many couriers it needs.

    Where it takes the last dish, it does so in a kitchen of its own.
    """

    name: str
    life: GuestLife
    share: int
    riders: int = 0
    takes_the_last: bool = False


async def _is_declined(guest: Guest) -> None:
    await guest.sees(status="payment_failed")


async def _is_rejected(guest: Guest) -> None:
    await guest.sees(status="confirmed")
    await guest.do(guest.kitchen.staff, "reject", {"reason": "The oven broke"})


async def _is_delayed_and_cancelled(guest: Guest) -> None:
    await guest.sees(status="confirmed")
    staff = guest.kitchen.staff
    await guest.do(staff, "delay", {"minutes": 5}, key=f"delay-{guest.order_id}")
    await guest.do(staff, "accept")
    await guest.is_paid()
    await guest.cancel()


async def _is_cancelled_and_the_kitchen_closes(guest: Guest) -> None:
    await guest.sees(status="confirmed")
    await guest.cancel()
    kitchen = guest.kitchen
    path = f"/restaurants/{kitchen.restaurant_id}/pause"
    answer = await insist(lambda: kitchen.staff.post(path))
    assert answer.status_code == 204, answer.text


_HELD = ("authorized", "voided")
_GIVEN_BACK = ("authorized", "captured", "refunded")

WAYS = (
    Way(name="cancelled before it is accepted", life=guests.CANCELS_EARLY, share=10),
    Way(
        name="rejected",
        life=GuestLife(people=_is_rejected, status="rejected", moves=_HELD, auto_accept=False),
        share=10,
    ),
    Way(
        name="declined by the bank",
        life=GuestLife(
            people=_is_declined,
            status="payment_failed",
            moves=(),
            card="pm_card_visa_chargeDeclined",
        ),
        share=9,
    ),
    Way(name="cancelled when it was paid", life=guests.CANCELS_WHEN_PAID, share=7),
    Way(
        name="delayed, accepted and cancelled",
        life=GuestLife(
            people=_is_delayed_and_cancelled,
            status="cancelled",
            moves=_GIVEN_BACK,
            auto_accept=False,
        ),
        share=4,
    ),
    Way(name="confirmed with the bank, and cancelled", life=guests.CONFIRMS, share=2),
    Way(
        name="the last dish, cancelled; the kitchen closes",
        life=GuestLife(
            people=_is_cancelled_and_the_kitchen_closes,
            status="cancelled",
            moves=_HELD,
            auto_accept=False,
        ),
        share=1,
        takes_the_last=True,
    ),
    Way(name="delivered", life=guests.EATS, share=4, riders=1),
    Way(name="delivered by a second courier", life=guests.CHANGES_COURIER, share=1, riders=2),
    Way(name="nobody at home", life=guests.NOBODY_HOME, share=1, riders=1),
    Way(name="called off by support", life=guests.IS_CALLED_OFF, share=1, riders=1),
)
DECK = [way for way in WAYS for _ in range(way.share)]


def ways(chance: random.Random) -> Iterator[Way]:
    """Without end: every fifty have all of them, in another order each time."""
    while True:
        yield from chance.sample(DECK, len(DECK))
