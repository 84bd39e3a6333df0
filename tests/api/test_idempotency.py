"""When two bodies are the same request."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.idempotency import request_hash

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


class TestRequestHash:
    @given(_JSON)
    def test_is_the_same_however_it_is_written(self, value: Any) -> None:
        plain = json.dumps(value).encode()
        spaced = json.dumps(value, indent=2, ensure_ascii=True).encode()
        assert request_hash(plain) == request_hash(spaced)

    @given(st.dictionaries(st.text(), st.integers(), min_size=2))
    def test_does_not_depend_on_the_order_of_fields(self, value: dict[str, int]) -> None:
        backwards = dict(reversed(value.items()))
        assert request_hash(json.dumps(value).encode()) == request_hash(
            json.dumps(backwards).encode()
        )

    @given(_JSON, _JSON)
    def test_differs_where_the_values_do(self, one: Any, other: Any) -> None:
        same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
        hashes = {request_hash(json.dumps(value).encode()) for value in (one, other)}
        assert len(hashes) == 1 or not same

    @pytest.mark.parametrize(("one", "other"), [(b"9", b"9.0"), (b"100", b"1e2")])
    def test_does_not_depend_on_how_a_number_is_written(self, one: bytes, other: bytes) -> None:
        assert request_hash(one) == request_hash(other)

    @pytest.mark.parametrize(
        ("one", "other"), [(b"1", b'"1"'), (b"true", b"1"), (b"[1,2]", b"[2,1]"), (b"{}", b"[]")]
    )
    def test_tells_values_apart(self, one: bytes, other: bytes) -> None:
        assert request_hash(one) != request_hash(other)
