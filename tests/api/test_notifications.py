"""What people were told, who has read it, and what they want by mail."""

from collections.abc import AsyncIterator
from email.message import EmailMessage
from uuid import UUID, uuid4

import httpx
import pytest

from adapters.postgres.engine import Database
from adapters.postgres.notifications.notifications import NotificationRepository
from adapters.settings import DatabaseSettings
from domain.accounts import Role
from domain.notifications import Audience, Notification, NotificationType, notification
from tests.support.builders import usd
from tests.support.mailing import mails_in, text_of
from tests.support.people import People
from tests.support.polling import seen
from tests.support.rest import ADDRESS, Person, log_in, refused, register
from tests.support.servers import Servers

PREFERENCES = "/me/notification-preferences"


@pytest.fixture
async def lists(databases: DatabaseSettings) -> AsyncIterator[NotificationRepository]:
    database = Database(databases.notifications_dsn)
    yield NotificationRepository(database)
    await database.close()


@pytest.fixture
async def person(people: People) -> Person:
    return await people.join(Role.CUSTOMER, Role.COURIER)


def news(type_: NotificationType, audience: Audience, recipient_id: str) -> Notification:
    return notification(type_, audience, UUID(recipient_id), order_id=uuid4(), total=usd(2_300))


async def types(person: Person, path: str) -> tuple[set[str], int]:
    """And how many are unread."""
    page = (await person.get(path)).json()
    return {each["type"] for each in page["items"]}, page["unread"]


class TestMyNotifications:
    async def test_are_those_of_a_customer_and_of_a_courier_in_one_list(
        self, lists: NotificationRepository, person: Person
    ) -> None:
        await lists.deliver(
            [
                news(NotificationType.ORDER_DELIVERED, Audience.CUSTOMER, person.id),
                news(NotificationType.DELIVERY_PAID, Audience.COURIER, person.id),
                news(NotificationType.NEW_ORDER, Audience.RESTAURANT, person.id),
            ]
        )
        assert await types(person, "/me/notifications") == (
            {"order_delivered", "delivery_paid"},
            2,
        )

    async def test_leave_out_what_was_read_where_that_is_asked(
        self, lists: NotificationRepository, person: Person
    ) -> None:
        for type_ in (NotificationType.DELIVERY_PAID, NotificationType.DELIVERY_TAKEN_BACK):
            await lists.deliver([news(type_, Audience.COURIER, person.id)])
        newest, _ = (await person.get("/me/notifications")).json()["items"]
        for _ in range(2):
            answer = await person.post(f"/me/notifications/{newest['id']}/read")
            assert answer.status_code == 204
        assert await types(person, "/me/notifications?unread=true") == ({"delivery_paid"}, 1)
        assert (await types(person, "/me/notifications"))[0] == {
            "delivery_paid",
            "delivery_taken_back",
        }


class TestNotificationsOfARestaurant:
    async def test_are_read_by_one_of_the_staff_for_all(
        self, lists: NotificationRepository, people: People
    ) -> None:
        staff, other = await people.join(), await people.join()
        restaurant = await staff.post(
            "/restaurants", {"name": "Roma", "currency": "USD", "address": ADDRESS}
        )
        path = f"/restaurants/{restaurant.json()['id']}/notifications"
        told = news(NotificationType.NEW_ORDER, Audience.RESTAURANT, restaurant.json()["id"])
        await lists.deliver([told])
        [one] = (await staff.get(path)).json()["items"]
        read = f"{path}/{one['id']}/read"
        refused(await other.post(read), 403, "forbidden")
        refused(await staff.post(f"{path}/{uuid4()}/read"), 404, "notification_not_found")
        refused(
            await staff.post(f"/me/notifications/{one['id']}/read"), 404, "notification_not_found"
        )
        assert await types(staff, f"{path}?unread=true") == ({"new_order"}, 1)
        assert (await staff.post(read)).status_code == 204
        assert await types(staff, f"{path}?unread=true") == (set(), 0)


class TestPreferences:
    async def test_are_receipts_until_somebody_chooses(self, person: Person) -> None:
        answer = await person.get(PREFERENCES)
        assert answer.json() == {"email": {"order_updates": False, "receipts": True}}

    async def test_are_replaced_by_whoever_has_seen_the_last(self, person: Person) -> None:
        first = (await person.get(PREFERENCES)).headers["etag"]
        wanted = {"email": {"order_updates": True, "receipts": False}}
        changed = await person.put(PREFERENCES, wanted, headers={"If-Match": first})
        assert (changed.status_code, changed.json()) == (200, wanted)
        stale = await person.put(PREFERENCES, wanted, headers={"If-Match": first})
        assert stale.status_code == 412
        again = await person.get(PREFERENCES)
        assert (again.json(), again.headers["etag"]) == (wanted, changed.headers["etag"])

    @pytest.mark.parametrize(
        "body",
        [
            {},
            {"email": {"order_updates": True}},
            {"email": {"order_updates": "yes", "receipts": True}},
            {"email": {"order_updates": True, "receipts": True, "security": False}},
        ],
    )
    async def test_are_whole_and_nothing_else(
        self, person: Person, body: dict[str, object]
    ) -> None:
        refused(await person.put(PREFERENCES, body), 422, "invalid_request")


class TestMail:
    @pytest.mark.usefixtures("workers")
    async def test_brings_a_new_password_to_who_forgot_theirs(
        self, servers: Servers, http: httpx.AsyncClient
    ) -> None:
        """Through the queue, the sender's process and a mail server."""
        person = await register(http, email=f"{uuid4().hex}@food.test")
        assert (await person.post("/auth/password-reset", {"email": person.email})).is_success

        async def mails() -> list[EmailMessage]:
            return mails_in(servers.site.mail_folder, to=person.email)

        [mail] = await seen(mails, bool)
        token = text_of(mail).partition("/reset#token=")[2].split()[0]
        body = {"token": token, "new": "another-injera-with-shiro"}
        assert (await person.post("/auth/password-reset/confirm", body)).status_code == 204
        assert (await log_in(http, person.email, body["new"])).id == person.id
