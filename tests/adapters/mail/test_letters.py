from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from adapters.mail.letters import Letters
from domain.accounts import Account, Role
from domain.mail import EmailTemplate, QueuedEmail
from tests.support.builders import a_line, a_quote
from tests.support.mailing import html_of, mail_settings, parsed, text_of

NEWS = {"order_id": "0f8fad5b", "title": "Enjoy your meal", "body": "It was delivered."}


class AnOrder:
    """What a receipt shows of one."""

    lines = (a_line(name="<b>Soup</b>"), a_line(name="Sold out", unavailable=True))
    quote = a_quote()


def a_person(**given: Any) -> Account:
    defaults: dict[str, Any] = {
        "account_id": uuid4(),
        "email": "marta@food.test",
        "name": "Marta",
        "phone": None,
        "roles": [Role.CUSTOMER],
        "restaurants": [],
        "created_at": datetime.now(UTC),
    }
    return Account(**(defaults | given))


def queued(template: EmailTemplate = EmailTemplate.NEWS, **given: Any) -> QueuedEmail:
    defaults: dict[str, Any] = {
        "dedupe_key": "order:news",
        "account_id": uuid4(),
        "template": template,
        "params": NEWS,
        "created_at": datetime(2026, 11, 23, tzinfo=UTC),
        "attempts": 1,
    }
    return QueuedEmail(**(defaults | given))


@pytest.fixture
def letters() -> Letters:
    return Letters(mail_settings(25))


class TestLetters:
    def test_say_the_same_in_text_and_html(self, letters: Letters) -> None:
        mail = parsed(letters.write(queued(), a_person(), {}).as_bytes())
        assert (mail["To"], mail["Subject"]) == ("marta@food.test", "Enjoy your meal")
        assert mail["From"] == "Ha-Soranu <no-reply@ha-soranu.test>"
        assert mail["Auto-Submitted"] == "auto-generated"
        for body in (text_of(mail), html_of(mail)):
            for words in ("Marta", "It was delivered.", "https://food.example/orders/0f8fad5b"):
                assert words in body

    def test_itemise_a_receipt_without_what_was_sold_out(self, letters: Letters) -> None:
        letter = letters.write(queued(EmailTemplate.RECEIPT), a_person(), {"order": AnOrder})
        mail = parsed(letter.as_bytes())
        assert "2 × <b>Soup</b>: 20.00 USD" in text_of(mail)
        assert "2 × &lt;b&gt;Soup&lt;/b&gt;" in html_of(mail)
        for body in (text_of(mail), html_of(mail)):
            assert "23.00 USD" in body
            assert "Sold out" not in body

    def test_link_to_the_page_that_takes_the_token(self, letters: Letters) -> None:
        reset = queued(EmailTemplate.PASSWORD_RESET, params={})
        mail = parsed(letters.write(reset, a_person(), {"token": "a&b"}).as_bytes())
        assert "https://food.example/reset#token=a%26b" in text_of(mail)
        assert 'href="https://food.example/reset#token=a%26b"' in html_of(mail)

    def test_name_nobody_whose_address_may_be_somebody_elses(self, letters: Letters) -> None:
        reset = queued(EmailTemplate.PASSWORD_RESET, params={})
        mail = parsed(letters.write(reset, a_person(name="Buy now"), {"token": "a"}).as_bytes())
        assert "Buy now" not in text_of(mail) + html_of(mail)

    def test_escape_what_people_call_themselves(self, letters: Letters) -> None:
        name = "<script>alert(1)</script>"
        html = html_of(letters.write(queued(), a_person(name=name), {}))
        assert "<script>" not in html
        assert "&lt;script&gt;" in html

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_let_nothing_into_the_headers(self, letters: Letters, end: str) -> None:
        evil = f"Hello{end}Bcc: everybody@food.test{end}{end}Buy"
        params = {**NEWS, "title": evil, "body": evil}
        letter = letters.write(queued(params=params), a_person(name=evil), {})
        mail = parsed(letter.as_bytes())
        assert mail["Subject"] == "Hello Bcc: everybody@food.test Buy"
        assert mail["Bcc"] is None
        assert mail["To"] == "marta@food.test"

    @pytest.mark.parametrize(
        "address", ["a@food.test\r\nBcc: b@food.test", "a@food.test, b@food.test", "", "nobody"]
    )
    def test_refuse_what_is_not_one_address(self, letters: Letters, address: str) -> None:
        with pytest.raises(ValueError, match=r".*"):
            letters.write(queued(), a_person(email=address), {})

    def test_have_the_same_id_whenever_they_are_written(self, letters: Letters) -> None:
        first, again, other = (
            letters.write(queued(dedupe_key=key), a_person(), {})["Message-ID"]
            for key in ("a", "a", "b\r\n")
        )
        assert first == again != other
        assert first.endswith("@ha-soranu.test>")

    def test_reach_addresses_in_every_script(self, letters: Letters) -> None:
        address = "ማርታ@food.test"
        letter = letters.write(queued(), a_person(email=address), {})
        assert parsed(letter.as_bytes())["To"] == address

    def test_leave_no_gap_where_a_parameter_is_missing(self, letters: Letters) -> None:
        with pytest.raises(Exception, match="token"):
            letters.write(queued(EmailTemplate.PASSWORD_RESET), a_person(), {})
