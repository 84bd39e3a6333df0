"""What the caller, or a restaurant's staff, was told."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, status
from pydantic import BaseModel

from api.dependencies import Caller, Staffed, Using
from api.openapi import refusals
from api.pages import Page, Paged, Paging, page_of
from api.services import Services
from domain.errors import Forbidden, NotificationNotFound, RestaurantNotFound
from domain.notifications import DeliveredNotification, NotificationType, Recipient

router = APIRouter(tags=["notifications"])


class NotificationAnswer(BaseModel):
    id: UUID
    type: NotificationType
    title: str
    body: str
    order_id: UUID | None
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


class NotificationPage(Page[NotificationAnswer]):
    """`unread` is of the whole list, counted up to 100."""

    unread: int


OnlyUnread = Annotated[bool, Query(description="Leave out what was read.")]


@router.get("/me/notifications")
async def list_my_notifications(
    services: Using, caller: Caller, paging: Paged, *, unread: OnlyUnread = False
) -> NotificationPage:
    """What the caller was told, as a customer and as a courier: the newest first."""
    return await _list(services, paging, Recipient.account(caller.account_id), unread=unread)


@router.post(
    "/me/notifications/{notification_id}/read",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(NotificationNotFound),
)
async def mark_read(notification_id: UUID, services: Using, caller: Caller) -> None:
    """From its first reading on; marking it again changes nothing."""
    await services.notifications.mark_read(Recipient.account(caller.account_id), notification_id)


@router.get(
    "/restaurants/{restaurant_id}/notifications",
    responses=refusals(Forbidden, RestaurantNotFound),
)
async def list_restaurant_notifications(
    services: Using, restaurant: Staffed, paging: Paged, *, unread: OnlyUnread = False
) -> NotificationPage:
    """What the restaurant's staff was told: the newest first."""
    recipient = Recipient.restaurant(restaurant.restaurant_id)
    return await _list(services, paging, recipient, unread=unread)


@router.post(
    "/restaurants/{restaurant_id}/notifications/{notification_id}/read",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=refusals(Forbidden, RestaurantNotFound, NotificationNotFound),
)
async def mark_restaurant_notification_read(
    notification_id: UUID, services: Using, restaurant: Staffed
) -> None:
    """What one of the staff has read, all have."""
    recipient = Recipient.restaurant(restaurant.restaurant_id)
    await services.notifications.mark_read(recipient, notification_id)


async def _list(
    services: Services, paging: Paging, recipient: Recipient, *, unread: bool
) -> NotificationPage:
    rows = await services.notifications.list(
        recipient,
        unread=unread,
        before=paging.before(services.cursors),
        limit=paging.limit + 1,
    )
    page = page_of(
        rows,
        paging,
        services.cursors,
        at=lambda row: (row.created_at, row.notification_id),
        shape=NotificationAnswer.of,
    )
    return NotificationPage(
        items=page.items,
        next_cursor=page.next_cursor,
        unread=await services.notifications.unread(recipient),
    )
