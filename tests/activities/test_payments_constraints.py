"""What the database refuses whatever the code does."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from activities.payments import PaymentActivities
from adapters.postgres.engine import Database
from tests.support.payments import OrderMoney

BROKEN = {
    "status = 'lost'": "ck_payments_paymentstatus",
    "currency = 'dollars'": "ck_payments_currency",
    "amount = 0": "ck_payments_amount",
    "authorized = -1": "ck_payments_authorized_within_amount",
    "authorized = amount + 1": "ck_payments_authorized_within_amount",
    "authorized = 0, captured = amount + 1": "ck_payments_captured_within_amount",
    "authorized = 0, captured = 5, refunded = 6": "ck_payments_refunded_within_captured",
    "refunded = -1": "ck_payments_refunded_within_captured",
    "captured = 1": "ck_payments_held_or_captured",
    "status = 'voided'": "ck_payments_status_agrees_with_the_money",
    "status = 'captured'": "ck_payments_status_agrees_with_the_money",
    "authorized = 0": "ck_payments_status_agrees_with_the_money",
    "version = 0": "ck_payments_version",
}

BROKEN_AUTHORIZATIONS = {
    "status = 'lost'": "ck_authorizations_paymentstatus",
    "held = -1": "ck_authorizations_amounts_not_negative",
    "captured = 1": "ck_authorizations_held_or_captured",
    "payment_intent_id = NULL": "ck_authorizations_money_has_an_intent",
}

REFUND = """
WITH step AS (INSERT INTO payments.steps (key, state, begun_at) VALUES (:key, 'open', now()))
INSERT INTO payments.refunds (order_id, key, part_of, amount, status, liable, reason)
VALUES (:order, :key, :key, :amount, :status, 'platform', 'support')
"""


async def execute(database: Database, statement: str, **parameters: Any) -> None:
    async with database.transaction() as session:
        await session.execute(text(statement).bindparams(**parameters))


async def refund(database: Database, money: OrderMoney, amount: int, name: str = "one") -> None:
    await execute(
        database, REFUND, key=money.key(name), order=money.order_id, amount=amount, status="pending"
    )


class TestPayments:
    @pytest.mark.parametrize(("change", "rule"), BROKEN.items())
    async def test_follow_every_rule(
        self,
        activities: PaymentActivities,
        payments_database: Database,
        money: OrderMoney,
        change: str,
        rule: str,
    ) -> None:
        await activities.authorize_payment(money.authorize())
        with pytest.raises(IntegrityError, match=rule):
            await execute(
                payments_database,
                f"UPDATE payments.payments SET {change} WHERE order_id = :order",  # noqa: S608 - Ours.
                order=money.order_id,
            )

    @pytest.mark.parametrize("captured", [0, 1_000, 2_301])
    async def test_are_captured_once(
        self,
        activities: PaymentActivities,
        payments_database: Database,
        money: OrderMoney,
        captured: int,
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        with pytest.raises(IntegrityError, match="was captured already"):
            await execute(
                payments_database,
                "UPDATE payments.payments SET captured = :captured WHERE order_id = :order",
                captured=captured,
                order=money.order_id,
            )


class TestAuthorizations:
    @pytest.mark.parametrize(("change", "rule"), BROKEN_AUTHORIZATIONS.items())
    async def test_follow_every_rule(
        self,
        activities: PaymentActivities,
        payments_database: Database,
        money: OrderMoney,
        change: str,
        rule: str,
    ) -> None:
        await activities.authorize_payment(money.authorize())
        with pytest.raises(IntegrityError, match=rule):
            await execute(
                payments_database,
                f"UPDATE payments.authorizations SET {change} WHERE order_id = :order",  # noqa: S608 - Ours.
                order=money.order_id,
            )

    async def test_are_captured_once_of_an_order(
        self, activities: PaymentActivities, payments_database: Database, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.authorize_payment(money.authorize(n=2))
        await activities.capture_payment(money.capture())
        with pytest.raises(IntegrityError, match="uq_authorizations_captured_once"):
            await execute(
                payments_database,
                "UPDATE payments.authorizations SET captured = 1, held = 0 WHERE order_id = :order",
                order=money.order_id,
            )


class TestRefunds:
    async def test_need_a_capture(
        self, activities: PaymentActivities, payments_database: Database, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        with pytest.raises(IntegrityError, match="exceed what was captured"):
            await refund(payments_database, money, 1)

    async def test_never_exceed_what_was_captured(
        self, activities: PaymentActivities, payments_database: Database, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        await refund(payments_database, money, 2_300)
        with pytest.raises(IntegrityError, match="exceed what was captured"):
            await refund(payments_database, money, 1, "two")

    async def test_count_again_when_they_did_not_fail_after_all(
        self, activities: PaymentActivities, payments_database: Database, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        await refund(payments_database, money, 2_300)
        change = "UPDATE payments.refunds SET status = :status WHERE key = :key"
        await execute(payments_database, change, status="failed", key=money.key("one"))
        await refund(payments_database, money, 2_300, "two")
        with pytest.raises(IntegrityError, match="exceed what was captured"):
            await execute(payments_database, change, status="pending", key=money.key("one"))

    async def test_never_exceed_it_when_they_are_made_at_once(
        self, activities: PaymentActivities, payments_database: Database, money: OrderMoney
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        made = await asyncio.gather(
            *(refund(payments_database, money, 1_000, str(number)) for number in range(6)),
            return_exceptions=True,
        )
        refusals = [outcome for outcome in made if outcome is not None]
        assert len(refusals) == 4
        assert all(isinstance(refusal, IntegrityError) for refusal in refusals)

    @pytest.mark.parametrize("amount", [0, -1])
    async def test_are_of_something(
        self,
        activities: PaymentActivities,
        payments_database: Database,
        money: OrderMoney,
        amount: int,
    ) -> None:
        await activities.authorize_payment(money.authorize())
        await activities.capture_payment(money.capture())
        with pytest.raises(IntegrityError, match="ck_refunds_amount"):
            await refund(payments_database, money, amount)
