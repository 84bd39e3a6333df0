"""Accounts that share a sandbox and nothing else."""

from datetime import datetime, timedelta
from uuid import uuid4

import httpx
import pytest
import stripe

from tests.support.stripe_sandbox import Create, Knobs, client_of, knobs_of, new_key


class TestAccounts:
    def test_do_not_see_each_other(self, knobs: Knobs, create: Create) -> None:
        intent = create()
        with (
            client_of(knobs.url, "sk_test_other") as other,
            pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"),
        ):
            other.v1.payment_intents.retrieve(intent.id)

    def test_have_idempotency_keys_of_their_own(self, knobs: Knobs) -> None:
        key = str(uuid4())
        made = set()
        for account in ("sk_test_one", "sk_test_two"):
            with client_of(knobs.url, account) as client:
                made.add(client.v1.customers.create({}, {"idempotency_key": key}).id)
        assert len(made) == 2

    def test_have_clocks_of_their_own(self, knobs: Knobs, create: Create) -> None:
        with knobs_of(knobs.url, new_key()) as other, knobs_of(knobs.url) as everybody:
            before = [clock_of(each) for each in (knobs, other, everybody)]
            other.advance_clock(3600)
            after = [clock_of(each) for each in (knobs, other, everybody)]
        ahead = [
            round((late - early).total_seconds()) for early, late in zip(before, after, strict=True)
        ]
        assert ahead == [0, 3600, 0]
        assert create().created - before[0].timestamp() < 60

    def test_have_faults_of_their_own(self, knobs: Knobs, create: Create) -> None:
        with knobs_of(knobs.url, new_key()) as other:
            other.add_fault("rate_limit", "*")
            assert create().status == "requires_capture"
            other.clear_faults()
            knobs.add_fault("rate_limit", "*")
            other.clear_faults()
            with pytest.raises(stripe.RateLimitError):
                create()

    def test_all_share_what_is_set_without_a_key(self, knobs: Knobs, create: Create) -> None:
        with knobs_of(knobs.url) as everybody:
            before = clock_of(knobs)
            everybody.advance_clock(3600)
            assert clock_of(knobs) - before >= timedelta(hours=1)
            everybody.add_fault("rate_limit", "*")
            with pytest.raises(stripe.RateLimitError):
                create()

    def test_are_named_by_good_keys(self, knobs: Knobs) -> None:
        with (
            knobs_of(knobs.url, "sk_live_me") as live,
            pytest.raises(httpx.HTTPStatusError, match="401"),
        ):
            live.advance_clock(1)


def clock_of(knobs: Knobs) -> datetime:
    return datetime.fromisoformat(knobs.get("/_control/clock")["now"])
