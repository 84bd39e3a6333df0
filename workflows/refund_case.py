"""The case of a refund that can't be made: opened, moved, told of, reminded of, closed."""

from datetime import timedelta

from temporalio import workflow
from temporalio.exceptions import FailureError

from workflows.policies import BOOKS, CASE_DEADLINE, GLANCE, NOTIFY
from workflows.refund_attempts import key_of
from workflows.refund_page import RefundPage
from workflows.steps import execute

with workflow.unsafe.imports_passed_through():
    from activities.cases import CaseActivities
    from activities.notifications import NotificationActivities
    from activities.payments import PaymentActivities
    from activities.refunds import RefundActivities
    from domain.casework import (
        Case,
        CloseCase,
        MoveCase,
        MoveOpenCase,
        OpenCase,
        RemindCase,
        Resolution,
        ResolveRefund,
    )
    from domain.errors import DomainError, OrderNotFound, RefundNotDue
    from domain.money import Money
    from domain.notifications import (
        Audience,
        DeliverNotifications,
        NotificationType,
        notification,
    )
    from domain.payments import OrderPayment, RefreshPayment
    from domain.refunds import FindDue, OweMoney

_STRIPE_AWAY = (
    "The payment service does not answer, so nobody can say whether the customer has the money "
    "already: look again in a moment."
)


class RefundCase:
    """`since` is since when money is due; None where there is no case, or it is closed.

    `was_moved` until whoever waits for its deadline has seen that it is another.
    """

    def __init__(self, owed: OweMoney, page: RefundPage) -> None:
        self._owed = owed
        self._page = page
        self._why = ""
        self._reminders = 0
        self.since = owed.due_since
        self.owner = owed.case_owner
        self.deadline = owed.case_deadline
        self.told = owed.told
        self.was_moved = False
        if self.since:
            # It went on from another run: what was reminded of is not reminded of again.
            self.deadline = self.deadline or self.since + CASE_DEADLINE
            passed = (workflow.now() - self.deadline) // CASE_DEADLINE + 1
            self._reminders = max(0, passed)
            page.show_case(self.owner, self.deadline)

    @property
    def is_open(self) -> bool:
        return self.since is not None

    @property
    def next_reminder(self) -> timedelta | None:
        """How long until somebody has to be reminded; None where there is no case."""
        if self.deadline is None:
            return None
        left = self.deadline + CASE_DEADLINE * self._reminders - workflow.now()
        return max(left, timedelta(0))

    async def open(self, why: str) -> OrderPayment | None:
        """Raise a hand, and tell the customer, once. None where this very case is open."""
        if not self._reminders:
            self._page.alarm(f"Refund due: {why}")
        if self.is_open and why == self._why:
            return None
        self.since, self._why = self.since or workflow.now(), why
        self.deadline = self.deadline or self.since + CASE_DEADLINE
        self._page.show_case(self.owner, self.deadline)
        amount = await self._due()
        payment = await execute(
            CaseActivities.open_case,
            OpenCase(
                order_id=self._owed.order_id,
                key=key_of(self._owed),
                amount=amount,
                why=why,
                deadline=self.deadline,
            ),
            policy=BOOKS,
            summary="Open a case: a refund is due",
        )
        await self._tell_the_customer(amount)
        return payment

    async def _due(self) -> Money:
        """What is owed by now: support may have given some back since the refund was begun."""
        owed = self._owed
        if not workflow.patched("asks_what_is_due"):
            return owed.amount
        return await execute(
            RefundActivities.find_due,
            FindDue(order_id=owed.order_id, key=key_of(owed), held=owed.amount, keep=owed.keep),
            policy=BOOKS,
            summary="How much of it is due?",
        )

    async def move(self, command: MoveCase) -> Case:
        """Raises `RefundNotDue` where it is not open any more."""
        moved = await execute(
            CaseActivities.move_case,
            MoveOpenCase(key=key_of(self._owed), owner=command.owner, deadline=command.deadline),
            policy=BOOKS,
            summary="Write down: the case's owner and deadline",
        )
        if moved is None or not self.is_open:
            raise RefundNotDue("The case is not open any more: look again in a moment.")
        self.owner, self.deadline = moved.owner, moved.deadline
        self._page.show_case(moved.owner, moved.deadline)
        self._page.tell("The case's owner or deadline was changed.")
        if command.deadline:
            self._reminders, self.was_moved = 0, True
            self._page.alarm(f"Refund due: {self._why}" if self._why else "Refund due")
        return moved

    async def remind(self) -> None:
        """Where the deadline passed, once; and once more for every day after it."""
        if self.deadline is None or self.next_reminder:
            return
        self._reminders += 1
        self._page.alarm(f"Refund overdue since {self.deadline:%d %B %H:%M} UTC")
        await execute(
            CaseActivities.remind_case,
            RemindCase(key=key_of(self._owed)),
            policy=BOOKS,
            summary="Write down: the case is overdue",
        )

    async def look(self) -> None:
        """Write down what Stripe has: the answer to the last try may have been lost.

        Raises `RefundNotDue` where nobody can say. Nobody may pay then what may be paid.
        """
        try:
            await execute(
                PaymentActivities.refresh_payment,
                RefreshPayment(order_id=self._owed.order_id),
                policy=GLANCE,
                summary="Has Stripe the refund after all?",
            )
        except OrderNotFound:
            # The payment was never begun.
            return
        except (DomainError, FailureError) as failure:
            raise RefundNotDue(_STRIPE_AWAY) from failure

    async def close(self, decision: ResolveRefund | None = None) -> OrderPayment:
        """By the decision; without one because the money went through.

        Raises `RefundNotDue` where what was decided about is not what is owed.
        """
        payment = await execute(
            CaseActivities.close_case,
            self._closing(decision),
            policy=BOOKS,
            summary="Close the case",
        )
        self.since = self.deadline = None
        self._reminders = 0
        self._page.calm()
        self._page.close_case()
        return payment

    def _closing(self, decision: ResolveRefund | None) -> CloseCase:
        order_id, key, keep = self._owed.order_id, key_of(self._owed), self._owed.keep
        if decision is None:
            return CloseCase(order_id=order_id, key=key, resolution=Resolution.REFUNDED)
        return CloseCase(
            order_id=order_id,
            key=key,
            resolution=decision.resolution,
            by=decision.by,
            reference=decision.reference,
            remark_id=decision.remark_id,
            keep=keep,
            amount=decision.amount,
        )

    async def _tell_the_customer(self, due: Money) -> None:
        if self.told:
            return
        self.told = True
        told = notification(
            NotificationType.MONEY_OWED,
            Audience.CUSTOMER,
            self._owed.customer_id,
            order_id=self._owed.order_id,
            total=due,
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
