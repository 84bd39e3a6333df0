"""The caller's own account."""

from dataclasses import replace
from http import HTTPStatus
from typing import ClassVar

from fastapi import APIRouter

from api.accounts import AccountAnswer
from api.dependencies import Caller, Using
from api.fields import Name, Patch, Phone
from api.openapi import refusals
from api.preconditions import Revised
from domain.accounts import Account

router = APIRouter(prefix="/me", tags=["accounts"])


class AccountChanges(Patch):
    nullable: ClassVar[frozenset[str]] = frozenset({"phone"})

    name: Name | None = None
    phone: Phone | None = None


@router.get("")
async def read_account(caller: Caller, revisions: Revised) -> AccountAnswer:
    """The account that the access token is of."""
    return revisions.show(AccountAnswer.of(caller))


@router.patch("", responses=refusals(HTTPStatus.PRECONDITION_FAILED))
async def change_account(
    body: AccountChanges, services: Using, caller: Caller, revisions: Revised
) -> AccountAnswer:
    """What is left out stays. The e-mail address is what one logs in with, and stays too."""

    def change(current: Account) -> Account:
        revisions.check(AccountAnswer.of(current))
        return replace(current, **body.changes())

    changed = await services.accounts.change(caller.account_id, change)
    return revisions.show(AccountAnswer.of(changed))
