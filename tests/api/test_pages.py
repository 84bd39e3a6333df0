"""Cursors: ours come back as they were, and nobody else's do."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st

from api.pages import Cursors, Distance, Label, Mark, Paging, Position

CURSORS = Cursors(b"a key of the tests")
_TIMES = st.datetimes(timezones=st.just(UTC))
_AT, _ID = datetime(2026, 11, 24, 12, tzinfo=UTC), UUID(int=1)
_PLACES: dict[str, Position | Mark | Distance | Label | UUID] = {
    "position": (_AT, _ID),
    "mark": (_AT, str(_ID)),
    "distance": (2.5, _ID),
    "label": ("2.5", _ID),
    "id": _ID,
}
_READ: dict[str, Callable[[Paging, Cursors], object]] = {
    "position": Paging.before,
    "mark": Paging.mark,
    "distance": Paging.farther,
    "label": Paging.behind,
    "id": Paging.after,
}


class TestCursors:
    @given(_TIMES, st.uuids())
    def test_name_the_place_they_were_written_for(self, at: datetime, row_id: UUID) -> None:
        cursor = CURSORS.write((at, row_id))
        assert Paging(20, cursor).before(CURSORS) == (at, row_id)

    @given(st.uuids())
    def test_name_the_row_they_were_written_for(self, row_id: UUID) -> None:
        assert Paging(20, CURSORS.write(row_id)).after(CURSORS) == row_id

    @given(st.uuids(), st.integers(min_value=0), st.integers(min_value=1, max_value=255))
    def test_are_refused_when_a_bit_was_changed(self, row_id: UUID, at: int, by: int) -> None:
        raw = bytearray(urlsafe_b64decode(CURSORS.write(row_id)))
        raw[at % len(raw)] ^= by
        _refused(urlsafe_b64encode(raw).decode())

    @given(st.text(max_size=100))
    def test_are_refused_when_they_are_anything_else(self, text: str) -> None:
        if text:
            _refused(text)

    def test_are_refused_when_another_key_signed_them(self) -> None:
        _refused(Cursors(b"another key").write(UUID(int=1)))

    @pytest.mark.parametrize("written", _READ)
    def test_are_refused_in_a_list_of_another_kind(self, written: str) -> None:
        """Also where the text of one would do for another: an id for a name, km for seconds."""
        cursor = CURSORS.write(_PLACES[written])
        for kind, read in _READ.items():
            if kind == written:
                assert read(Paging(20, cursor), CURSORS) == _PLACES[kind]
            else:
                with pytest.raises(RequestValidationError):
                    read(Paging(20, cursor), CURSORS)

    def test_begin_at_the_top_when_there_is_none(self) -> None:
        assert Paging(20, None).before(CURSORS) is None


def _refused(cursor: str) -> None:
    with pytest.raises(RequestValidationError):
        Paging(20, cursor).after(CURSORS)
