"""What a person reads of an order in the Temporal UI."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.orders import OrderStatus
from domain.payments import OrderPayment
from tests.support.builders import a_line, an_order
from workflows.markdown import escape
from workflows.page import OrderPage

# Unescaped, each of these begins something in the UI's Markdown or HTML.
LIVE = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]()#+!|~:.@<>&]")


def a_page(**order: object) -> OrderPage:
    return OrderPage(an_order(**order), OrderPayment.pending("USD"))


class TestEscape:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("[x](https://evil)", r"\[x\]\(https\://evil\)"),
            ("<b>bold</b>", "‹b›bold‹/b›"),
            ("www.evil.example", r"www\.evil\.example"),
            ("a\nb", "a b"),
            ("&lt;", "＆lt;"),
            ("{workflowId}", r"\{workflowId\}"),
            (r"\*", r"\\\*"),
        ],
    )
    def test_leaves_nothing_alive(self, typed: str, shown: str) -> None:
        assert escape(typed) == shown

    @given(st.text())
    def test_leaves_nothing_alive_in_any_text(self, text: str) -> None:
        assert not LIVE.search(escape(text))


class TestOrderPage:
    def test_says_the_status_what_to_do_and_what_it_costs(self) -> None:
        page = a_page()
        page.to_do = "Nothing."
        text = page.render()
        assert text.startswith("## PLACED\n")
        assert "> **To do:** Nothing." in text
        assert "**23.00 USD**" in text

    def test_shows_what_came_from_outside_as_its_characters(self) -> None:
        text = a_page(restaurant_name="[x](https://evil)", lines=[a_line(name="<b>")]).render()
        assert r"\[x\]\(https\://evil\)" in text
        assert "2 × ‹b›" in text

    def test_has_a_sentence_for_every_status(self) -> None:
        for status in OrderStatus:
            page = a_page()
            page.status = status
            assert page.render()

    @given(name=st.text(min_size=1), lines=st.integers(1, 50), story=st.lists(st.text()))
    def test_stays_short_enough_for_an_address(
        self, name: str, lines: int, story: list[str]
    ) -> None:
        page = a_page(restaurant_name=name, lines=[a_line(name=name)] * lines)
        page.story = story
        assert len(page.render()) <= 2_000
