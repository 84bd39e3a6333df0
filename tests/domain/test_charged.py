"""What a customer was charged, in sentences."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from domain.casework import MadeAuthorization, MadeRefund, MoneyFile
from domain.charged import charged
from domain.differences import Kind
from domain.payments import PaymentStatus
from domain.refunds import RefundState
from tests.support.builders import usd
from tests.support.reconciling import a_case, a_refund

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ORDER = UUID("6f1d5c1e-2d0b-4c57-9f0e-0b6d3a5b7c11")


def tried(status: PaymentStatus, *, held: int = 0, captured: int = 0) -> MadeAuthorization:
    return MadeAuthorization(
        key=uuid4().hex,
        payment_intent_id="pi_1",
        status=status,
        held=usd(held),
        captured=usd(captured),
        capture_before=None,
        created_at=NOW,
    )


def given_back(state: RefundState, amount: int) -> MadeRefund:
    return a_refund(ORDER, state, amount=usd(amount), part_of="key", stripe_refund_id=None)


def a_file(**given: Any) -> MoneyFile:
    nothing: dict[str, Any] = {"authorizations": [], "refunds": [], "cases": [], "disputes": []}
    return MoneyFile(**(nothing | given))


class TestCharged:
    def test_is_nothing_where_nothing_was_tried(self) -> None:
        assert charged(a_file()) == ["The customer was not charged."]

    def test_tells_one_charge_from_a_hold_that_was_released(self) -> None:
        file = a_file(
            authorizations=[
                tried(PaymentStatus.VOIDED),
                tried(PaymentStatus.CAPTURED, captured=2_875),
            ]
        )
        assert charged(file) == [
            "The customer was charged once: 28.75 USD.",
            "One hold was released: the bank may show it for some days, and takes nothing.",
        ]

    def test_names_both_charges_where_there_are_two(self) -> None:
        taken = [tried(PaymentStatus.CAPTURED, captured=amount) for amount in (100, 200)]
        [said] = charged(a_file(authorizations=taken))
        assert said == "The customer was charged 2 times: 1.00 USD, 2.00 USD."

    def test_tells_what_is_held_and_what_did_not_go_through(self) -> None:
        file = a_file(
            authorizations=[
                tried(PaymentStatus.FAILED),
                tried(PaymentStatus.REQUIRES_ACTION),
                tried(PaymentStatus.AUTHORIZED, held=500),
            ]
        )
        assert charged(file)[1:] == [
            "5.00 USD is held on their card, and not taken.",
            "2 attempts were not paid, and took nothing.",
        ]

    def test_calls_a_hold_that_can_not_be_released_no_debt(self) -> None:
        file = a_file(
            authorizations=[tried(PaymentStatus.AUTHORIZED, held=900)],
            cases=[a_case(ORDER, "order:void", amount=usd(900))],
        )
        assert charged(file)[1:] == ["9.00 USD is held on their card, and not taken."]

    def test_sums_what_went_back(self) -> None:
        file = a_file(
            authorizations=[tried(PaymentStatus.CAPTURED, captured=900)],
            refunds=[
                given_back(RefundState.SUCCEEDED, 100),
                given_back(RefundState.SUCCEEDED, 200),
                given_back(RefundState.PENDING, 50),
                given_back(RefundState.FAILED, 70),
            ],
            cases=[a_case(ORDER, "order:key", amount=usd(70))],
        )
        assert charged(file)[1:] == [
            "3.00 USD has been given back, in 2 refunds.",
            "0.50 USD is on its way back, in one refund.",
            "0.70 USD is due to the customer, and could not be given back.",
        ]

    def test_tells_of_a_charge_at_stripe_that_is_none_of_ours(self) -> None:
        key = f"{ORDER}:reconcile:{Kind.UNKNOWN_CHARGE}:pi_2"
        [_, said] = charged(a_file(cases=[a_case(ORDER, key, amount=usd(2_875))]))
        assert said == "Stripe has another charge of 28.75 USD that is none of ours: see its case."
