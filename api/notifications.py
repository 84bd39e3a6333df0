"""What the caller, or a restaurant's staff, was told."""

from datetime import datetime
from typing import Self
from uuid import UUID

from fastapi import APIRouter, status
from pydantic import BaseModel

from api.dependencies import Caller, Staffed, Using
from api.openapi import refusals
from api.pages import Page, Paged, Paging, page_of
from api.services import Services
from domain.errors import Forbidden, NotificationNotFound, RestaurantNotFound
from domain.notifications import Audience, DeliveredNotification, NotificationType

router = APIRouter(tags=["notifications"])


class NotificationAnswer(BaseModel):
    id: UUID
    type: NotificationType
    title: str
    body: str
    order_id: UUID
    created_at: datetime
    read_at: datetime | None

    @classmethod
    def of(cls, notification: DeliveredNotification) -> Self:
        return cls(
            id=notification.notification_id,
            type=notification.type,
            title=notification.title,
            body=notification.body,
            order_id=notification.order_id,
            created_at=notification.created_at,
            read_at=notification.read_at,
        )


@router.get("/me/notifications")
async def list_my_notifications(
    services: Using, caller: Caller, paging: Paged
) -> Page[NotificationAnswer]:
    """The newest first."""
    return await _list(services, paging, Audience.CUSTOMER, caller.account_id)


@router.post(
    "/me/notifications/{notification_id}/read",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(NotificationNotFound),
)
async def mark_read(notification_id: UUID, services: Using, caller: Caller) -> None:
    await services.notifications.mark_read(caller.account_id, notification_id)


@router.get(
    "/restaurants/{restaurant_id}/notifications",
    responses=refusals(Forbidden, RestaurantNotFound),
)
async def list_restaurant_notifications(
    services: Using, restaurant: Staffed, paging: Paged
) -> Page[NotificationAnswer]:
    """The newest first."""
    return await _list(services, paging, Audience.RESTAURANT, restaurant.restaurant_id)


async def _list(
    services: Services, paging: Paging, audience: Audience, recipient_id: UUID
) -> Page[NotificationAnswer]:
    rows = await services.notifications.list(
        audience=audience,
        recipient_id=recipient_id,
        before=paging.before(services.cursors),
        limit=paging.limit + 1,
    )
    return page_of(
        rows,
        paging,
        services.cursors,
        at=lambda row: (row.created_at, row.notification_id),
        shape=NotificationAnswer.of,
    )
