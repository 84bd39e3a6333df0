"""Lists, a page at a time: `limit`, and a cursor that only we can write."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Depends, Query
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json

Row = TypeVar("Row")
Item = TypeVar("Item")
Place = TypeVar("Place")

Position = tuple[datetime, UUID]
"""Where a page ends: the time and id of its last row. Rows that come later don't move it."""

Mark = tuple[datetime, str]
"""The same for rows that are told apart by a text."""

Distance = tuple[float, UUID]
"""The same for lists by distance (km)."""

Label = tuple[str, UUID]
"""The same for lists by name."""

_POSITION: TypeAdapter[Position] = TypeAdapter(Position)
_MARK: TypeAdapter[Mark] = TypeAdapter(Mark)
_DISTANCE: TypeAdapter[Distance] = TypeAdapter(Distance)
_LABEL: TypeAdapter[Label] = TypeAdapter(Label)
_ID: TypeAdapter[UUID] = TypeAdapter(UUID)
_MAC_BYTES = 16


class Page(BaseModel, Generic[Item]):
    items: list[Item]
    next_cursor: str | None


class Cursors:
    """Writes and reads cursors. Signed, so that what a query starts from came from a query."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def write(
        self, position: Position | Mark | Distance | Label | tuple[datetime, int] | UUID
    ) -> str:
        body = to_json(position)
        return urlsafe_b64encode(self._mac(_kind(position), body) + body).decode()

    def read(self, cursor: str, form: TypeAdapter[Place]) -> Place:
        """Raises `RequestValidationError` for one that is not ours, or of another kind of list."""
        try:
            raw = urlsafe_b64decode(cursor.encode())
            mac, body = raw[:_MAC_BYTES], raw[_MAC_BYTES:]
            place = form.validate_json(body)
            if hmac.compare_digest(mac, self._mac(_kind(place), body)):
                return place
        except ValueError:
            pass
        raise RequestValidationError(
            [{"loc": ("query", "cursor"), "msg": "not a cursor of this list", "type": "cursor"}]
        )

    def _mac(self, kind: str, body: bytes) -> bytes:
        return hmac.digest(self._key, kind.encode() + body, "sha256")[:_MAC_BYTES]


def _kind(place: object) -> str:
    """Of the list: what its places are made of. JSON alone has UUIDs that would do for a text."""
    parts = place if isinstance(place, tuple) else (place,)
    return ",".join(type(part).__name__ for part in parts)


@dataclass(frozen=True, slots=True)
class Paging:
    limit: int
    cursor: str | None

    def before(self, cursors: Cursors) -> Position | None:
        """For lists by time, also those with the oldest first: there it is what they come after."""
        return cursors.read(self.cursor, _POSITION) if self.cursor else None

    def mark(self, cursors: Cursors) -> Mark | None:
        """For lists whose rows are told apart by a text."""
        return cursors.read(self.cursor, _MARK) if self.cursor else None

    def farther(self, cursors: Cursors) -> Distance | None:
        """For lists with the nearest first."""
        return cursors.read(self.cursor, _DISTANCE) if self.cursor else None

    def behind(self, cursors: Cursors) -> Label | None:
        """For lists by name."""
        return cursors.read(self.cursor, _LABEL) if self.cursor else None

    def after(self, cursors: Cursors) -> UUID | None:
        """For lists that find their place from the last row alone."""
        return cursors.read(self.cursor, _ID) if self.cursor else None


def _paging(
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    cursor: Annotated[str | None, Query(max_length=1024)] = None,
) -> Paging:
    return Paging(limit, cursor)


Paged = Annotated[Paging, Depends(_paging)]


def page_of(
    rows: Sequence[Row],
    paging: Paging,
    cursors: Cursors,
    *,
    at: Callable[[Row], Position | Mark | UUID],
    shape: Callable[[Row], Item],
) -> Page[Item]:
    """`rows` are one more than the limit where there is a next page."""
    shown = rows[: paging.limit]
    more = len(rows) > paging.limit
    return Page[Item](
        items=[shape(row) for row in shown],
        next_cursor=cursors.write(at(shown[-1])) if more else None,
    )
