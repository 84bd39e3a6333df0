"""The activities on money, and a bank behind them that does as a test says."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from temporalio import activity

from domain.casework import Case, CloseCase, MoveOpenCase, OpenCase, RemindCase
from domain.money import Money
from domain.payments import (
    Authorization,
    AuthorizePayment,
    CapturePayment,
    CheckPayment,
    OrderPayment,
    PaymentStatus,
    RefreshPayment,
    RefundStatus,
    VoidPayment,
)
from domain.refunds import FindDue, RefundPart, RefundPayment, RefundResult, RefundState
from domain.settlement import SettlePayment
from tests.support.builders import a_payment


class FakeBank(ABC):
    """One order's money, in minor units.

    `answers` is what the bank says to the next authorizations and looks at them: then it
    authorizes. A hold lapses after `holds_for`. `refunds` is what it says of the next refunds:
    then they succeed. `case` is the one that is open.
    """

    def __init__(self) -> None:
        self.answers: list[PaymentStatus] = []
        self.holds_for: timedelta | None = None
        self.refunds: list[RefundState] = []
        self.case: Case | None = None
        self._wanted = self._held = self._captured = self._refunded = self._version = 0

    @abstractmethod
    async def play(self, name: str, command: Any) -> None:
        """Do as the test says, and remember that it was done."""

    def hold(self, *, authorized: int = 0, captured: int = 0) -> None:
        """Begin with this much of the customer's money."""
        self._held, self._captured = authorized, captured

    def give_back(self, amount: int) -> None:
        """Support refunded this much meanwhile."""
        self._refunded += amount

    @property
    def payments(self) -> list[Callable[..., Any]]:
        return [
            self.authorize_payment,
            self.check_payment,
            self.capture_payment,
            self.void_payment,
            self.refund_payment,
            self.refresh_payment,
            self.plan_refund,
            self.refund_part,
            self.find_due,
            self.settle_payment,
            self.open_case,
            self.remind_case,
            self.move_case,
            self.close_case,
        ]

    @activity.defn
    async def authorize_payment(self, command: AuthorizePayment) -> Authorization:
        await self.play("authorize_payment", command)
        self._wanted = command.amount.amount
        return self._answered()

    @activity.defn
    async def check_payment(self, command: CheckPayment) -> Authorization:
        await self.play("check_payment", command)
        return self._answered()

    @activity.defn
    async def capture_payment(self, command: CapturePayment) -> OrderPayment:
        await self.play("capture_payment", command)
        if not self._captured:
            self._held, self._captured = 0, command.amount.amount
        return self._standing(PaymentStatus.CAPTURED)

    @activity.defn
    async def void_payment(self, command: VoidPayment) -> OrderPayment:
        await self.play("void_payment", command)
        self._held, self._refunded = 0, self._captured
        return self._standing(PaymentStatus.REFUNDED if self._captured else PaymentStatus.VOIDED)

    @activity.defn
    async def refund_payment(self, command: RefundPayment) -> RefundResult:
        await self.play("refund_payment", command)
        self._held = 0
        keep = command.keep.amount if command.keep else 0
        return self._refund(self._captured - self._refunded - keep)

    @activity.defn
    async def refresh_payment(self, command: RefreshPayment) -> OrderPayment:
        await self.play("refresh_payment", command)
        return self._standing(PaymentStatus.CAPTURED)

    @activity.defn
    async def plan_refund(self, command: RefundPart) -> OrderPayment:
        await self.play("plan_refund", command)
        return self._standing(PaymentStatus.CAPTURED, refund_status=RefundStatus.PENDING)

    @activity.defn
    async def refund_part(self, command: RefundPart) -> RefundResult:
        await self.play("refund_part", command)
        return self._refund(command.amount.amount)

    @activity.defn
    async def find_due(self, command: FindDue) -> Money:
        await self.play("find_due", command)
        if self._refunded:
            return replace(command.held, amount=self._captured - self._refunded)
        return command.held

    @activity.defn
    async def settle_payment(self, command: SettlePayment) -> None:
        await self.play("settle_payment", command)

    @activity.defn
    async def open_case(self, command: OpenCase) -> OrderPayment:
        await self.play("open_case", command)
        self.case = self.case or _case_of(command)
        return self._standing(PaymentStatus.CAPTURED, refund_status=RefundStatus.DUE)

    @activity.defn
    async def remind_case(self, command: RemindCase) -> None:
        await self.play("remind_case", command)

    @activity.defn
    async def move_case(self, command: MoveOpenCase) -> Case | None:
        await self.play("move_case", command)
        return None if self.case is None else self._moved(self.case, command)

    @activity.defn
    async def close_case(self, command: CloseCase) -> OrderPayment:
        await self.play("close_case", command)
        self.case = None
        return self._standing(PaymentStatus.CAPTURED)

    def _moved(self, case: Case, command: MoveOpenCase) -> Case:
        owner, deadline = command.owner or case.owner, command.deadline or case.deadline
        self.case = replace(case, owner=owner, deadline=deadline)
        return self.case

    def _answered(self) -> Authorization:
        status = self.answers.pop(0) if self.answers else PaymentStatus.AUTHORIZED
        if status is PaymentStatus.CAPTURED:
            self._captured = self._wanted
        if status is not PaymentStatus.AUTHORIZED:
            return Authorization(payment=self._standing(status))
        self._held = self._wanted
        # The engine's clock, which may jump.
        now = activity.info().started_time
        lapses = now + self.holds_for if self.holds_for else None
        return Authorization(payment=self._standing(status), capture_before=lapses)

    def _refund(self, amount: int) -> RefundResult:
        state = self.refunds.pop(0) if self.refunds else RefundState.SUCCEEDED
        if state is RefundState.SUCCEEDED:
            self._refunded += amount
        whole = self._refunded == self._captured
        status = PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
        if not self._refunded:
            status = PaymentStatus.CAPTURED if self._captured else PaymentStatus.VOIDED
        pending = RefundStatus.PENDING if state is RefundState.PENDING else None
        return RefundResult(state=state, payment=self._standing(status, refund_status=pending))

    def _standing(
        self, status: PaymentStatus, *, refund_status: RefundStatus | None = None
    ) -> OrderPayment:
        given_back = RefundStatus.FULL if self._refunded == self._captured else RefundStatus.PARTIAL
        self._version += 1
        return a_payment(
            status,
            authorized=self._held,
            captured=self._captured,
            refunded=self._refunded,
            refund_status=refund_status or (given_back if self._refunded else RefundStatus.NONE),
            version=self._version,
        )


def _case_of(command: OpenCase) -> Case:
    return Case(
        key=command.key,
        order_id=command.order_id,
        amount=command.amount,
        why=command.why,
        owner=None,
        deadline=command.deadline,
        reminded_at=None,
        # The engine's clock, which may jump.
        opened_at=activity.info().started_time,
        resolved_at=None,
        resolution=None,
        resolved_by=None,
        reference=None,
        remark_id=None,
    )
