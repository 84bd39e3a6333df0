"""`python -m tests.support.one_authorization ORDER_ID CUSTOMER_ID`: one attempt, to be killed."""

import asyncio
import os
import sys
from uuid import UUID

from pydantic import SecretStr

from activities.payments import PaymentActivities
from adapters.postgres.engine import Database
from adapters.postgres.payments.payments import PaymentRepository
from adapters.settings import StripeSettings
from adapters.stripe.gateway import connect
from tests.support.payments import OrderMoney


async def main(order_id: UUID, customer_id: UUID) -> None:
    database = Database(SecretStr(os.environ["PAYMENTS_DSN"]))
    activities = PaymentActivities(PaymentRepository(database), connect(StripeSettings()))
    money = OrderMoney(order_id=order_id, customer_id=customer_id)
    await activities.authorize_payment(money.authorize())


asyncio.run(main(UUID(sys.argv[1]), UUID(sys.argv[2])))
