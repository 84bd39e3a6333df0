"""Who works for a restaurant."""

from fastapi import APIRouter, status
from pydantic import Field

from api.dependencies import Staffed, Using
from api.fields import Email, Model
from api.openapi import refusals
from domain.errors import AccountNotFound, Forbidden, LastOfTheStaff, RestaurantNotFound

router = APIRouter(prefix="/restaurants/{restaurant_id}/staff", tags=["restaurants"])

_REFUSALS = refusals(AccountNotFound, Forbidden, RestaurantNotFound)


class Member(Model):
    email: Email = Field(examples=["almaz@example.com"])


@router.post("", status_code=status.HTTP_204_NO_CONTENT, responses=_REFUSALS)
async def add_member(body: Member, services: Using, restaurant: Staffed) -> None:
    """They gain the role `restaurant` for it, at once."""
    account_id = await services.accounts.id_of(body.email)
    await services.accounts.add_staff(account_id, restaurant.restaurant_id)


@router.delete(
    "", status_code=status.HTTP_204_NO_CONTENT, responses=_REFUSALS | refusals(LastOfTheStaff)
)
async def remove_member(body: Member, services: Using, restaurant: Staffed) -> None:
    """Counts at once, also for tokens already issued. The last one stays: add another first."""
    account_id = await services.accounts.id_of(body.email)
    await services.accounts.remove_staff(account_id, restaurant.restaurant_id)
