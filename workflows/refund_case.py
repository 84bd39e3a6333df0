"""The case of a refund that can't be made: opened, told of, reminded of, closed."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.policies import BOOKS, CASE_DEADLINE, NOTIFY
from workflows.refund_attempts import key_of
from workflows.refund_page import RefundPage
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.cases import CaseActivities
    from activities.notifications import NotificationActivities
    from domain.casework import RemindCase, ResolveRefund
    from domain.notifications import (
        Audience,
        DeliverNotifications,
        NotificationType,
        notification,
    )
    from domain.payments import CloseCase, OpenCase, OrderPayment, OweMoney, Resolution


class RefundCase:
    """`since` is since when money is due; None where there is no case, or it is closed."""

    def __init__(self, owed: OweMoney, page: RefundPage) -> None:
        self._owed = owed
        self._page = page
        self._why = ""
        self._reminders = 0
        self.since = owed.due_since
        self.told = owed.told
        if self.since:
            # It went on from another run: what was reminded of is not reminded of again.
            self._reminders = max(0, (workflow.now() - self.since) // CASE_DEADLINE)

    @property
    def is_open(self) -> bool:
        return self.since is not None

    @property
    def next_reminder(self) -> timedelta | None:
        """How long until somebody has to be reminded; None where there is no case."""
        if self.since is None:
            return None
        left = self.since + CASE_DEADLINE * (self._reminders + 1) - workflow.now()
        return max(left, timedelta(0))

    async def open(self, why: str) -> OrderPayment | None:
        """Raise a hand, and tell the customer, once. None where this very case is open."""
        if not self._reminders:
            self._page.alarm(f"Refund due: {why}")
        if self.is_open and why == self._why:
            return None
        self.since, self._why = self.since or workflow.now(), why
        payment = await execute(
            CaseActivities.open_case,
            OpenCase(
                order_id=self._owed.order_id,
                key=key_of(self._owed),
                amount=self._owed.amount,
                why=why,
                deadline=self.since + CASE_DEADLINE,
            ),
            policy=BOOKS,
            summary="Open a case: a refund is due",
        )
        await self._tell_the_customer()
        return payment

    async def remind(self) -> None:
        """Where the deadline passed, once; and once more for every day after it."""
        if self.since is None or self.next_reminder:
            return
        self._reminders += 1
        self._page.alarm(f"Refund overdue since {self.since + CASE_DEADLINE:%d %B %H:%M} UTC")
        await execute(
            CaseActivities.remind_case,
            RemindCase(key=key_of(self._owed)),
            policy=BOOKS,
            summary="Write down: the case is overdue",
        )

    async def close(self, decision: ResolveRefund | None = None) -> OrderPayment:
        """By the decision; without one because the money went through."""
        payment = await execute(
            CaseActivities.close_case,
            self._closing(decision),
            policy=BOOKS,
            summary="Close the case",
        )
        self.since, self._reminders = None, 0
        self._page.calm()
        return payment

    def _closing(self, decision: ResolveRefund | None) -> CloseCase:
        order_id, key = self._owed.order_id, key_of(self._owed)
        if decision is None:
            return CloseCase(order_id=order_id, key=key, resolution=Resolution.REFUNDED)
        return CloseCase(
            order_id=order_id,
            key=key,
            resolution=decision.resolution,
            by=decision.by,
            reference=decision.reference,
            remark_id=decision.remark_id,
        )

    async def _tell_the_customer(self) -> None:
        if self.told:
            return
        self.told = True
        told = notification(
            NotificationType.MONEY_OWED,
            Audience.CUSTOMER,
            self._owed.customer_id,
            order_id=self._owed.order_id,
            total=self._owed.amount,
        )
        try:
            await execute(
                NotificationActivities.deliver_notifications,
                DeliverNotifications(order_id=self._owed.order_id, notifications=[told]),
                policy=NOTIFY,
                summary="Tell the customer that we owe the money",
            )
        except FailureError:
            # The refund itself matters more than the news of its delay.
            workflow.logger.warning("refund.customer_not_told")
