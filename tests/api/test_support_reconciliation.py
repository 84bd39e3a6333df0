"""Support decides about what reconciliation could not mend."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from pydantic import SecretStr

from adapters.postgres.engine import Database
from adapters.postgres.payments.cases import CaseRepository
from adapters.postgres.payments.refunds import RefundRepository
from domain.accounts import Role
from domain.differences import Difference, Kind
from domain.orders import step_key
from domain.payments import OpenCase
from tests.support.builders import usd
from tests.support.people import People
from tests.support.rest import Person, refused
from tests.support.servers import Servers

REASON = "A colleague gave the second charge back in Stripe's dashboard"


@pytest.fixture
async def support(people: People) -> Person:
    return await people.join(Role.SUPPORT)


@pytest.fixture
async def cases(servers: Servers, people: People) -> AsyncIterator[CaseRepository]:
    database = Database(SecretStr(servers.site.dsn("payments")))
    yield CaseRepository(database, RefundRepository(database))
    await database.close()


async def opened(cases: CaseRepository, key: str, order_id: UUID) -> str:
    command = OpenCase(
        order_id=order_id,
        key=key,
        amount=usd(2_300),
        why="The charge pi_2 has 23.00 USD of a customer.",
        deadline=datetime.now(UTC) + timedelta(days=1),
    )
    await cases.open(command)
    return key


async def of_a_charge(cases: CaseRepository) -> str:
    """A case of reconciliation's, of a charge without an order."""
    order_id = uuid4()
    difference = Difference(
        kind=Kind.STRANGERS_MONEY, order_id=order_id, words="", amount=usd(1), subject="pi_2"
    )
    return await opened(cases, difference.key, order_id)


class TestDecide:
    async def test_ends_the_case_with_the_person_and_the_reason(
        self, support: Person, cases: CaseRepository
    ) -> None:
        key = await of_a_charge(cases)
        answer = await support.post(f"/support/cases/{key}/decide", {"reason": REASON})
        assert answer.status_code == 200, answer.text
        case = await cases.find(key)
        assert case
        assert case.resolution == "waived"
        assert case.resolved_by == UUID(support.id)
        assert case.remark_id

    async def test_is_asked_once(self, support: Person, cases: CaseRepository) -> None:
        key = await of_a_charge(cases)
        await support.post(f"/support/cases/{key}/decide", {"reason": REASON})
        again = await support.post(f"/support/cases/{key}/decide", {"reason": REASON})
        refused(again, 409, "refund_not_due")

    async def test_is_none_about_a_refund(self, support: Person, cases: CaseRepository) -> None:
        """Money is owed there: it ends when that is back, or paid by hand, or waived."""
        order_id = uuid4()
        key = await opened(cases, step_key(order_id, "refund"), order_id)
        answer = await support.post(f"/support/cases/{key}/decide", {"reason": REASON})
        refused(answer, 409, "refund_not_due")
        case = await cases.find(key)
        assert case
        assert case.resolved_at is None

    async def test_is_supports(self, people: People, cases: CaseRepository) -> None:
        key = await of_a_charge(cases)
        answer = await (await people.join()).post(
            f"/support/cases/{key}/decide", {"reason": REASON}
        )
        refused(answer, 403, "forbidden")


class TestWords:
    @pytest.mark.parametrize("path", ["cases/a%00b/owner", "cases/a%00b/decide"])
    async def test_that_no_case_is_called_are_refused(self, support: Person, path: str) -> None:
        """Postgres stores no NUL, and says so with an error."""
        method, body = ("PUT", None) if path.endswith("owner") else ("POST", {"reason": REASON})
        answer = await support.send(method, f"/support/{path}", body=body)
        refused(answer, 422, "invalid_request")

    async def test_that_no_outcome_is_called_are_refused(self, support: Person) -> None:
        answer = await support.get("/support/stripe-events?outcome=%00")
        refused(answer, 422, "invalid_request")
