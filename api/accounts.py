"""An account as its owner and administrators see it, and what an administrator may change."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter

from api.fields import Model
from api.granting import AsAdministrator
from api.openapi import refusals
from api.preconditions import Resource
from api.services import Services
from domain.accounts import Account, Role
from domain.desk import DeskAction, Right
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
    support_right: Right | None

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
            support_right=account.support_right,
        )


class Roles(Model):
    """`customer` is everyone's and needs no mention."""

    roles: set[Role]


class SupportRight(Model):
    """`act` may `read` too, and `money` all that support may."""

    right: Right


@router.put("/admin/accounts/{account_id}/roles", responses=refusals(Forbidden, AccountNotFound))
async def set_roles(account_id: UUID, body: Roles, admin: AsAdministrator) -> AccountAnswer:
    """These from now on, and no others; they count at once, also for tokens already issued.

    The audit log has who gave them.
    """
    granted = sorted(body.roles)
    async with admin.granting(DeskAction.SET_ROLES, account_id, granted=granted):
        await admin.services.accounts.set_roles(account_id, body.roles)
    return await _answer(admin.services, account_id)


@router.put(
    "/admin/accounts/{account_id}/support-right", responses=refusals(Forbidden, AccountNotFound)
)
async def set_support_right(
    account_id: UUID, body: SupportRight, admin: AsAdministrator
) -> AccountAnswer:
    """How far they may go as support, from their next request on; `money` unless it is set here.

    It may be set before the role is given, and stays when the role is taken away. The audit log
    has who set it.
    """
    async with admin.granting(DeskAction.SET_SUPPORT_RIGHT, account_id, granted=body.right):
        await admin.services.accounts.set_support_right(account_id, body.right)
    return await _answer(admin.services, account_id)


async def _answer(services: Services, account_id: UUID) -> AccountAnswer:
    account = await services.accounts.find(account_id)
    if account is None:
        message = "There is no such account."
        raise AccountNotFound(message)
    return AccountAnswer.of(account)
