"""Accounts as support finds them, and how far people of support may go, on a real database."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from adapters.postgres.engine import Database
from adapters.postgres.identity.accounts import AccountRepository
from adapters.postgres.identity.erasing import erase_account
from domain.accounts import Account, Role
from domain.desk import Right
from domain.errors import AccountNotFound
from tests.support.statements import plan_of, statements

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)

TEN_THOUSAND = """
INSERT INTO identity.accounts (account_id, email, name, phone, phone_digits, created_at)
SELECT md5('account ' || n)::uuid, 'many' || n || '@example.com', 'Many',
  '+2519' || lpad(n::text, 8, '0'), '2519' || lpad(n::text, 8, '0'), now()
FROM generate_series(1, 10000) n ON CONFLICT DO NOTHING
"""


@pytest.fixture
def accounts(identity: Database) -> AccountRepository:
    return AccountRepository(identity, phone_region="ES")


async def joined(accounts: AccountRepository, *roles: Role, **given: Any) -> Account:
    defaults: dict[str, Any] = {
        "account_id": uuid4(),
        "email": f"{uuid4().hex}@example.com",
        "name": "Abebe",
        "phone": None,
        "roles": [*roles],
        "restaurants": [],
        "created_at": NOW,
    }
    account = Account(**(defaults | given))
    await accounts.add(account, "a hash")
    return account


async def found(accounts: AccountRepository, words: str) -> list[str]:
    return [account.email for account in await accounts.search(words)]


def a_number() -> str:
    """Of Spain, and nobody else's, also its last six digits: the ten thousand have zeros there."""
    return f"6{uuid4().int % 100:02}{100_000 + uuid4().int % 900_000}"


class TestSearch:
    @pytest.mark.parametrize("size", [6, 20, None])
    async def test_finds_somebody_by_their_address_or_its_beginning(
        self, accounts: AccountRepository, size: int | None
    ) -> None:
        person = await joined(accounts, email=f"x{uuid4().hex}@example.com")
        await joined(accounts)
        assert person.email in await found(accounts, f" {person.email[:size].upper()} ")

    @pytest.mark.parametrize(
        "format_",
        [
            "+34 {0} {1} {2}",
            "0034-{0}{1}{2}",
            "{0}{1}{2}",
            "{0} {1}.{2}",
            "+34({0}){1}-{2}",
            "{1}{2}",
        ],
    )
    @pytest.mark.parametrize("typed", ["+34 {0} {1} {2}", "{0}{1}{2}", "0034 {0}-{1}-{2}"])
    async def test_finds_somebody_by_phone_in_any_format(
        self, accounts: AccountRepository, format_: str, typed: str
    ) -> None:
        number = a_number()
        parts = (number[:3], number[3:6], number[6:])
        person = await joined(accounts, phone=typed.format(*parts))
        assert await found(accounts, format_.format(*parts)) == [person.email]

    async def test_finds_somebody_by_the_number_they_changed_to(
        self, accounts: AccountRepository
    ) -> None:
        before, now = a_number(), a_number()
        person = await joined(accounts, phone=before)
        await accounts.change(person.account_id, lambda account: replace(account, phone=now))
        assert await found(accounts, before) == []
        assert await found(accounts, now) == [person.email]

    async def test_finds_a_number_that_is_none_in_our_country(
        self, accounts: AccountRepository
    ) -> None:
        ending = a_number()
        person = await joined(accounts, phone=f"0{ending}12")
        assert await found(accounts, f"0{ending}12") == [person.email]

    async def test_finds_a_number_by_an_ending_that_begins_with_a_zero(
        self, accounts: AccountRepository
    ) -> None:
        ending = f"0{a_number()[3:]}"
        person = await joined(accounts, phone=f"+34 61{ending}")
        assert await found(accounts, ending) == [person.email]

    @pytest.mark.parametrize(
        "words", ["", "  ", "ab", "%%%", "___", "12350", "012 50", "+34", "Abebe Bikila"]
    )
    async def test_finds_nobody_by_too_little_by_wildcards_or_by_name(
        self, accounts: AccountRepository, words: str
    ) -> None:
        await joined(accounts, name="Abebe Bikila", phone="+34 600 12 34 50")
        assert await found(accounts, words) == []

    async def test_by_phone_alone_finds_nobody_by_their_address(
        self, accounts: AccountRepository
    ) -> None:
        number = a_number()
        person = await joined(accounts, phone=number)
        await joined(accounts, email=f"{number}@example.com")
        for typed in (number, f" +34 {number}"):
            assert [each.email for each in await accounts.of_phone(typed)] == [person.email]
        assert await accounts.of_phone(person.email[:20]) == []

    @pytest.mark.parametrize("words", ["ab12cd@", "+251 9 0000 0007", "000007"])
    async def test_reads_by_indexes_among_ten_thousand(
        self, accounts: AccountRepository, identity: Database, words: str
    ) -> None:
        async with identity.transaction() as session:
            await session.execute(text(TEN_THOUSAND))
            await session.execute(text("ANALYZE identity.accounts"))
        with statements() as sent:
            await accounts.search(words)
        [statement] = sent
        plan = await plan_of(identity, statement, off=())
        assert "Seq Scan on accounts" not in plan
        assert "ix_accounts_email_beginning" in plan
        assert ("ix_accounts_phone_ending" in plan) == (not words.endswith("@"))


async def test_names_are_read_at_once_but_of_nobody_who_was_erased(
    accounts: AccountRepository, identity: Database
) -> None:
    people = [await joined(accounts, name=name) for name in ("Abebe", "Liya", "Sara")]
    ids = [each.account_id for each in people]
    async with identity.transaction() as session:
        await erase_account(session, ids[0], now=NOW)
    with statements() as sent:
        assert await accounts.names([*ids, uuid4()]) == {ids[1]: "Liya", ids[2]: "Sara"}
    assert len(sent) == 1


async def right_of(accounts: AccountRepository, account: Account) -> Right | None:
    there = await accounts.find(account.account_id)
    assert there
    return there.support_right


class TestSupportRight:
    async def test_is_all_of_it_with_the_role_and_none_without(
        self, accounts: AccountRepository
    ) -> None:
        assert await right_of(accounts, await joined(accounts, Role.SUPPORT)) is Right.MONEY
        assert await right_of(accounts, await joined(accounts, Role.ADMIN)) is None

    @pytest.mark.parametrize("right", Right)
    async def test_is_what_was_set_last(self, accounts: AccountRepository, right: Right) -> None:
        person = await joined(accounts, Role.SUPPORT)
        await accounts.set_support_right(person.account_id, Right.READ)
        await accounts.set_support_right(person.account_id, right)
        assert await right_of(accounts, person) is right

    async def test_is_there_before_the_role_and_after_it(self, accounts: AccountRepository) -> None:
        person = await joined(accounts)
        await accounts.set_support_right(person.account_id, Right.ACT)
        assert await right_of(accounts, person) is None
        for roles, right in (([Role.SUPPORT], Right.ACT), ([], None), ([Role.SUPPORT], Right.ACT)):
            await accounts.set_roles(person.account_id, roles)
            assert await right_of(accounts, person) is right

    async def test_is_given_with_the_role(self, accounts: AccountRepository) -> None:
        person = await joined(accounts)
        await accounts.grant(person.email, Role.SUPPORT, right=Right.READ)
        assert await right_of(accounts, person) is Right.READ
        await accounts.grant(person.email, Role.SUPPORT)
        assert await right_of(accounts, person) is Right.READ

    async def test_is_of_accounts_that_are_there(self, accounts: AccountRepository) -> None:
        with pytest.raises(AccountNotFound):
            await accounts.set_support_right(uuid4(), Right.READ)

    async def test_costs_no_statement_of_its_own(self, accounts: AccountRepository) -> None:
        person = await joined(accounts, Role.SUPPORT)
        with statements() as sent:
            await accounts.find(person.account_id)
        assert len(sent) == 1
