"""Accounts, their roles, and whose staff they are."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Row, Select, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from adapters.postgres.engine import Database
from adapters.postgres.identity.staff import alone_at
from adapters.postgres.identity.tables import (
    AccountRoleRow,
    AccountRow,
    RestaurantStaffRow,
    SessionRow,
)
from domain.accounts import Account, Role
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
# Who was erased is nobody: no look-up finds them.
_ACCOUNT = select(AccountRow, _ROLES.label("roles"), _RESTAURANTS.label("restaurants")).where(
    AccountRow.erased_at.is_(None)
)


@dataclass(frozen=True, slots=True)
class Credentials:
    """`password_hash` is None for somebody who logs in without a password."""

    account_id: UUID
    password_hash: str | None


class AccountRepository:
    """Every look-up reads roles and restaurants anew, so that a change of them counts at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, account: Account, password_hash: str) -> None:
        """Raises `EmailTaken`. `account.restaurants` is left out: staff is added by its own."""
        async with self._database.transaction() as session:
            if not await add_account(session, account, password_hash=password_hash):
                message = "There is an account with this e-mail address."
                raise EmailTaken(message)

    async def find(self, account_id: UUID) -> Account | None:
        return await self._one(_ACCOUNT.where(AccountRow.account_id == account_id))

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
        return changed

    async def set_roles(self, account_id: UUID, roles: Iterable[Role]) -> None:
        """Raises `AccountNotFound`."""
        async with self._database.transaction() as session:
            await _lock(session, AccountRow.account_id == account_id)
            statement = delete(AccountRoleRow).where(AccountRoleRow.account_id == account_id)
            await session.execute(statement)
            await _add_roles(session, account_id, roles)

    async def grant(self, email: str, *roles: Role) -> None:
        """Raises `AccountNotFound`."""
        async with self._database.transaction() as session:
            account_id = await _lock(session, AccountRow.email == email)
            await _add_roles(session, account_id, roles)

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

    async def _one(self, statement: Select[*tuple[Any, ...]]) -> Account | None:
        async with self._database.transaction() as session:
            row = (await session.execute(statement)).one_or_none()
        return _account(row) if row else None


async def add_account(
    session: AsyncSession, account: Account, *, password_hash: str | None
) -> bool:
    """False where there is one with its e-mail address."""
    row = {
        "account_id": account.account_id,
        "email": account.email,
        "password_hash": password_hash,
        "name": account.name,
        "phone": account.phone,
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


def _account(row: Row[Any]) -> Account:
    account: AccountRow = row.AccountRow
    return Account(
        account_id=account.account_id,
        # Only an erased one has none.
        email=account.email or "",
        name=account.name,
        phone=account.phone,
        roles=[Role(role) for role in row.roles],
        restaurants=list(row.restaurants),
        created_at=account.created_at,
    )


def _not_found() -> AccountNotFound:
    return AccountNotFound("There is no such account.")
