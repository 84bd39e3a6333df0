"""What may be asked, what is listed, and that every field is there."""

from collections.abc import Callable
from typing import Any

import pytest
import stripe

from tests.support.stripe_answers import error_of, later, missing_fields, plain
from tests.support.stripe_sandbox import Create


class TestParameters:
    @pytest.mark.parametrize(
        ("wrong", "code", "param"),
        [
            ({"amount": None}, "parameter_missing", "amount"),
            ({"amount": 0}, "parameter_invalid_integer", "amount"),
            ({"amount": -1}, "parameter_invalid_integer", "amount"),
            ({"amount": "ten"}, "parameter_invalid_integer", "amount"),
            ({"amount": ""}, "parameter_invalid_empty", "amount"),
            ({"currency": None}, "parameter_missing", "currency"),
            ({"currency": "zzz"}, None, "currency"),
            ({"capture_method": "later"}, None, "capture_method"),
            ({"flavour": "sweet"}, "parameter_unknown", "flavour"),
            (
                {"payment_method_types": ["card"]},
                "payment_method_types_no_longer_supported",
                None,
            ),
            ({"customer": "cus_nobody"}, "resource_missing", "customer"),
            ({"payment_method": "pm_nothing"}, "resource_missing", "payment_method"),
            ({"metadata": {"k" * 41: "v"}}, None, None),
            ({"metadata": {"k": "v" * 501}}, None, None),
            ({"metadata": {f"k{place}": "v" for place in range(51)}}, None, None),
        ],
    )
    def test_are_refused_when_wrong(
        self, create: Create, wrong: dict[str, Any], code: str | None, param: str | None
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            create(**wrong)
        assert (refusal.value.http_status, error_of(refusal).type) == (400, "invalid_request_error")
        if code:
            assert refusal.value.code == code
        if param:
            assert refusal.value.param == param

    def test_take_a_currency_in_capitals(self, create: Create) -> None:
        assert create(currency="EUR").currency == "eur"


class TestUpdate:
    def test_merges_metadata_and_unsets_empty_values(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(metadata={"order_id": "1", "dropped": "x"})
        client.v1.payment_intents.update(intent.id, {"metadata": {"dropped": "", "new": "y"}})
        found = client.v1.payment_intents.retrieve(intent.id)
        assert plain(found.metadata) == {"order_id": "1", "new": "y"}

    def test_unsets_all_metadata_when_given_none(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.update(create().id, {"metadata": ""})
        assert plain(intent.metadata) == {}


class TestList:
    def test_pages_through_the_intents_of_a_customer(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        made = [create(confirm=None, payment_method=None).id for _ in range(3)]
        first = client.v1.payment_intents.list({"customer": customer.id, "limit": 2})
        assert [intent.id for intent in first.data] == [made[2], made[1]]
        assert first.has_more
        rest = client.v1.payment_intents.list(
            {"customer": customer.id, "starting_after": first.data[-1].id}
        )
        assert [intent.id for intent in rest.data] == [made[0]]
        assert not rest.has_more
        newer = client.v1.payment_intents.list(
            {"customer": customer.id, "ending_before": made[0], "limit": 1}
        )
        assert [intent.id for intent in newer.data] == [made[1]]
        assert newer.has_more

    def test_filters_by_the_time_of_creation(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        made = create(confirm=None, payment_method=None)
        then = made.created

        def found(**created: int) -> list[str]:
            bounds: Any = {"customer": customer.id, "created": created}
            return [intent.id for intent in client.v1.payment_intents.list(bounds).data]

        assert found(gte=then, lte=then) == [made.id]
        assert found(gt=then - 1, lt=then + 1) == [made.id]
        assert found(gt=then) == found(lt=then) == []
        exactly: Any = {"customer": customer.id, "created": then}
        assert len(client.v1.payment_intents.list(exactly).data) == 1

    def test_pages_through_everything_since_a_moment(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intents = [create(capture_method="automatic") for _ in range(3)]
        refunds = [client.v1.refunds.create({"payment_intent": intent.id}).id for intent in intents]
        since: Any = {"created": {"gte": intents[0].created}, "limit": 2}
        listed = [one.id for one in client.v1.payment_intents.list(since).auto_paging_iter()]
        assert [each for each in listed if each in {intent.id for intent in intents}] == [
            intent.id for intent in intents[::-1]
        ]
        given_back = [one.id for one in client.v1.refunds.list(since).auto_paging_iter()]
        assert [each for each in given_back if each in refunds] == refunds[::-1]
        charges = client.v1.charges.list({"payment_intent": intents[0].id}).data
        assert [charge.id for charge in charges] == [intents[0].latest_charge]

    def test_refuses_bounds_that_are_no_time(self, client: stripe.StripeClient) -> None:
        wrong: Any = {"created": {"gte": "yesterday"}}
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.payment_intents.list(wrong)

    def test_iterates_over_every_page(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        made = {create(confirm=None, payment_method=None).id for _ in range(3)}
        pages = client.v1.payment_intents.list({"customer": customer.id, "limit": 1})
        assert {intent.id for intent in pages.auto_paging_iter()} == made

    def test_expands_what_it_lists(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        create()
        found = client.v1.payment_intents.list(
            {"customer": customer.id, "expand": ["data.latest_charge"]}
        )
        assert isinstance(found.data[0].latest_charge, stripe.Charge)


class TestShapes:
    """Whatever the library declares as always there is there."""

    def test_have_every_field_that_is_never_null(
        self,
        client: stripe.StripeClient,
        customer: stripe.Customer,
        create: Create,
        wait: Callable[[], None],
    ) -> None:
        intent = create(capture_method="automatic", expand=["latest_charge"])
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        method = client.v1.payment_methods.retrieve(str(intent.payment_method))
        disputed = create(capture_method="automatic", payment_method="pm_card_createDispute")
        wait()
        found = later(
            lambda: client.v1.disputes.list({"payment_intent": disputed.id}).data,
            lambda found: found,
        )
        event = client.v1.events.list({"limit": 1}).data[0]
        for body in (customer, intent, intent.latest_charge, refund, method, found[0], event):
            assert isinstance(body, stripe.StripeObject)
            assert missing_fields(body) == set()
