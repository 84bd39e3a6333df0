"""How long somebody waits who tries wrong passwords.

Three counts, because each alone is a weapon: of an account from one address (who guesses), of an
account from everywhere (many who guess at one), and of an address (one who tries many accounts).
Only the first may keep somebody out for long: the others would keep out people who know their
password. Every count drains with time, so that what is long ago weighs nothing.
"""

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address

_FIRST = timedelta(seconds=10)
# One household has a whole IPv6 network of this size, and an address of it for every request.
_HOUSEHOLD = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """`free` tries cost no wait; one try is forgiven every `forgiven_after`."""

    free: int
    longest: timedelta
    forgiven_after: timedelta

    def wait_after(self, tries: int) -> timedelta:
        """After the last of so many tries: 10 s, twice as long each time, up to the longest."""
        if tries <= self.free:
            return timedelta()
        # Beyond a few doublings it is the longest in any case, and the figures stay small.
        doublings = min(tries - self.free - 1, 16)
        return min(_FIRST * (1 << doublings), self.longest)

    def left_of(self, tries: int, *, passed: timedelta) -> int:
        """How many of the tries still count so long after the last of them."""
        return max(tries - max(passed, timedelta()) // self.forgiven_after, 0)


GUESSING = Patience(free=5, longest=timedelta(minutes=15), forgiven_after=timedelta(minutes=15))
"""Of one account from one address. From a place where the account logged in, only this counts."""

GUESSING_TOGETHER = Patience(
    free=10, longest=timedelta(minutes=1), forgiven_after=timedelta(minutes=1)
)
"""Of one account from everywhere."""

SPRAYING = Patience(free=100, longest=timedelta(minutes=1), forgiven_after=timedelta(seconds=10))
"""Of one address, at whatever accounts: a crowd behind one gateway also makes mistakes."""


def place_of(address: str) -> str:
    """What requests of a client's address are counted by: an IPv4 address, or an IPv6 household.

    What is no address of either kind is a place by its name.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return str(found)
    return str(found.ipv4_mapped or IPv6Network((found, _HOUSEHOLD), strict=False))
