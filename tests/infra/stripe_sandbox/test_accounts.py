"""Accounts that share a sandbox and nothing else."""

from uuid import uuid4

import pytest
import stripe

from tests.support.stripe_sandbox import Create, Knobs, client_of


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
