"""What a person reads of an order in the Temporal UI."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.money import Money
from domain.orders import OrderStatus
from domain.payments import OrderPayment, PaymentStatus, RefundStatus
from tests.support.builders import a_line, an_order, usd
from workflows.links import Links
from workflows.markdown import escape
from workflows.page import OrderPage

# Unescaped, each of these begins something in the UI's Markdown or HTML.
LIVE = re.compile(r"(?<!\\)(?:\\\\)*[`*_{}\[\]()#+\-!|~:.$<>&]")
# A cell that is not its row's last one ends in an em space; what is within holds no live bar.
ROW = re.compile(r"\| [A-Z][a-z]+\u2003 \| (?:[^|\\]|\\.)* \|")

EVIL = [
    "[x](https://evil.example)",
    "<a href='https://evil.example'>Click to refund</a>",
    "<img src=x onerror=alert(1)>",
    "![x](https://evil.example/p.png)",
    "www.evil.example",
    "https://evil.example",
    "mail@evil.example",
    "| a | b |",
    "x |\n|---|\n# BOLD",
    "\n\n## CANCELLED\n> **To do:** pay me",
    "`code` **bold** _it_ ~~no~~",
    "$5 Lunch, $3 Soup",
    "---",
    "{workflowId}",
    "&lt;b&gt; &#91;",
    r"\[x\](https://evil.example)",
    "\\",
    "\u202egnp.exe",
    "\u2028# x",
    "x" * 5_000,
    "[" * 5_000,
]
names = st.one_of(
    st.text(min_size=1, max_size=200),
    st.sampled_from(EVIL),
    st.text(alphabet="[](){}<>|`*_#\\~:.@&!$-\n ", min_size=1, max_size=200),
)
LINKS = Links(desk="https://desk.example", stripe="https://stripe.example/payments")


def a_page(*, links: Links = LINKS, **order: object) -> OrderPage:
    return OrderPage(an_order(**order), OrderPayment.pending("USD"), links)


def paid(page: OrderPage, **given: Money | RefundStatus) -> OrderPage:
    sums = {"authorized": usd(0), "captured": usd(2_300), "refunded": usd(0)}
    page.payment = OrderPayment(status=PaymentStatus.CAPTURED, **(sums | given))  # type: ignore[arg-type]
    return page


def table_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


class TestEscape:
    @pytest.mark.parametrize(
        ("typed", "shown"),
        [
            ("[x](https://evil)", r"\[x\]\(https\://evil\)"),
            ("<b>bold</b>", "‹b›bold‹/b›"),
            ("www.evil.example", r"www\.evil\.example"),
            ("a\nb", "a b"),
            ("&lt;", "＆lt;"),
            ("$5 Lunch, $3 Soup", r"\$5 Lunch, \$3 Soup"),
            ("---", r"\-\-\-"),
            # The UI would show a backslash before it.
            ("Pizza @ Home", "Pizza @ Home"),
            ("{workflowId}", r"\{workflowId\}"),
            (r"\*", r"\\\*"),
            # They turn the text around that comes after them.
            ("\u202egnp.exe", r"gnp\.exe"),
            ("a\x00b", "ab"),
        ],
    )
    def test_leaves_nothing_alive(self, typed: str, shown: str) -> None:
        assert escape(typed) == shown

    @given(st.text())
    def test_leaves_nothing_alive_in_any_text(self, text: str) -> None:
        assert not LIVE.search(escape(text))


class TestOrderPage:
    def test_says_the_status_what_it_waits_for_and_what_it_costs(self) -> None:
        page = a_page()
        page.waits = "the restaurant's answer until 18:40 UTC, then the order is rejected"
        text = page.render()
        assert text.startswith("## PLACED\n\nThe order was placed.")
        assert "**Waits for** the restaurant's answer until 18:40 UTC, then" in text
        assert "| Total\u2003 | **23.00 USD** |" in text

    def test_says_where_the_money_is(self) -> None:
        page = paid(a_page(), refunded=usd(300), refund_status=RefundStatus.DUE)
        rows = table_of(page.render())
        assert rows[4:9] == [
            "| Total\u2003 | **23.00 USD** |",
            "| Authorized\u2003 | 0.00 USD |",
            "| Captured\u2003 | 23.00 USD |",
            "| Refunded\u2003 | 3.00 USD |",
            "| Due\u2003 | **20.00 USD** |",
        ]

    def test_says_that_the_money_is_taken_only_once_it_is(self) -> None:
        page = a_page()
        page.status = OrderStatus.ACCEPTED
        assert "accepted, and will cook once the money is taken." in page.render()
        assert "The money is taken, and it will cook." in paid(page).render()

    @pytest.mark.parametrize(
        ("ending", "sentence"),
        [
            ({"refunded": usd(2_300)}, "The customer pays nothing."),
            ({"refunded": usd(2_000)}, "The customer pays 3.00 USD."),
            ({"refund_status": RefundStatus.PENDING}, "23.00 USD go back to the customer."),
        ],
    )
    def test_says_what_the_customer_pays_in_the_end(
        self, ending: dict[str, Money | RefundStatus], sentence: str
    ) -> None:
        page = paid(a_page(), **ending)
        page.status = OrderStatus.CANCELLED
        assert f"The order was cancelled. {sentence}\n" in page.render()

    def test_leads_to_where_people_act(self) -> None:
        order, restaurant = UUID(int=1), UUID(int=2)
        page = a_page(order_id=order, restaurant_id=restaurant)
        page.payment_intent_id = "pi_1"
        assert (
            f"[Support page](https://desk.example/support/orders/{order}) · "
            "[Payment in Stripe](https://stripe.example/payments/pi_1) · "
            f"[Restaurant's orders](https://desk.example/support?restaurant_id={restaurant})"
        ) in page.render()

    def test_has_no_link_where_nobody_said_where_to(self) -> None:
        page = a_page(links=Links())
        page.payment_intent_id = "pi_1"
        text = page.render()
        assert "](" not in text
        assert "**You can now** cancel · add a note" in text

    @pytest.mark.parametrize(
        ("status", "possible"),
        [
            ("placed", "[cancel · add a note]"),
            ("confirmed", "give more time · send the customer's message again · cancel"),
            ("preparing", "give more time · change the courier"),
            ("picked_up", "send the customer's message again · give money back · cancel"),
            ("delivered", "[give money back · order again · add a note]"),
            ("rejected", "order again · add a note"),
        ],
    )
    def test_says_what_can_be_done_now(self, status: str, possible: str) -> None:
        page = a_page()
        page.status = OrderStatus(status)
        if status in {"preparing", "picked_up", "delivered"}:
            paid(page)
        [line] = [line for line in page.render().splitlines() if "You can now" in line]
        assert possible in line

    def test_says_how_many_notes_there_are(self) -> None:
        page = a_page()
        assert "| Notes\u2003 | none |" in page.render()
        page.notes = 2
        assert "| Notes\u2003 | 2, on the support page |" in page.render()

    def test_shows_the_last_of_what_happened(self) -> None:
        page = a_page()
        page.story = [f"18:40:0{second} It went on." for second in range(10)]
        lines = page.render().partition("### What happened (UTC)\n")[2].splitlines()
        assert lines == [f"- {line}" for line in page.story[2:]]

    def test_shows_what_came_from_outside_as_its_characters(self) -> None:
        text = a_page(restaurant_name="[x](https://evil)", lines=[a_line(name="<b>")]).render()
        assert r"\[x\]\(https\://evil\)" in text
        assert "2 × ‹b›" in text

    def test_has_a_sentence_for_every_status(self) -> None:
        for status in OrderStatus:
            page = a_page()
            page.status = status
            assert page.render()

    @given(name=names, dish=names, lines=st.integers(1, 50), story=st.lists(names, max_size=12))
    def test_stays_whole_whatever_people_typed(
        self, name: str, dish: str, lines: int, story: list[str]
    ) -> None:
        page = a_page(restaurant_name=name, lines=[a_line(name=dish)] * lines)
        page.payment_intent_id = "pi_1"
        page.story = [escape(line) for line in story]
        text = page.render()
        assert len(text) <= 2_000
        assert all(ROW.fullmatch(row) for row in table_of(text)[2:])
        # A name of nothing but spaces is no fact.
        assert len(table_of(text)) in {9, 10}
        assert text.count("](") == text.count("](https://")
        assert text.count("\n[Support page](") == 1
        assert "evil.example" not in text
        assert [line for line in text.splitlines() if line.startswith("#")] == [
            "## PLACED",
            *["### What happened (UTC)"] * ("### What happened" in text),
        ]
