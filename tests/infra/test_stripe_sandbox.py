"""What only the sandbox can do: its ledger, clock, bank, faults, and that it survives a kill."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
import stripe

from tests.support.stripe_sandbox import Sandbox, async_client_of, client_of, running_sandbox

# The library's own httpx transport passes its body in a way that httpx has deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")

KEY = "sk_test_sandbox"
CREATE = "/v1/payment_intents"
CAPTURE = "/v1/payment_intents/*/capture"
DAY = 24 * 60 * 60

Create = Callable[..., stripe.PaymentIntent]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(server: Sandbox) -> Iterator[Sandbox]:
    """Without the fault rules of another test."""
    yield server
    server.clear_faults()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[stripe.StripeClient]:
    with client_of(sandbox.url, KEY) as client:
        yield client


@pytest.fixture
async def async_client(sandbox: Sandbox) -> AsyncIterator[stripe.StripeClient]:
    async with async_client_of(sandbox.url, KEY) as client:
        yield client


@pytest.fixture
async def hasty_client(sandbox: Sandbox) -> AsyncIterator[stripe.StripeClient]:
    """Gives up after half a second."""
    async with async_client_of(sandbox.url, KEY, patience=0.5) as client:
        yield client


@pytest.fixture
def order_id() -> str:
    return str(uuid4())


def intent_params(order_id: str, **more: Any) -> Any:
    return {
        "amount": 1000,
        "capture_method": "manual",
        "confirm": True,
        "currency": "usd",
        "metadata": {"order_id": order_id},
        "payment_method": "pm_card_visa",
        "allowed_payment_method_types": ["card"],
    } | more


@pytest.fixture
def create(client: stripe.StripeClient, order_id: str) -> Create:
    """A PaymentIntent of 10.00 USD for the order."""

    def create(**more: Any) -> stripe.PaymentIntent:
        return client.v1.payment_intents.create(intent_params(order_id, **more))

    return create


class TestAccounts:
    def test_do_not_see_each_other(self, sandbox: Sandbox, create: Create) -> None:
        intent = create()
        with (
            client_of(sandbox.url, "sk_test_other") as other,
            pytest.raises(stripe.InvalidRequestError, match="No such payment_intent"),
        ):
            other.v1.payment_intents.retrieve(intent.id)

    def test_have_idempotency_keys_of_their_own(self, sandbox: Sandbox) -> None:
        key = str(uuid4())
        made = set()
        for account in ("sk_test_one", "sk_test_two"):
            with client_of(sandbox.url, account) as client:
                made.add(client.v1.customers.create({}, {"idempotency_key": key}).id)
        assert len(made) == 2


class TestLedger:
    def test_tells_every_movement_in_order(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create()
        client.v1.payment_intents.capture(intent.id, {"amount_to_capture": 600})
        refund = client.v1.refunds.create({"payment_intent": intent.id, "amount": 100})
        entries = sandbox.ledger(order_id)
        assert [(entry["kind"], entry["amount"]) for entry in entries] == [
            ("authorized", 1000),
            ("captured", 600),
            ("voided", 400),
            ("refunded", 100),
        ]
        assert {entry["payment_intent"] for entry in entries} == {intent.id}
        assert [entry.get("refund") for entry in entries] == [None, None, None, refund.id]
        assert {entry["currency"] for entry in entries} == {"usd"}
        sequences = [entry["sequence"] for entry in entries]
        assert sequences == sorted(set(sequences))

    def test_starts_after_the_sequence_it_is_asked_for(
        self, sandbox: Sandbox, create: Create
    ) -> None:
        before = sandbox.get("/_ledger")["last_sequence"]
        intent = create()
        answer = sandbox.get("/_ledger", {"after": before})
        assert [entry["payment_intent"] for entry in answer["items"]] == [intent.id]
        assert answer["last_sequence"] == answer["items"][-1]["sequence"]

    def test_has_nothing_of_a_decline(
        self, sandbox: Sandbox, create: Create, order_id: str
    ) -> None:
        with pytest.raises(stripe.CardError):
            create(payment_method="pm_card_visa_chargeDeclined")
        assert sandbox.movements(order_id) == []

    def test_tells_a_void(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        client.v1.payment_intents.cancel(create().id)
        assert sandbox.movements(order_id) == [("authorized", 1000), ("voided", 1000)]


class TestAuthentication:
    def test_holds_the_amount_once_the_customer_is_known(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        sandbox.authenticate(intent.id, "succeeded")
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.next_action) == ("requires_capture", None)
        assert sandbox.movements(order_id) == [("authorized", 1000)]

    def test_leaves_the_intent_without_a_method_when_it_fails(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(payment_method="pm_card_authenticationRequired")
        sandbox.authenticate(intent.id, "failed")
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.payment_method) == ("requires_payment_method", None)
        assert found.last_payment_error is not None
        assert found.last_payment_error.code == "payment_intent_authentication_failure"
        assert sandbox.movements(order_id) == []

    def test_may_be_followed_by_a_decline(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create
    ) -> None:
        method = "pm_card_authenticationRequiredChargeDeclinedInsufficientFunds"
        intent = create(payment_method=method)
        sandbox.authenticate(intent.id, "succeeded")
        found = client.v1.payment_intents.retrieve(intent.id)
        assert found.status == "requires_payment_method"
        assert found.last_payment_error is not None
        assert found.last_payment_error.decline_code == "insufficient_funds"


class TestClock:
    def test_expires_an_authorization_that_nobody_captured(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create()
        sandbox.advance_clock(7 * DAY - 60)
        assert client.v1.payment_intents.retrieve(intent.id).status == "requires_capture"
        sandbox.advance_clock(61)
        assert sandbox.movements(order_id) == [("authorized", 1000), ("expired", 1000)]
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.cancellation_reason) == ("canceled", "expired")
        with pytest.raises(stripe.InvalidRequestError, match="status of canceled"):
            client.v1.payment_intents.capture(intent.id)

    def test_expires_a_short_authorization_after_a_minute(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = create(payment_method="pm_sandbox_authorizationExpires")
        sandbox.advance_clock(61)
        assert client.v1.payment_intents.retrieve(intent.id).status == "canceled"

    def test_leaves_a_captured_payment_alone(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create
    ) -> None:
        intent = client.v1.payment_intents.capture(create().id)
        sandbox.advance_clock(8 * DAY)
        assert client.v1.payment_intents.retrieve(intent.id).status == "succeeded"

    def test_forgets_an_idempotency_key_after_a_day(
        self, sandbox: Sandbox, client: stripe.StripeClient
    ) -> None:
        options: Any = {"idempotency_key": str(uuid4())}
        first = client.v1.customers.create({}, options)
        sandbox.advance_clock(DAY - 60)
        assert client.v1.customers.create({}, options).id == first.id
        sandbox.advance_clock(61)
        second = client.v1.customers.create({}, options)
        assert second.id != first.id
        assert client.v1.customers.create({}, options).id == second.id


class TestRefundsThatSettleLater:
    @pytest.mark.parametrize(
        "case",
        [("pm_card_pendingRefund", "succeeded", 1000), ("pm_card_refundFail", "failed", 0)],
    )
    def test_end_by_themselves(
        self,
        sandbox: Sandbox,
        client: stripe.StripeClient,
        create: Create,
        case: tuple[str, str, int],
    ) -> None:
        method, outcome, given_back = case
        intent = create(capture_method="automatic", payment_method=method)
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        sandbox.advance_clock(5)
        assert client.v1.refunds.retrieve(refund.id).status == outcome
        charge = client.v1.charges.retrieve(str(intent.latest_charge))
        assert charge.amount_refunded == given_back

    @pytest.mark.parametrize("outcome", ["succeeded", "failed"])
    def test_end_as_a_test_decides(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, outcome: str
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_pendingRefund")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        sandbox.post(f"/_control/refunds/{refund.id}", {"status": outcome})
        sandbox.advance_clock(5)
        assert client.v1.refunds.retrieve(refund.id).status == outcome

    def test_can_be_made_again_after_a_failure(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(capture_method="automatic", payment_method="pm_card_refundFail")
        refund = client.v1.refunds.create({"payment_intent": intent.id})
        sandbox.post(f"/_control/refunds/{refund.id}", {"status": "failed"})
        again = client.v1.refunds.create({"payment_intent": intent.id})
        assert again.amount == 1000
        assert sandbox.movements(order_id)[-3:] == [
            ("refunded", 1000),
            ("refund_failed", 1000),
            ("refunded", 1000),
        ]


class TestCaptureThatFails:
    def test_lets_go_of_the_money_and_says_why(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create, order_id: str
    ) -> None:
        intent = create(payment_method="pm_sandbox_captureFails")
        with pytest.raises(stripe.CardError) as refusal:
            client.v1.payment_intents.capture(intent.id)
        assert refusal.value.code == "card_declined"
        found = client.v1.payment_intents.retrieve(intent.id)
        assert (found.status, found.amount_capturable) == ("requires_payment_method", 0)
        assert sandbox.movements(order_id) == [("authorized", 1000), ("voided", 1000)]


class TestIdempotencyUnderConcurrency:
    async def test_pays_once_for_twenty_requests_at_once(
        self, sandbox: Sandbox, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        answers = await asyncio.gather(
            *(self._create(async_client, order_id) for _ in range(20)), return_exceptions=True
        )
        made = {answer.id for answer in answers if isinstance(answer, stripe.PaymentIntent)}
        refused = [answer for answer in answers if not isinstance(answer, stripe.PaymentIntent)]
        assert len(made) == 1
        assert all(isinstance(refusal, stripe.APIError) for refusal in refused)
        assert sandbox.movements(order_id) == [("authorized", 1000)]

    async def test_refuses_the_others_while_the_first_is_under_way(
        self, sandbox: Sandbox, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        # For each, because any of them may be the first; and long enough on a busy machine.
        sandbox.add_fault("latency", CREATE, milliseconds=4_000, times=20)
        answers = await asyncio.gather(
            *(self._create(async_client, order_id) for _ in range(20)), return_exceptions=True
        )
        refused = [answer for answer in answers if isinstance(answer, stripe.APIError)]
        assert len(refused) == 19
        for refusal in refused:
            assert refusal.http_status == 409
            assert refusal.error is not None
            assert refusal.error.code == "idempotency_key_in_use"
            assert refusal.headers is not None
            assert refusal.headers["Stripe-Should-Retry"] == "true"
        assert sandbox.movements(order_id) == [("authorized", 1000)]

    async def test_gives_back_no_more_than_was_paid(
        self, sandbox: Sandbox, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        intent = await async_client.v1.payment_intents.create_async(
            intent_params(order_id, capture_method="automatic")
        )
        await asyncio.gather(
            *(
                async_client.v1.refunds.create_async({"payment_intent": intent.id, "amount": 300})
                for _ in range(20)
            ),
            return_exceptions=True,
        )
        assert sandbox.movements(order_id)[2:] == [("refunded", 300)] * 3

    async def _create(self, client: stripe.StripeClient, order_id: str) -> stripe.PaymentIntent:
        return await client.v1.payment_intents.create_async(
            intent_params(order_id), {"idempotency_key": f"{order_id}:authorize"}
        )


class TestFaults:
    def test_hold_for_as_many_requests_as_they_say(self, sandbox: Sandbox, create: Create) -> None:
        sandbox.add_fault("rate_limit", CREATE, times=2)
        for _ in range(2):
            with pytest.raises(stripe.RateLimitError):
                create()
        assert create().status == "requires_capture"

    def test_leave_other_paths_alone(
        self, sandbox: Sandbox, client: stripe.StripeClient, create: Create
    ) -> None:
        sandbox.add_fault("rate_limit", CAPTURE)
        intent = create()
        with pytest.raises(stripe.RateLimitError):
            client.v1.payment_intents.capture(intent.id)

    def test_are_listed_and_cleared(self, sandbox: Sandbox, create: Create) -> None:
        sandbox.add_fault("error_before", CREATE, times=3)
        with pytest.raises(stripe.APIError):
            create()
        assert [rule["remaining"] for rule in sandbox.get("/_control/faults")["items"]] == [2]
        sandbox.clear_faults()
        assert create().status == "requires_capture"

    @pytest.mark.parametrize(
        ("fault", "movements"),
        [("error_before", []), ("error_after", [("authorized", 1000)])],
    )
    def test_store_a_server_error_under_the_key(
        self,
        sandbox: Sandbox,
        client: stripe.StripeClient,
        order_id: str,
        fault: str,
        movements: list[tuple[str, int]],
    ) -> None:
        sandbox.add_fault(fault, CREATE)
        options: Any = {"idempotency_key": f"{order_id}:authorize"}
        replayed = []
        for _ in range(2):
            with pytest.raises(stripe.APIError) as refusal:
                client.v1.payment_intents.create(intent_params(order_id), options)
            assert refusal.value.http_status == 500
            assert refusal.value.headers is not None
            replayed.append(refusal.value.headers.get("Idempotent-Replayed"))
        assert replayed == [None, "true"]
        assert sandbox.movements(order_id) == movements

    async def test_withhold_the_answer_of_an_effect(
        self,
        sandbox: Sandbox,
        hasty_client: stripe.StripeClient,
        async_client: stripe.StripeClient,
        order_id: str,
    ) -> None:
        sandbox.add_fault("hang_after", CREATE)
        params = intent_params(order_id)
        options: Any = {"idempotency_key": f"{order_id}:authorize"}
        with pytest.raises(stripe.APIConnectionError, match="Timeout"):
            await hasty_client.v1.payment_intents.create_async(params, options)
        assert sandbox.movements(order_id) == [("authorized", 1000)]
        intent = await async_client.v1.payment_intents.create_async(params, options)
        assert intent.status == "requires_capture"
        assert sandbox.movements(order_id) == [("authorized", 1000)]

    async def test_hang_before_anything_happens(
        self, sandbox: Sandbox, hasty_client: stripe.StripeClient, order_id: str
    ) -> None:
        sandbox.add_fault("hang_before", CREATE)
        with pytest.raises(stripe.APIConnectionError, match="Timeout"):
            await hasty_client.v1.payment_intents.create_async(intent_params(order_id))
        assert sandbox.movements(order_id) == []

    async def test_reset_the_connection_after_an_effect(
        self, sandbox: Sandbox, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        sandbox.add_fault("reset_after", CREATE)
        with pytest.raises(stripe.APIConnectionError) as refusal:
            await async_client.v1.payment_intents.create_async(intent_params(order_id))
        assert "ReadError" in str(refusal.value)
        assert sandbox.movements(order_id) == [("authorized", 1000)]


class TestKill:
    async def test_loses_no_effect_whose_answer_was_withheld(
        self,
        sandbox: Sandbox,
        hasty_client: stripe.StripeClient,
        async_client: stripe.StripeClient,
        order_id: str,
    ) -> None:
        sandbox.add_fault("hang_after", CREATE)
        params = intent_params(order_id)
        options: Any = {"idempotency_key": f"{order_id}:authorize"}
        with pytest.raises(stripe.APIConnectionError):
            await hasty_client.v1.payment_intents.create_async(params, options)
        sandbox.kill()
        sandbox.start()
        assert sandbox.movements(order_id) == [("authorized", 1000)]
        intent = await async_client.v1.payment_intents.create_async(params, options)
        assert intent.last_response is not None
        assert intent.last_response.headers["Idempotent-Replayed"] == "true"
        captured = await async_client.v1.payment_intents.capture_async(intent.id)
        assert captured.status == "succeeded"
        assert sandbox.movements(order_id) == [("authorized", 1000), ("captured", 1000)]

    async def test_loses_nothing_that_was_answered(
        self, sandbox: Sandbox, async_client: stripe.StripeClient, order_id: str
    ) -> None:
        acknowledged: list[str] = []

        async def pay_until_killed(place: int) -> None:
            for turn in range(100):
                if len(acknowledged) == 30:
                    # The other clients have a request under way.
                    sandbox.kill()
                intent = await async_client.v1.payment_intents.create_async(
                    intent_params(order_id), {"idempotency_key": f"{order_id}:{place}:{turn}"}
                )
                acknowledged.append(intent.id)

        ended = await asyncio.gather(
            *(pay_until_killed(place) for place in range(4)), return_exceptions=True
        )
        assert all(isinstance(error, stripe.APIConnectionError) for error in ended)
        sandbox.start()
        entries = sandbox.ledger(order_id)
        assert len(acknowledged) >= 30
        assert set(acknowledged) <= {entry["payment_intent"] for entry in entries}
        assert len(entries) <= len(acknowledged) + 4
        for intent in acknowledged:
            found = await async_client.v1.payment_intents.retrieve_async(intent)
            assert found.status == "requires_capture"
