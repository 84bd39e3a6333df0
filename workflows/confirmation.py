"""Telling both sides that the order stands, and the customer once more where support wishes so."""

from temporalio import workflow
from temporalio.exceptions import FailureError, is_cancelled_exception

from workflows.page import OrderPage
from workflows.policies import NOTIFY
from workflows.steps import execute
from workflows.stop import Stop

with workflow.unsafe.imports_passed_through():
    from activities.notifications import NotificationActivities
    from domain.notifications import confirmed, confirmed_again


class Confirmation:
    def __init__(self, page: OrderPage, stop: Stop) -> None:
        self._page = page
        self._stop = stop
        self._repeated = 0

    async def tell(self) -> None:
        """Where that fails the order goes on: it stands in their lists."""
        try:
            await self._stop.or_result(
                execute(
                    NotificationActivities.deliver_notifications,
                    confirmed(self._page.order),
                    policy=NOTIFY,
                    summary="Tell the customer and the restaurant",
                    express=self._page.order.express,
                )
            )
        except FailureError as failure:
            if is_cancelled_exception(failure):
                raise
            workflow.logger.warning("order.nobody_told")

    async def tell_again(self) -> int:
        """For which time that was."""
        self._repeated += 1
        # Another may be asked for while this one is told.
        number = self._repeated
        await execute(
            NotificationActivities.deliver_notifications,
            confirmed_again(self._page.order, self._page.quote.total, number),
            policy=NOTIFY,
            summary="Tell the customer again",
        )
        self._page.tell("Support sent the confirmation again.")
        return number
