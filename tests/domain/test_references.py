"""The reference of a payment made by hand is what a bank prints: no place for what people say."""

import re
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.casework import Resolution
from domain.errors import ReferenceRefused
from domain.permissions import to_resolve
from domain.references import LONGEST_REFERENCE, check_reference

_LETTERS = ascii_letters + " ./:#_-"
WRITTEN_BY_A_BANK = st.text(_LETTERS + digits, max_size=LONGEST_REFERENCE).filter(
    lambda text: any(each in digits for each in text)
)


class TestCheckReference:
    @pytest.mark.parametrize(
        "written", ["SEPA 118", "SEPA 2027-01-07/118", "Transfer 2026-1123", "118", "tr_1:2#3.4"]
    )
    def test_takes_what_banks_print(self, written: str) -> None:
        check_reference(written)

    @given(WRITTEN_BY_A_BANK)
    def test_takes_everything_of_its_letters_with_a_digit(self, written: str) -> None:
        check_reference(written)

    @pytest.mark.parametrize(
        "written",
        [
            "Liya Tesfaye",
            "liya@example.com 118",
            "+251 911 234 567",
            "118, to Liya",
            "<b>118</b>",
            "[118](https://evil.example)",
            "118\n",
            "Überweisung 118",
            "١١٨",
            "1" * (LONGEST_REFERENCE + 1),
            "",
        ],
    )
    def test_refuses_what_may_be_more(self, written: str) -> None:
        with pytest.raises(ReferenceRefused) as refused:
            check_reference(written)
        assert "as SEPA 2027-01-07/118" in str(refused.value)

    @given(st.text(max_size=80))
    def test_lets_no_other_letter_through(self, written: str) -> None:
        is_one = bool(re.fullmatch(rf"[{re.escape(_LETTERS)}0-9]{{1,64}}", written))
        if is_one and any(each in digits for each in written):
            check_reference(written)
        else:
            with pytest.raises(ReferenceRefused):
                check_reference(written)


class TestToResolve:
    @pytest.mark.parametrize("resolution", [Resolution.PAID_BY_HAND, Resolution.WAIVED])
    def test_refuses_a_persons_words_whatever_was_decided(self, resolution: Resolution) -> None:
        with pytest.raises(ReferenceRefused):
            to_resolve(resolution, "Paid to Liya, 118")

    def test_asks_for_none_where_nothing_was_paid(self) -> None:
        to_resolve(Resolution.WAIVED, "")
