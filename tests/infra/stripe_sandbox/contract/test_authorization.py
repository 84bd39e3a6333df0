"""A PaymentIntent that is confirmed: held, paid, declined, or asked about."""

import pytest
import stripe

from tests.support.stripe_answers import error_of
from tests.support.stripe_sandbox import Create


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

    def test_declines_instead_of_asking_when_the_customer_is_away(self, create: Create) -> None:
        with pytest.raises(stripe.CardError) as refusal:
            create(payment_method="pm_card_authenticationRequired", off_session=True)
        error = error_of(refusal)
        assert (refusal.value.http_status, error.code) == (402, "authentication_required")
        assert error.payment_intent.status == "requires_payment_method"

    def test_does_not_ask_when_the_card_was_set_up(
        self, client: stripe.StripeClient, customer: stripe.Customer, create: Create
    ) -> None:
        method = client.v1.payment_methods.attach(
            "pm_card_authenticationRequiredSetupForOffSession", {"customer": customer.id}
        )
        assert create(payment_method=method.id).status == "requires_action"
        assert create(payment_method=method.id, off_session=True).status == "requires_capture"

    def test_needs_a_confirmation_to_be_off_session(self, create: Create) -> None:
        with pytest.raises(stripe.InvalidRequestError):
            create(confirm=False, off_session=True)

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
