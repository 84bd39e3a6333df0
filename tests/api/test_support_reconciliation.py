"""Support decides about what reconciliation could not mend."""

from uuid import UUID, uuid4

import pytest

from adapters.postgres.payments.cases import CaseRepository
from domain.accounts import Role
from domain.differences import Kind
from tests.support.casework import of_a_charge, of_a_refund
from tests.support.people import People
from tests.support.rest import Person, refused

REASON = "A colleague gave the second charge back in Stripe's dashboard"


@pytest.fixture
async def support(people: People) -> Person:
    return await people.join(Role.SUPPORT)


class TestDecide:
    async def test_ends_the_case_with_the_person_and_the_reason(
        self, support: Person, cases: CaseRepository
    ) -> None:
        key = await of_a_charge(cases, uuid4(), Kind.STRANGERS_MONEY)
        answer = await support.post(f"/support/cases/{key}/decide", {"reason": REASON})
        assert answer.status_code == 200, answer.text
        case = await cases.find(key)
        assert case
        assert case.resolution == "waived"
        assert case.resolved_by == UUID(support.id)
        assert case.remark_id

    async def test_is_made_once_and_whoever_made_it_may_repeat_it(
        self, support: Person, people: People, cases: CaseRepository
    ) -> None:
        key = await of_a_charge(cases, uuid4(), Kind.STRANGERS_MONEY)
        path, body = f"/support/cases/{key}", {"reason": REASON}
        headers = {"Idempotency-Key": uuid4().hex}
        for verb in ("move", "decide") * 2:
            done = await support.post(f"{path}/{verb}", body, headers=headers)
            assert done.status_code == 200, done.text
        first = await cases.find(key)
        # Without a key, as where the API died before it could say that it was done.
        assert (await support.post(f"{path}/decide", body)).status_code == 200
        assert await cases.find(key) == first
        colleague = await people.join(Role.SUPPORT)
        for verb in ("move", "decide"):
            refused(await colleague.post(f"{path}/{verb}", body), 409, "refund_not_due")
        assert first
        log = (await support.get(f"/support/audit?order_id={first.order_id}")).json()["items"]
        assert [row["outcome"] for row in reversed(log)] == [
            *("asked", "done") * 3,
            *("asked", "refused") * 2,
        ]

    async def test_is_none_about_a_refund(self, support: Person, cases: CaseRepository) -> None:
        """Money is owed there: it ends when that is back, or paid by hand, or waived."""
        key = await of_a_refund(cases, uuid4())
        answer = await support.post(f"/support/cases/{key}/decide", {"reason": REASON})
        refused(answer, 409, "refund_not_due")
        case = await cases.find(key)
        assert case
        assert case.resolved_at is None

    async def test_is_supports(self, people: People, cases: CaseRepository) -> None:
        key = await of_a_charge(cases, uuid4(), Kind.STRANGERS_MONEY)
        answer = await (await people.join()).post(
            f"/support/cases/{key}/decide", {"reason": REASON}
        )
        refused(answer, 403, "forbidden")


@pytest.mark.parametrize("verb", ["owner", "move", "decide"])
async def test_of_no_case_nothing_is_done(support: Person, verb: str) -> None:
    method, body = ("PUT", None) if verb == "owner" else ("POST", {"reason": REASON})
    answer = await support.send(method, f"/support/cases/{uuid4()}:refund/{verb}", body=body)
    refused(answer, 404, "case_not_found")


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
