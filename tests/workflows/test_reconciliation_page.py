"""What a person reads of a run of reconciliation in the Temporal UI."""

from dataclasses import replace
from urllib.parse import quote
from uuid import uuid4

from domain.audit import Tally
from domain.differences import Difference, Kind
from tests.support.builders import usd
from workflows.links import Links
from workflows.reconciliation_page import NAMES, render


def a_difference(words: str = "The charge pi_1 has 1.00 USD of a customer.") -> Difference:
    return Difference(
        kind=Kind.UNKNOWN_CHARGE, order_id=uuid4(), words=words, amount=usd(100), subject="pi_1"
    )


class TestRender:
    def test_says_that_all_agrees(self) -> None:
        page = render(Tally(looked_at=200), doing="", remaining=[])
        assert page.startswith("## ALL AGREES\n\n200 orders were looked at.")

    def test_says_what_it_does(self) -> None:
        page = render(Tally(looked_at=100), doing="Looking.", remaining=[])
        assert page.startswith("## RECONCILING\n\n100 orders were looked at. Looking.")

    def test_counts_by_kind_what_was_found_mended_and_remains(self) -> None:
        tally = Tally(
            looked_at=2,
            found={Kind.STOCK_HELD: 2, Kind.UNKNOWN_CHARGE: 1},
            repaired={Kind.STOCK_HELD: 2},
            remaining={Kind.UNKNOWN_CHARGE: 1},
        )
        asks = "> **Reconciliation: 1 remain**"
        page = render(tally, doing="", remaining=[a_difference()], asks=asks)
        assert page.startswith("## 1 REMAIN")
        assert f"| {NAMES[Kind.STOCK_HELD]}\u2003| 2 | 2 | 0 |".replace("\u2003", "\u2003 ") in page
        assert asks in page

    def test_tells_what_remains_with_nothing_alive_in_it(self) -> None:
        difference = a_difference("The charge <b>[x](https://evil)</b> is one.")
        page = render(Tally(remaining={difference.kind: 1}), doing="", remaining=[difference])
        assert f"- `{difference.order_id}` The charge ‹b›" in page
        assert "](https" not in page

    def test_leads_to_where_each_is_decided(self) -> None:
        of_order = a_difference()
        stranger, gone = (
            replace(of_order, kind=kind, subject=subject)
            for kind, subject in ((Kind.STRANGERS_MONEY, "pi_1"), (Kind.ROW_MISSING, ""))
        )
        links = Links(desk="https://desk")
        page = render(Tally(), doing="", remaining=[of_order, stranger, gone], links=links)
        assert f"(https://desk/support/orders/{of_order.order_id})" in page
        for each in (stranger, gone):
            assert f"(https://desk/support/cases/{quote(each.key)})" in page

    def test_stays_short_however_much_remains(self) -> None:
        remaining = [a_difference("It differs. " * 30) for _ in range(100)]
        tally = Tally(remaining={Kind.UNKNOWN_CHARGE: 100})
        assert len(render(tally, doing="", remaining=remaining).encode()) < 2_100

    def test_has_a_name_for_every_kind(self) -> None:
        assert NAMES.keys() == {*Kind}
