"""Accounts, their roles, and whose staff they are."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Row, Select, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.phones import dialled
from adapters.postgres.engine import Database
from adapters.postgres.identity.search import matching, of_phone
from adapters.postgres.identity.staff import alone_at
from adapters.postgres.identity.tables import (
    AccountRoleRow,
    AccountRow,
    RestaurantStaffRow,
    SessionRow,
    SupportRightRow,
)
from domain.accounts import Account, Role
from domain.desk import Right
from domain.errors import AccountNotFound, EmailTaken, LastOfTheStaff

_ROLES = func.array(
    select(AccountRoleRow.role)
    .where(AccountRoleRow.account_id == AccountRow.account_id)
    .order_by(AccountRoleRow.role)
    .scalar_subquery(),
    type_=ARRAY(Text),
)
_RESTAURANTS = func.array(
    select(RestaurantStaffRow.restaurant_id)
    .where(RestaurantStaffRow.account_id == AccountRow.account_id)
    .order_by(RestaurantStaffRow.restaurant_id)
    .scalar_subquery(),
    type_=ARRAY(Uuid),
)
_RIGHT = (
    select(SupportRightRow.right)
    .where(SupportRightRow.account_id == AccountRow.account_id)
    .scalar_subquery()
)
# Who was erased is nobody: no look-up finds them.
_ACCOUNT = select(
    AccountRow,
    _ROLES.label("roles"),
    _RESTAURANTS.label("restaurants"),
    _RIGHT.label("support_right"),
).where(AccountRow.erased_at.is_(None))


@dataclass(frozen=True, slots=True)
class Credentials:
    """`password_hash` is None for somebody who logs in without a password."""

    account_id: UUID
    password_hash: str | None


class AccountRepository:
    """Every look-up reads roles, rights and restaurants anew: a change of them counts at once.

    `phone_region` is where phones are that are written without a country code.
    """

    def __init__(self, database: Database, *, phone_region: str | None = None) -> None:
        self._database = database
        self._phone_region = phone_region

    async def add(self, account: Account, password_hash: str) -> None:
        """Raises `EmailTaken`. `account.restaurants` is left out: staff is added by its own."""
        async with self._database.transaction() as session:
            phone_digits = self._digits(account.phone)
            if not await add_account(
                session, account, password_hash=password_hash, phone_digits=phone_digits
            ):
                message = "There is an account with this e-mail address."
                raise EmailTaken(message)

    async def find(self, account_id: UUID) -> Account | None:
        return await self._one(_ACCOUNT.where(AccountRow.account_id == account_id))

    async def names(self, account_ids: Collection[UUID]) -> Mapping[UUID, str]:
        """Without those who were erased."""
        named = select(AccountRow.account_id, AccountRow.name).where(
            AccountRow.account_id.in_(account_ids), AccountRow.erased_at.is_(None)
        )
        async with self._database.transaction() as session:
            return {row.account_id: row.name for row in await session.execute(named)}

    async def signed_in(self, account_id: UUID, session_id: UUID) -> Account | None:
        """The account, as long as this login of its stands."""
        login = select(SessionRow.session_id).where(
            SessionRow.session_id == session_id,
            SessionRow.account_id == AccountRow.account_id,
            SessionRow.revoked_at.is_(None),
        )
        return await self._one(_ACCOUNT.where(AccountRow.account_id == account_id, login.exists()))

    async def credentials(self, email: str) -> Credentials | None:
        statement = select(AccountRow.account_id, AccountRow.password_hash)
        async with self._database.transaction() as session:
            row = (await session.execute(statement.where(AccountRow.email == email))).one_or_none()
        return Credentials(row.account_id, row.password_hash) if row else None

    async def change(self, account_id: UUID, change: Callable[[Account], Account]) -> Account:
        """Keep the `name` and `phone` that `change` makes of the account as it is now.

        Nobody else changes it meanwhile. Raises `AccountNotFound`, and what `change` raises.
        """
        async with self._database.transaction() as session:
            statement = _ACCOUNT.where(AccountRow.account_id == account_id)
            row = (await session.execute(statement.with_for_update(of=AccountRow))).one_or_none()
            if row is None:
                raise _not_found()
            changed = change(_account(row))
            row.AccountRow.name, row.AccountRow.phone = changed.name, changed.phone
            row.AccountRow.phone_digits = self._digits(changed.phone)
        return changed

    async def set_roles(self, account_id: UUID, roles: Iterable[Role]) -> None:
        """Raises `AccountNotFound`."""
        async with self._database.transaction() as session:
            await _lock(session, AccountRow.account_id == account_id)
            statement = delete(AccountRoleRow).where(AccountRoleRow.account_id == account_id)
            await session.execute(statement)
            await _add_roles(session, account_id, roles)

    async def grant(self, email: str, *roles: Role, right: Right | None = None) -> None:
        """`right` is for support; without one it stays as it is. Raises `AccountNotFound`."""
        async with self._database.transaction() as session:
            account_id = await _lock(session, AccountRow.email == email)
            await _add_roles(session, account_id, roles)
            if right:
                await _set_right(session, account_id, right)

    async def set_support_right(self, account_id: UUID, right: Right) -> None:
        """It says nothing as long as they have not the role. Raises `AccountNotFound`."""
        async with self._database.transaction() as session:
            await _lock(session, AccountRow.account_id == account_id)
            await _set_right(session, account_id, right)

    async def search(self, words: str, *, limit: int = 20) -> Sequence[Account]:
        """By an e-mail address or its beginning, or by phone, by e-mail address.

        A phone may be written in any way, also its last six digits or more. Nobody is found by
        their name.
        """
        return await self._some(matching(words, self._phone_region), limit)

    async def of_phone(self, phone: str, *, limit: int = 20) -> Sequence[Account]:
        """The same by phone alone."""
        return await self._some(of_phone(phone, self._phone_region), limit)

    async def add_staff(self, account_id: UUID, restaurant_id: UUID) -> None:
        """The account also gains the role, if it lacked it. Raises `AccountNotFound`."""
        async with self._database.transaction() as session:
            await _lock(session, AccountRow.account_id == account_id)
            staff = insert(RestaurantStaffRow).values(
                account_id=account_id, restaurant_id=restaurant_id
            )
            await session.execute(staff.on_conflict_do_nothing())
            await _add_roles(session, account_id, [Role.RESTAURANT])

    async def remove_staff(self, account_id: UUID, restaurant_id: UUID) -> None:
        """With the last restaurant goes the role. Raises `AccountNotFound`, `LastOfTheStaff`."""
        async with self._database.transaction() as session:
            await _lock(session, AccountRow.account_id == account_id)
            if restaurant_id in await alone_at(session, account_id):
                message = "Nobody else is of the staff: add somebody else first."
                raise LastOfTheStaff(message)
            mine = RestaurantStaffRow.account_id == account_id
            await session.execute(
                delete(RestaurantStaffRow).where(
                    mine, RestaurantStaffRow.restaurant_id == restaurant_id
                )
            )
            role = delete(AccountRoleRow).where(
                AccountRoleRow.account_id == account_id,
                AccountRoleRow.role == Role.RESTAURANT,
                ~select(RestaurantStaffRow.restaurant_id).where(mine).exists(),
            )
            await session.execute(role)

    async def id_of(self, email: str) -> UUID:
        """Raises `AccountNotFound`."""
        found = await self.credentials(email)
        if not found:
            raise _not_found()
        return found.account_id

    def _digits(self, phone: str | None) -> str | None:
        return dialled(phone, self._phone_region) if phone else None

    async def _some(self, wanted: ColumnElement[bool], limit: int) -> Sequence[Account]:
        found = _ACCOUNT.where(wanted).order_by(AccountRow.email).limit(limit)
        async with self._database.transaction() as session:
            return [_account(row) for row in await session.execute(found)]

    async def _one(self, statement: Select[*tuple[Any, ...]]) -> Account | None:
        async with self._database.transaction() as session:
            row = (await session.execute(statement)).one_or_none()
        return _account(row) if row else None


async def add_account(
    session: AsyncSession,
    account: Account,
    *,
    password_hash: str | None,
    phone_digits: str | None = None,
) -> bool:
    """False where there is one with its e-mail address."""
    row = {
        "account_id": account.account_id,
        "email": account.email,
        "password_hash": password_hash,
        "name": account.name,
        "phone": account.phone,
        "phone_digits": phone_digits,
        "created_at": account.created_at,
    }
    statement = (
        insert(AccountRow).values(row).on_conflict_do_nothing(index_elements=[AccountRow.email])
    )
    added = await session.execute(statement.returning(AccountRow.account_id))
    if not added.one_or_none():
        return False
    await _add_roles(session, account.account_id, account.roles)
    return True


async def _lock(session: AsyncSession, account: Any) -> UUID:
    """Changes of one account's roles wait for one another."""
    statement = select(AccountRow.account_id).where(account, AccountRow.erased_at.is_(None))
    found = (await session.execute(statement.with_for_update())).scalar_one_or_none()
    if not found:
        raise _not_found()
    return found


async def _add_roles(session: AsyncSession, account_id: UUID, roles: Iterable[Role]) -> None:
    rows = [{"account_id": account_id, "role": role} for role in {*roles, Role.CUSTOMER}]
    await session.execute(insert(AccountRoleRow).values(rows).on_conflict_do_nothing())


async def _set_right(session: AsyncSession, account_id: UUID, right: Right) -> None:
    given = insert(SupportRightRow).values(account_id=account_id, right=right)
    await session.execute(
        given.on_conflict_do_update(
            index_elements=[SupportRightRow.account_id], set_={"right": right}
        )
    )


def _account(row: Row[Any]) -> Account:
    account: AccountRow = row.AccountRow
    roles = [Role(role) for role in row.roles]
    return Account(
        account_id=account.account_id,
        # Only an erased one has none.
        email=account.email or "",
        name=account.name,
        phone=account.phone,
        roles=roles,
        restaurants=list(row.restaurants),
        created_at=account.created_at,
        support_right=(row.support_right or Right.MONEY) if Role.SUPPORT in roles else None,
    )


def _not_found() -> AccountNotFound:
    return AccountNotFound("There is no such account.")
