"""Finding restaurants: the nearest first, or by name; with a word in them; open at a moment.

A word that few restaurants have is looked up, and those are sorted. Otherwise restaurants are
walked along an index in the order of the list, and those that are wanted are picked out.
"""

from dataclasses import dataclass
from datetime import datetime
from math import hypot
from typing import Generic, Protocol, TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.catalog.mapping import restaurant_of
from adapters.postgres.catalog.search_statements import (
    LAST_ID,
    NEAREST,
    DistancePlace,
    NamePlace,
    by_name,
    count_of,
    few_by_name,
    few_within,
    has_trigrams,
    in_ring,
)
from adapters.postgres.engine import Database
from adapters.postgres.nearby import Place
from domain.restaurants import Restaurant

# A word that more restaurants have is common: who walks meets one soon enough.
_FEW = 500
# A page looks at no more, and is shorter then: nobody searches for long at others' cost.
_MOST_EXAMINED = 500
# The first ring's area is that of a circle of this radius, and each after it is four times as
# large. Far out it is no thinner than this share: every ring there costs its length.
_FIRST_RING_KM = 0.5
_FIRST_RING_SHARE = 0.1

At = TypeVar("At")


@dataclass(frozen=True, slots=True, kw_only=True)
class RestaurantFilter:
    """`q` is a part of the name or of the cuisine."""

    q: str | None = None
    open_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit(Generic[At]):
    """A restaurant and where it is in the list; `distance_km` where that is by distance."""

    restaurant: Restaurant
    at: At
    distance_km: float | None = None


@dataclass(frozen=True, slots=True)
class Found(Generic[At]):
    """Those of a page, and from where the next one goes on; None where there is none.

    There may be fewer than were asked for, and even none, and still be a next page.
    """

    hits: list[Hit[At]]
    go_on: At | None


class RestaurantSearch:
    def __init__(self, database: Database) -> None:
        self._database = database

    async def named(
        self, wanted: RestaurantFilter, *, after: NamePlace | None = None, limit: int
    ) -> Found[NamePlace]:
        """All restaurants, by name."""
        async with self._database.transaction() as session:
            word = await _word(session, wanted.q)
            return await _page(_ByName(session, word, after), wanted, limit)

    async def nearest(
        self,
        place: Place,
        wanted: RestaurantFilter,
        *,
        after: DistancePlace | None = None,
        limit: int,
    ) -> Found[DistancePlace]:
        """Those within the place, the nearest first."""
        async with self._database.transaction() as session:
            word = await _word(session, wanted.q)
            return await _page(_ByDistance(session, word, after, place), wanted, limit)


@dataclass(frozen=True, slots=True)
class _Word:
    text: str | None
    is_rare: bool


async def _word(session: AsyncSession, q: str | None) -> _Word:
    if q is None or not has_trigrams(q):
        return _Word(q, is_rare=False)
    count = await session.scalar(count_of(q, most=_FEW + 1))
    return _Word(q, is_rare=count is not None and count <= _FEW)


Step = tuple[Hit[At], bool]
"""A restaurant that a walk came by, and whether it has the word."""


class _Walk(Protocol[At]):
    async def go(self, size: int) -> list[Step[At]]:
        """The next so many; fewer where the walk ends."""


class _ByName:
    def __init__(self, session: AsyncSession, word: _Word, after: NamePlace | None) -> None:
        self._session = session
        self._word = word
        self._after = after

    async def go(self, size: int) -> list[Step[NamePlace]]:
        if self._word.text is not None and self._word.is_rare:
            page = few_by_name(self._word.text, after=self._after, size=size)
        else:
            page = by_name(self._word.text, after=self._after, size=size)
        steps = [
            (Hit(restaurant=restaurant_of(row), at=(row.name, row.id)), has_word)
            for row, has_word in await self._session.execute(page)
        ]
        self._after = steps[-1][0].at if steps else self._after
        return steps


class _ByDistance:
    def __init__(
        self, session: AsyncSession, word: _Word, after: DistancePlace | None, place: Place
    ) -> None:
        self._session = session
        self._word = word
        self._after = after or NEAREST
        self._place = place
        self._ring_km = max(_FIRST_RING_KM, _FIRST_RING_SHARE * self._after[0])

    async def go(self, size: int) -> list[Step[DistancePlace]]:
        steps: list[Step[DistancePlace]] = []
        while True:
            outer = self._outer()
            steps += await self._within(outer, size - len(steps))
            if len(steps) == size or outer == self._place:
                self._after = steps[-1][0].at if steps else self._after
                return steps
            self._after = (outer.radius_km, LAST_ID)
            self._ring_km *= 2

    def _outer(self) -> Place:
        """The outer edge of the next ring. What few have needs none: they are all measured."""
        if self._word.is_rare:
            return self._place
        outer_km = hypot(max(0.0, self._after[0]), self._ring_km)
        return Place(self._place.center, min(outer_km, self._place.radius_km))

    async def _within(self, outer: Place, size: int) -> list[Step[DistancePlace]]:
        if self._word.text is not None and self._word.is_rare:
            page = few_within(outer, self._word.text, after=self._after, size=size)
        else:
            page = in_ring(outer, self._word.text, after=self._after, size=size)
        return [
            (Hit(restaurant=restaurant_of(row), at=(km, row.id), distance_km=km), has_word)
            for row, has_word, km in await self._session.execute(page)
        ]


async def _page(walk: _Walk[At], wanted: RestaurantFilter, limit: int) -> Found[At]:
    hits: list[Hit[At]] = []
    examined, size = 0, limit + 1
    while True:
        steps = await walk.go(size)
        hits += [hit for hit, has_word in steps if has_word and _is_open(hit, wanted.open_at)]
        if len(hits) > limit:
            return Found(hits[:limit], hits[limit - 1].at)
        if len(steps) < size:
            return Found(hits, None)
        examined += size
        if examined >= _MOST_EXAMINED:
            return Found(hits, steps[-1][0].at)
        size = min(4 * size, _MOST_EXAMINED - examined)


def _is_open(hit: Hit[At], moment: datetime | None) -> bool:
    return moment is None or hit.restaurant.open_at(moment)
