"""The customer has to confirm the payment with their bank (3-D Secure)."""

from temporalio import workflow

from workflows.endings import NOT_AUTHENTICATED
from workflows.money import OrderMoney
from workflows.page import OrderPage
from workflows.policies import AUTHENTICATION_DEADLINE
from workflows.stop import Stop


class Authentication:
    """Somebody says that there is something to see: a webhook, or the customer who came back.

    Neither is believed. The payment service is looked at, also once more at the deadline.
    """

    def __init__(self, page: OrderPage, stop: Stop, money: OrderMoney) -> None:
        self._page = page
        self._stop = stop
        self._money = money
        self._asked = self._looked = 0

    def ask_to_look(self) -> int:
        """Which look this is, counted from 1."""
        self._asked += 1
        return self._asked

    def has_looked(self, which: int) -> bool:
        return self._looked >= which

    async def wait(self) -> None:
        until = workflow.now() + AUTHENTICATION_DEADLINE
        self._page.wait(
            "the customer to confirm the payment with the bank",
            until,
            then="the order is cancelled",
        )
        while self._money.waits_for_the_customer:
            await self._stop.or_said(
                lambda: self._asked > self._looked,
                until,
                summary="The customer's time to confirm the payment; then the order is cancelled",
            )
            is_last, asked = workflow.now() >= until, self._asked
            await self._stop.or_result(self._money.check())
            self._looked = asked
            if is_last and self._money.waits_for_the_customer:
                self._stop.ask(NOT_AUTHENTICATED)
                self._stop.heed()
        self._page.waits_no_more()
