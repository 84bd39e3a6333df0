"""One number is one string, however somebody writes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.phones import dialled


class TestDialled:
    @pytest.mark.parametrize(
        "written",
        [
            "+34 600 11 22 33",
            "0034-600112233",
            " 0034 600.112.233",
            "600112233",
            "600 11 22 33",
            "(+34) 600/112233",
            "+٣٤ ٦٠٠ ١١ ٢٢ ٣٣",  # noqa: RUF001 - Arabic digits.
        ],
    )
    def test_is_the_same_however_a_number_is_written(self, written: str) -> None:
        assert dialled(written, "ES") == "34600112233"

    @pytest.mark.parametrize(
        ("written", "region", "expected"),
        [
            ("0911 00 00 00", "ET", "251911000000"),
            ("+251911000000", "US", "251911000000"),
            ("+44 (0)20 7946 0018", "ES", "442079460018"),
            ("(415) 555-0123", "US", "14155550123"),
        ],
    )
    def test_knows_how_each_country_dials(self, written: str, region: str, expected: str) -> None:
        assert dialled(written, region) == expected

    @pytest.mark.parametrize(
        ("written", "expected"), [("0911 1", "9111"), ("12345", "12345"), ("ask Abebe", "")]
    )
    def test_keeps_the_digits_of_what_can_be_no_number(self, written: str, expected: str) -> None:
        assert dialled(written, "ES") == expected

    def test_keeps_the_digits_where_no_country_is_known(self) -> None:
        assert dialled("0911 00 00 00", None) == "911000000"

    @given(st.text(max_size=40), st.sampled_from(["ET", "ES", "US", None]))
    def test_is_digits_whatever_is_written(self, written: str, region: str | None) -> None:
        found = dialled(written, region)
        assert found == "" or (found.isascii() and found.isdecimal())
        assert not found.startswith("0")
