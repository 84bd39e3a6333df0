"""What the caller wants to hear of by mail."""

from http import HTTPStatus

from fastapi import APIRouter
from pydantic import Field

from api.dependencies import Caller, Using
from api.fields import Model
from api.openapi import refusals
from api.preconditions import Resource, Revised
from domain.mail import EmailPreferences

router = APIRouter(prefix="/me/notification-preferences", tags=["notifications"])


class EmailFields(Model):
    """Mail about money that is owed and about logins comes always."""

    order_updates: bool = Field(description="Every step of an order.", strict=True)
    receipts: bool = Field(
        description="What an order costs, or that nothing is charged where it ended without food.",
        strict=True,
    )


class PreferencesBody(Model):
    email: EmailFields


class PreferencesAnswer(Resource):
    email: EmailFields


@router.get("")
async def read_notification_preferences(
    services: Using, caller: Caller, revisions: Revised
) -> PreferencesAnswer:
    """What is sent by mail; everything, unless it was turned off."""
    return revisions.show(_answer(await services.email_preferences.find(caller.account_id)))


@router.put("", responses=refusals(HTTPStatus.PRECONDITION_FAILED))
async def replace_notification_preferences(
    body: PreferencesBody, services: Using, caller: Caller, revisions: Revised
) -> PreferencesAnswer:
    """What is written in the app comes in any case."""

    def change(current: EmailPreferences) -> EmailPreferences:
        revisions.check(_answer(current))
        return EmailPreferences(**body.email.model_dump())

    changed = await services.email_preferences.change(caller.account_id, change)
    return revisions.show(_answer(changed))


def _answer(preferences: EmailPreferences) -> PreferencesAnswer:
    return PreferencesAnswer(
        email=EmailFields(order_updates=preferences.order_updates, receipts=preferences.receipts)
    )
