"""What this project relies on of Stripe, asked of the sandbox and of Stripe itself.

Stripe is asked where STRIPE_TEST_KEY holds a test key; what only the sandbox can do is tested in
the files beside this one.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.support.stripe_sandbox import async_client_of, client_of, running_sandbox

# The library's own httpx transport passes its body in a way that httpx has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

STRIPE_KEY = os.environ.get("STRIPE_TEST_KEY", "")
SANDBOX_KEY = "sk_test_contract"

Create = Callable[..., stripe.PaymentIntent]


@pytest.fixture(scope="module")
def sandbox_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_sandbox(tmp_path_factory.mktemp("contract")) as sandbox:
        yield sandbox.url


@pytest.fixture(
    params=[
        "sandbox",
        pytest.param(
            "stripe",
            marks=[
                pytest.mark.enable_socket,
                pytest.mark.skipif(not STRIPE_KEY, reason="needs STRIPE_TEST_KEY"),
            ],
        ),
    ]
)
def vendor(request: pytest.FixtureRequest) -> tuple[str | None, str]:
    """Where the API is (None: at Stripe's own address) and the key to it."""
    if request.param == "stripe":
        return None, STRIPE_KEY
    return request.getfixturevalue("sandbox_url"), SANDBOX_KEY


@pytest.fixture
def client(vendor: tuple[str | None, str]) -> Iterator[stripe.StripeClient]:
    with client_of(*vendor) as client:
        yield client


@pytest.fixture
def customer(client: stripe.StripeClient) -> stripe.Customer:
    return client.v1.customers.create({"metadata": {"account": "contract"}})


@pytest.fixture
def create(client: stripe.StripeClient, customer: stripe.Customer) -> Create:
    """A PaymentIntent of 10.00 USD: confirmed, held, paid by pm_card_visa, unless told."""

    def create(key: str | None = None, **more: Any) -> stripe.PaymentIntent:
        params: Any = {
            "amount": 1000,
            "capture_method": "manual",
            "confirm": True,
            "currency": "usd",
            "customer": customer.id,
            "metadata": {"order_id": "contract"},
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types": ["card"],
        }
        sent: Any = {name: value for name, value in (params | more).items() if value is not None}
        return client.v1.payment_intents.create(
            sent, {"idempotency_key": key} if key is not None else None
        )

    return create


def error_of(refusal: pytest.ExceptionInfo[stripe.StripeError]) -> Any:
    return refusal.value.error


def plain(body: stripe.StripeObject | None) -> dict[str, Any]:
    assert body is not None
    return body.to_dict()


class TestAccount:
    def test_is_refused_without_a_good_key(self, vendor: tuple[str | None, str]) -> None:
        with (
            client_of(vendor[0], "sk_live_nobody") as stranger,
            pytest.raises(stripe.AuthenticationError) as refusal,
        ):
            stranger.v1.customers.create({})
        assert refusal.value.http_status == 401
        assert error_of(refusal).type == "invalid_request_error"

    def test_names_every_request(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.customers.retrieve("cus_nobody")
        assert refusal.value.request_id is not None
        assert refusal.value.request_id.startswith("req_")


class TestCustomers:
    def test_are_found_again(self, client: stripe.StripeClient) -> None:
        created = client.v1.customers.create({"email": "ada@example.com", "metadata": {"7": "x"}})
        found = client.v1.customers.retrieve(created.id)
        assert found.id.startswith("cus_")
        assert (found.email, plain(found.metadata)) == ("ada@example.com", {"7": "x"})

    def test_are_resource_missing_when_unknown(self, client: stripe.StripeClient) -> None:
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.customers.retrieve("cus_nobody")
        assert (refusal.value.http_status, refusal.value.code) == (404, "resource_missing")


class TestPaymentMethods:
    def test_become_the_customers_own_when_attached(
        self, client: stripe.StripeClient, customer: stripe.Customer
    ) -> None:
        first = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        second = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        assert first.id not in {"pm_card_visa", second.id}
        found = client.v1.payment_methods.retrieve(first.id)
        assert (found.customer, found.type) == (customer.id, "card")
        assert found.card is not None
        assert found.card.last4 == "4242"

    def test_can_be_attached_twice_to_the_same_customer(
        self, client: stripe.StripeClient, customer: stripe.Customer
    ) -> None:
        method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        again = client.v1.payment_methods.attach(method.id, {"customer": customer.id})
        assert again.id == method.id

    @pytest.mark.parametrize(
        ("method", "code"),
        [
            ("pm_card_visa_chargeDeclined", "card_declined"),
            ("pm_card_visa_chargeDeclinedInsufficientFunds", "card_declined"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card"),
        ],
    )
    def test_are_refused_by_the_bank_when_the_card_always_declines(
        self, client: stripe.StripeClient, customer: stripe.Customer, method: str, code: str
    ) -> None:
        with pytest.raises(stripe.CardError) as refusal:
            client.v1.payment_methods.attach(method, {"customer": customer.id})
        assert (refusal.value.http_status, refusal.value.code) == (402, code)

    def test_pay_again_and_again_once_attached(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        statuses = {create(payment_method=method.id).status for _ in range(2)}
        assert statuses == {"requires_capture"}

    def test_pay_once_when_no_customer_has_them(self, create: Create) -> None:
        used = create(customer=None).payment_method
        with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
            create(customer=None, payment_method=used)

    def test_can_not_be_attached_once_used(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        used = str(create(customer=None).payment_method)
        with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
            client.v1.payment_methods.attach(used, {"customer": customer.id})

    def test_do_not_pay_for_another_customer(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        method = client.v1.payment_methods.attach("pm_card_visa", {"customer": customer.id})
        other = client.v1.customers.create({})
        with pytest.raises(stripe.InvalidRequestError):
            create(payment_method=method.id, customer=other.id)


class TestAuthorization:
    def test_holds_the_amount_for_a_manual_capture(self, create: Create) -> None:
        intent = create(expand=["latest_charge"])
        assert intent.status == "requires_capture"
        assert (intent.amount_capturable, intent.amount_received) == (1000, 0)
        assert (intent.client_secret or "").partition("_secret_")[0] == intent.id
        charge = intent.latest_charge
        assert isinstance(charge, stripe.Charge)
        assert (charge.captured, charge.amount, charge.amount_captured) == (False, 1000, 0)
        details = charge.payment_method_details
        assert details is not None
        assert details.card is not None
        assert (details.card.capture_before or 0) > intent.created + 24 * 60 * 60

    @pytest.mark.parametrize("capture_method", ["automatic", "automatic_async"])
    def test_captures_at_once_when_capture_is_automatic(
        self, create: Create, capture_method: str
    ) -> None:
        intent = create(capture_method=capture_method)
        assert intent.status == "succeeded"
        assert (intent.amount_capturable, intent.amount_received) == (0, 1000)

    def test_waits_for_confirmation_when_not_confirmed(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        assert create(confirm=None, payment_method=None).status == "requires_payment_method"
        intent = create(confirm=None)
        assert intent.status == "requires_confirmation"
        assert client.v1.payment_intents.confirm(intent.id).status == "requires_capture"

    def test_saves_the_method_for_later_when_asked(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        method = str(create(setup_future_usage="off_session").payment_method)
        assert client.v1.payment_methods.retrieve(method).customer == customer.id

    @pytest.mark.parametrize(
        ("method", "code", "decline_code"),
        [
            ("pm_card_visa_chargeDeclined", "card_declined", "generic_decline"),
            (
                "pm_card_visa_chargeDeclinedInsufficientFunds",
                "card_declined",
                "insufficient_funds",
            ),
            ("pm_card_visa_chargeDeclinedLostCard", "card_declined", "lost_card"),
            ("pm_card_visa_chargeDeclinedStolenCard", "card_declined", "stolen_card"),
            ("pm_card_chargeDeclinedExpiredCard", "expired_card", None),
            ("pm_card_chargeDeclinedIncorrectCvc", "incorrect_cvc", None),
            ("pm_card_chargeDeclinedProcessingError", "processing_error", None),
        ],
    )
    def test_leaves_the_intent_without_a_method_when_declined(
        self,
        client: stripe.StripeClient,
        create: Create,
        method: str,
        code: str,
        decline_code: str | None,
    ) -> None:
        with pytest.raises(stripe.CardError) as refusal:
            create(payment_method=method)
        error = error_of(refusal)
        assert (refusal.value.http_status, error.type, error.code) == (402, "card_error", code)
        if decline_code:
            assert error.decline_code == decline_code
        intent = client.v1.payment_intents.retrieve(error.payment_intent.id)
        assert intent.status == "requires_payment_method"
        assert (intent.payment_method, intent.amount_capturable) == (None, 0)
        assert intent.last_payment_error is not None
        assert intent.last_payment_error.code == code
        charge = client.v1.charges.retrieve(str(intent.latest_charge))
        assert (charge.status, charge.paid, charge.failure_code) == ("failed", False, code)

    def test_can_be_tried_with_another_method_after_a_decline(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        with pytest.raises(stripe.CardError) as refusal:
            create(payment_method="pm_card_visa_chargeDeclined")
        intent = client.v1.payment_intents.confirm(
            error_of(refusal).payment_intent.id, {"payment_method": "pm_card_visa"}
        )
        assert (intent.status, intent.last_payment_error) == ("requires_capture", None)

    def test_declines_a_card_that_could_be_attached(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        method = client.v1.payment_methods.attach(
            "pm_card_chargeCustomerFail", {"customer": customer.id}
        )
        with pytest.raises(stripe.CardError) as refusal:
            create(payment_method=method.id)
        assert refusal.value.code == "card_declined"

    def test_asks_the_customers_bank_when_the_card_wants_it(self, create: Create) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        assert (intent.status, intent.amount_capturable) == ("requires_action", 0)
        assert intent.next_action is not None
        assert intent.next_action.type == "use_stripe_sdk"

    def test_declines_instead_of_asking_when_told_so(self, create: Create) -> None:
        with pytest.raises(stripe.CardError) as refusal:
            create(payment_method="pm_card_authenticationRequired", error_on_requires_action=True)
        error = error_of(refusal)
        assert (error.code, error.payment_intent.status) == (
            "authentication_required",
            "requires_payment_method",
        )

    def test_needs_a_return_url_when_types_are_left_to_the_dashboard(self, create: Create) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="return_url"):
            create(allowed_payment_method_types=None)


class TestCapture:
    def test_takes_the_whole_amount(self, client: stripe.StripeClient, create: Create) -> None:
        intent = client.v1.payment_intents.capture(create().id)
        assert intent.status == "succeeded"
        assert (intent.amount_received, intent.amount_capturable) == (1000, 0)
        charge = client.v1.charges.retrieve(str(intent.latest_charge))
        assert (charge.captured, charge.amount_captured) == (True, 1000)

    def test_takes_a_part_and_lets_go_of_the_rest(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.capture(create().id, {"amount_to_capture": 600})
        assert (intent.status, intent.amount_received, intent.amount) == ("succeeded", 600, 1000)
        charge = client.v1.charges.retrieve(str(intent.latest_charge))
        assert (charge.amount_captured, charge.amount_refunded) == (600, 0)

    def test_refuses_more_than_is_held(self, client: stripe.StripeClient, create: Create) -> None:
        intent = create()
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 1001})
        assert refusal.value.code == "amount_too_large"
        assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"


class TestCancel:
    @pytest.mark.parametrize(
        "of",
        [
            {"confirm": None, "payment_method": None},
            {"confirm": None},
            {"payment_method": "pm_card_authenticationRequired"},
            {},
        ],
        ids=["no method", "not confirmed", "not authenticated", "held"],
    )
    def test_ends_what_is_not_captured(
        self, client: stripe.StripeClient, create: Create, of: dict[str, Any]
    ) -> None:
        intent = client.v1.payment_intents.cancel(
            create(**of).id, {"cancellation_reason": "abandoned"}
        )
        assert (intent.status, intent.cancellation_reason) == ("canceled", "abandoned")
        assert intent.amount_capturable == 0
        assert intent.canceled_at is not None
        assert client.v1.refunds.list({"payment_intent": intent.id}).data == []


class TestIllegalTransitions:
    @pytest.mark.parametrize("then", ["capture", "cancel", "confirm"])
    @pytest.mark.parametrize("first", ["capture", "cancel"])
    def test_are_refused_and_show_the_intent(
        self, client: stripe.StripeClient, create: Create, first: str, then: str
    ) -> None:
        intent = create()
        getattr(client.v1.payment_intents, first)(intent.id)
        ended = client.v1.payment_intents.retrieve(intent.id)
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            getattr(client.v1.payment_intents, then)(intent.id)
        error = error_of(refusal)
        assert (refusal.value.http_status, error.type, error.code) == (
            400,
            "invalid_request_error",
            "payment_intent_unexpected_state",
        )
        assert error.payment_intent.status == ended.status

    def test_include_a_capture_of_what_is_not_held(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="requires_confirmation") as refusal:
            client.v1.payment_intents.capture(create(confirm=None).id)
        assert refusal.value.code == "payment_intent_unexpected_state"

    def test_include_a_confirmation_without_a_method(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError, match="missing a payment method"):
            client.v1.payment_intents.confirm(create(confirm=None, payment_method=None).id)


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


@pytest.fixture
def captured(client: stripe.StripeClient, create: Create) -> stripe.PaymentIntent:
    return client.v1.payment_intents.capture(create().id)


class TestRefunds:
    def test_give_back_all_that_remains_by_default(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        part = client.v1.refunds.create({"payment_intent": captured.id, "amount": 300})
        rest = client.v1.refunds.create(
            {"charge": str(captured.latest_charge), "reason": "requested_by_customer"}
        )
        assert (part.amount, rest.amount) == (300, 700)
        assert (part.status, rest.reason) == ("succeeded", "requested_by_customer")
        charge = client.v1.charges.retrieve(str(captured.latest_charge))
        assert (charge.amount_refunded, charge.refunded) == (1000, True)

    def test_give_back_what_was_captured_after_a_partial_capture(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.capture(create().id, {"amount_to_capture": 600})
        assert client.v1.refunds.create({"payment_intent": intent.id}).amount == 600
        assert client.v1.charges.retrieve(str(intent.latest_charge)).refunded

    def test_are_refused_above_what_remains(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        client.v1.refunds.create({"payment_intent": captured.id, "amount": 300})
        with pytest.raises(stripe.InvalidRequestError, match="greater than") as refusal:
            client.v1.refunds.create({"payment_intent": captured.id, "amount": 701})
        assert refusal.value.param == "amount"

    def test_are_refused_once_all_is_given_back(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        client.v1.refunds.create({"payment_intent": captured.id})
        with pytest.raises(stripe.InvalidRequestError) as refusal:
            client.v1.refunds.create({"payment_intent": captured.id})
        assert refusal.value.code == "charge_already_refunded"

    @pytest.mark.parametrize("of", [{}, {"confirm": None}], ids=["held", "not confirmed"])
    def test_are_refused_before_a_capture(
        self, client: stripe.StripeClient, create: Create, of: dict[str, Any]
    ) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            client.v1.refunds.create({"payment_intent": create(**of).id})

    def test_are_found_by_id_and_by_intent(
        self, client: stripe.StripeClient, captured: stripe.PaymentIntent
    ) -> None:
        made = client.v1.refunds.create(
            {"payment_intent": captured.id, "amount": 100, "metadata": {"order_id": "contract"}}
        )
        assert plain(client.v1.refunds.retrieve(made.id).metadata) == {"order_id": "contract"}
        found = client.v1.refunds.list({"payment_intent": captured.id})
        assert [refund.id for refund in found.data] == [made.id]

    def test_are_pending_first_with_the_card_for_it(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_pendingRefund")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        assert refund.status == "pending"

    def test_are_accepted_first_with_the_card_that_fails_them(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_refundFail")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        assert refund.status == "succeeded"


class TestIdempotency:
    def test_answers_the_same_for_the_same_key(self, create: Create) -> None:
        key = str(uuid4())
        first, second = create(key), create(key)
        assert first.id == second.id
        assert second.last_response is not None
        assert second.last_response.headers["Idempotent-Replayed"] == "true"

    def test_replays_a_decline(self, create: Create) -> None:
        key = str(uuid4())
        intents = []
        for _ in range(2):
            with pytest.raises(stripe.CardError) as refusal:
                create(key, payment_method="pm_card_visa_chargeDeclined")
            intents.append(error_of(refusal).payment_intent.id)
        assert intents[0] == intents[1]

    def test_refuses_other_parameters_under_the_key(self, create: Create) -> None:
        key = str(uuid4())
        create(key)
        with pytest.raises(stripe.IdempotencyError) as refusal:
            create(key, amount=1001)
        assert (refusal.value.http_status, error_of(refusal).type) == (400, "idempotency_error")

    def test_refuses_another_path_under_the_key(
        self, client: stripe.StripeClient, create: Create
    ) -> None:
        key = str(uuid4())
        intent = create(key)
        with pytest.raises(stripe.IdempotencyError):
            client.v1.payment_intents.capture(intent.id, {}, {"idempotency_key": key})

    def test_forgets_a_request_that_never_began(self, create: Create) -> None:
        key = str(uuid4())
        with pytest.raises(stripe.InvalidRequestError):
            create(key, flavour="sweet")
        assert create(key).status == "requires_capture"


class TestAsyncClient:
    async def test_authorizes_and_captures(self, vendor: tuple[str | None, str]) -> None:
        async with async_client_of(*vendor) as client:
            intent = await client.v1.payment_intents.create_async(
                {
                    "amount": 1000,
                    "capture_method": "manual",
                    "confirm": True,
                    "currency": "usd",
                    "payment_method": "pm_card_visa",
                    "allowed_payment_method_types": ["card"],
                }
            )
            captured = await client.v1.payment_intents.capture_async(intent.id)
        assert captured.status == "succeeded"


class TestShapes:
    """Whatever the library declares as always there is there."""

    def test_have_every_field_that_is_never_null(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        intent = create(capture_method="automatic", expand=["latest_charge"])
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        method = client.v1.payment_methods.retrieve(str(intent.payment_method))
        for body in (customer, intent, intent.latest_charge, refund, method):
            assert isinstance(body, stripe.StripeObject)
            assert missing_fields(body) == set()


def missing_fields(body: stripe.StripeObject) -> set[str]:
    always = {
        name
        for name, declared in type(body).__annotations__.items()
        if name.islower()
        and not any(word in str(declared) for word in ("None", "Optional", "Class"))
    }
    assert {"id", "object"} <= always
    return always - {name for name, value in body.to_dict().items() if value is not None}
