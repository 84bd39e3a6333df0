"""An account as its owner and administrators see it, and what an administrator may change."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter

from api.dependencies import Admin, Using
from api.fields import Model
from api.openapi import refusals
from api.preconditions import Resource
from domain.accounts import Account, Role
from domain.errors import AccountNotFound, Forbidden

router = APIRouter(tags=["accounts"])


class AccountAnswer(Resource):
    id: UUID
    email: str
    name: str
    phone: str | None
    roles: list[Role]
    restaurants: list[UUID]
    created_at: datetime

    @classmethod
    def of(cls, account: Account) -> Self:
        return cls(
            id=account.account_id,
            email=account.email,
            name=account.name,
            phone=account.phone,
            roles=account.roles,
            restaurants=account.restaurants,
            created_at=account.created_at,
        )


class Roles(Model):
    """`customer` is everyone's and needs no mention."""

    roles: set[Role]


@router.put("/admin/accounts/{account_id}/roles", responses=refusals(Forbidden, AccountNotFound))
async def set_roles(account_id: UUID, body: Roles, services: Using, _: Admin) -> AccountAnswer:
    """These from now on, and no others; they count at once, also for tokens already issued."""
    await services.accounts.set_roles(account_id, body.roles)
    account = await services.accounts.find(account_id)
    if account is None:
        message = "There is no such account."
        raise AccountNotFound(message)
    return AccountAnswer.of(account)
