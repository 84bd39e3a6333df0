"""The queue of mails, and its senders on real SMTP servers."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
import structlog
from sqlalchemy import text

from adapters.mail.letters import Letters
from adapters.mail.writer import Writer
from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.password_resets import PasswordResets
from adapters.postgres.notifications.emails import EmailRepository
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.postgres.ordering.orders import OrderRepository
from adapters.postgres.ordering.writings import WritingRepository
from adapters.settings import DatabaseSettings, MailSettings
from domain.accounts import Account, Role
from domain.mail import EmailOutcome, EmailTemplate
from domain.notifications import Audience, NotificationType, confirmed, notification
from infra.stack.ports import free_port
from tests.support.builders import a_line, usd
from tests.support.mailing import Mailbox, a_mail_server, html_of, mail_settings, text_of
from tests.support.ordering import a_recorded_order
from tests.support.polling import seen
from workers import mail
from workers.mail import MailSender

NEWS = {"order_id": "0f8fad5b", "title": "Enjoy your meal", "body": "It was delivered."}
YESTERDAY = "UPDATE notifications.emails SET created_at = created_at - interval '25 hours'"


class House:
    """What a sender works with, on databases of this test's own."""

    def __init__(self, databases: Mapping[str, Database]) -> None:
        self.notifications = databases["notifications"]
        self.emails = EmailRepository(self.notifications)
        self.accounts = AccountRepository(databases["identity"])
        self.orders = OrderRepository(databases["ordering"])
        self.writings = WritingRepository(databases["ordering"])
        self.resets = PasswordResets(databases["identity"])

    async def moves_in(self, name: str = "Marta") -> Account:
        account = Account(
            account_id=uuid4(),
            email=f"{uuid4()}@food.test",
            name=name,
            phone=None,
            roles=[Role.CUSTOMER],
            restaurants=[],
            created_at=datetime.now(UTC),
        )
        await self.accounts.add(account, "hash")
        return account

    async def queue(self, account_id: UUID, *, count: int = 1) -> None:
        for number in range(count):
            await self.emails.enqueue(
                account_id=account_id,
                template="news",
                dedupe_key=f"{account_id}:{number}",
                params=NEWS,
            )

    async def outcomes(self) -> list[str | None]:
        async with self.notifications.transaction() as session:
            return [*await session.scalars(text("SELECT outcome FROM notifications.emails"))]

    async def attempts(self) -> int:
        """At the one that was tried most."""
        async with self.notifications.transaction() as session:
            found = await session.scalar(text("SELECT max(attempts) FROM notifications.emails"))
        return int(found or 0)

    async def all_done(self) -> Counter[str | None]:
        return Counter(await seen(self.outcomes, lambda found: found and all(found)))

    @asynccontextmanager
    async def sending(
        self, settings: MailSettings, emails: EmailRepository | None = None
    ) -> AsyncIterator[None]:
        """A sender at work; leaving it kills it where it is."""
        writer = Writer(
            Letters(settings), accounts=self.accounts, orders=self.orders, resets=self.resets
        )
        task = asyncio.create_task(MailSender(emails or self.emails, writer, settings).run())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


@pytest.fixture
async def house(quiet_databases: DatabaseSettings) -> AsyncIterator[House]:
    async with AsyncExitStack() as closing:
        databases = {}
        for context in ("identity", "ordering", "notifications"):
            databases[context] = Database(quiet_databases.of(context))
            closing.push_async_callback(databases[context].close)
        async with databases["notifications"].transaction() as session:
            await session.execute(text("DELETE FROM notifications.emails"))
        yield House(databases)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
async def server(mailbox: Mailbox) -> AsyncIterator[MailSettings]:
    async with a_mail_server(mailbox) as settings:
        yield settings


@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for another attempt does not wait."""
    monkeypatch.setattr(mail, "delay_after", lambda _attempts: timedelta(0))


@pytest.fixture
def short_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody died over comes back soon."""
    monkeypatch.setattr(mail, "_LEASE", timedelta(seconds=2))


class TestWhatIsSent:
    async def test_goes_to_the_accounts_address_as_it_is_now(
        self, house: House, mailbox: Mailbox, server: MailSettings
    ) -> None:
        person = await house.moves_in()
        await house.queue(person.account_id)
        async with house.sending(server):
            assert await house.all_done() == {EmailOutcome.SENT: 1}
        [letter] = mailbox.taken
        assert (letter["To"], letter["Subject"]) == (person.email, "Enjoy your meal")

    async def test_is_a_receipt_of_what_was_ordered(
        self, house: House, mailbox: Mailbox, server: MailSettings
    ) -> None:
        person = await house.moves_in(name="<i>Marta</i>")
        dish = a_line(name="Shiro & <b>bread</b>", quantity=3)
        order = await a_recorded_order(
            house.orders, house.writings, customer_id=person.account_id, lines=[dish]
        )
        told = confirmed(order).notifications
        await NotificationRepository(house.notifications).deliver(told)
        async with house.sending(server):
            assert await house.all_done() == {EmailOutcome.SENT: 1}
        [letter] = mailbox.taken
        assert "3 × Shiro & <b>bread</b>: 30.00 USD" in text_of(letter)
        assert "Total: 23.00 USD" in text_of(letter)
        assert "3 × Shiro &amp; &lt;b&gt;bread&lt;/b&gt;" in html_of(letter)
        assert "&lt;i&gt;Marta&lt;/i&gt;" in html_of(letter)

    async def test_has_a_token_that_is_stored_nowhere(
        self, house: House, mailbox: Mailbox, server: MailSettings
    ) -> None:
        person = await house.moves_in()
        await house.emails.enqueue(
            account_id=person.account_id,
            template=EmailTemplate.PASSWORD_RESET,
            dedupe_key=str(uuid4()),
            params={},
        )
        async with house.sending(server):
            await house.all_done()
        [letter] = mailbox.taken
        token = text_of(letter).partition("reset#token=")[2].split()[0]
        await house.resets.check(token, now=datetime.now(UTC))

    async def test_is_nothing_where_there_is_nobody(
        self, house: House, mailbox: Mailbox, server: MailSettings
    ) -> None:
        await house.queue(uuid4())
        async with house.sending(server):
            assert await house.all_done() == {EmailOutcome.NOBODY: 1}
        assert mailbox.taken == []

    async def test_is_nothing_without_a_server_and_said_once(self, house: House) -> None:
        await house.queue((await house.moves_in()).account_id, count=2)
        with structlog.testing.capture_logs() as lines:
            async with house.sending(MailSettings(host="")):
                assert await house.all_done() == {EmailOutcome.OFF: 2}
        assert [line["event"] for line in lines].count("mail.off") == 1


class TestQueue:
    async def test_holds_one_per_dedupe_key_however_many_try(self, house: House) -> None:
        account = uuid4()
        await asyncio.gather(*(house.queue(account) for _ in range(10)))
        assert await house.outcomes() == [None]

    async def test_refuses_a_template_that_is_not_there(self, house: House) -> None:
        with pytest.raises(ValueError, match="riddle"):
            await house.emails.enqueue(
                account_id=uuid4(), template="riddle", dedupe_key="1", params={}
            )

    async def test_is_shared_by_senders_who_send_each_mail_once(
        self, house: House, mailbox: Mailbox, server: MailSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(mail, "_AT_ONCE", 3)
        await house.queue((await house.moves_in()).account_id, count=30)
        async with house.sending(server), house.sending(server), house.sending(server):
            assert await house.all_done() == {EmailOutcome.SENT: 30}
        ids = [letter["Message-ID"] for letter in mailbox.taken]
        assert len(ids) == len(set(ids)) == 30

    async def test_has_again_what_a_sender_died_over_and_the_repeat_is_known_by_its_id(
        self, house: House, mailbox: Mailbox, server: MailSettings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Between the server's word and our note of it."""
        dying = Dying(house.notifications)
        monkeypatch.setattr(mail, "_LEASE", timedelta(seconds=6))
        await house.queue((await house.moves_in()).account_id)
        async with house.sending(server, dying):
            await asyncio.wait_for(dying.about_to_note.wait(), 20)
        assert await house.outcomes() == [None]
        monkeypatch.undo()
        async with house.sending(server):
            assert await house.all_done() == {EmailOutcome.SENT: 1}
        first, again = mailbox.taken
        assert first["Message-ID"] == again["Message-ID"]
        assert first["Date"] == again["Date"]

    async def test_forgets_what_was_finished_long_ago_alone(self, house: House) -> None:
        account = uuid4()
        await house.queue(account, count=3)
        for number in range(2):
            await house.emails.finish(f"{account}:{number}", EmailOutcome.SENT)
        async with house.notifications.transaction() as session:
            await session.execute(
                text(
                    "UPDATE notifications.emails SET finished_at = now() - interval '31 days'"
                    " WHERE dedupe_key = :key"
                ),
                {"key": f"{account}:0"},
            )
        assert await house.emails.prune(timedelta(days=30)) == 1
        assert sorted(await house.outcomes(), key=str) == [None, EmailOutcome.SENT]
        assert await house.emails.oldest_seconds() > 0


class Dying(EmailRepository):
    """Of a sender that is killed before it can note what became of a mail."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.about_to_note = asyncio.Event()

    async def finish(self, _dedupe_key: str, _outcome: EmailOutcome) -> None:
        self.about_to_note.set()
        await asyncio.Event().wait()


class TestServerThatSaysNo:
    @pytest.mark.parametrize("command", ["MAIL", "RCPT", "DATA"])
    @pytest.mark.usefixtures("in_haste")
    async def test_is_asked_again_where_it_may_pass(
        self, house: House, mailbox: Mailbox, server: MailSettings, command: str
    ) -> None:
        mailbox.says[command] = ["451 Later", "450 Later"]
        await house.queue((await house.moves_in()).account_id)
        async with house.sending(server):
            assert await house.all_done() == {EmailOutcome.SENT: 1}
        assert len(mailbox.taken) == 1
        assert mailbox.says[command] == []

    @pytest.mark.parametrize("command", ["RCPT", "DATA"])
    async def test_is_believed_where_it_never_will(
        self, house: House, mailbox: Mailbox, server: MailSettings, command: str
    ) -> None:
        mailbox.says[command] = ["550 No such mailbox"]
        account = (await house.moves_in()).account_id
        await house.queue(account, count=2)
        async with house.sending(server):
            assert await house.all_done() == {EmailOutcome.REFUSED: 1, EmailOutcome.SENT: 1}
        assert len(mailbox.taken) == 1

    @pytest.mark.usefixtures("in_haste")
    async def test_is_asked_again_where_it_does_not_want_us(
        self, house: House, mailbox: Mailbox, server: MailSettings
    ) -> None:
        """Our sender's address is for an operator to mend: no recipient is to blame."""
        mailbox.says["MAIL"] = ["550 Not from you"]
        await house.queue((await house.moves_in()).account_id)
        async with house.sending(server):
            assert await house.all_done() == {EmailOutcome.SENT: 1}

    @pytest.mark.usefixtures("in_haste")
    async def test_names_nobody_in_the_log(
        self, house: House, mailbox: Mailbox, server: MailSettings
    ) -> None:
        person = await house.moves_in(name="Marta Wolde")
        mailbox.says["RCPT"] = [f"450 {person.email} is full"]
        await house.queue(person.account_id)
        with structlog.testing.capture_logs() as lines:
            async with house.sending(server):
                await house.all_done()
        assert {line["event"] for line in lines} >= {"mail.postponed", "mail.finished"}
        assert person.email not in str(lines)
        assert person.name not in str(lines)


class TestServerThatIsAway:
    @pytest.mark.usefixtures("short_lease")
    async def test_gets_everything_when_it_is_back(self, house: House, mailbox: Mailbox) -> None:
        port = free_port()
        await house.queue((await house.moves_in()).account_id, count=3)
        async with house.sending(mail_settings(port)):
            await seen(house.attempts, lambda made: made > 1)
            assert await house.outcomes() == [None] * 3
            async with a_mail_server(mailbox, port=port):
                assert await house.all_done() == {EmailOutcome.SENT: 3}
        assert len({letter["Message-ID"] for letter in mailbox.taken}) == 3

    async def test_is_given_up_after_a_day(self, house: House) -> None:
        await house.queue((await house.moves_in()).account_id)
        async with house.notifications.transaction() as session:
            await session.execute(text(YESTERDAY))
        async with house.sending(mail_settings(free_port())):
            assert await house.all_done() == {EmailOutcome.EXPIRED: 1}


class TestNews:
    async def test_are_mailed_once_whatever_the_retries(
        self, house: House, mailbox: Mailbox, server: MailSettings
    ) -> None:
        person = await house.moves_in()
        told = notification(
            NotificationType.MONEY_OWED,
            Audience.CUSTOMER,
            person.account_id,
            order_id=uuid4(),
            total=usd(500),
        )
        lists = NotificationRepository(house.notifications)
        await asyncio.gather(*(lists.deliver([told]) for _ in range(5)))
        async with house.sending(server):
            await house.all_done()
            await lists.deliver([told])
            assert await house.outcomes() == [EmailOutcome.SENT]
        [letter] = mailbox.taken
        assert told.body in text_of(letter)
