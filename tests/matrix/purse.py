"""One order's money, by the contract of the payments' activities: steps, their undos, and parts.

That the real activities keep this contract is what `tests/activities/test_payments*.py` prove.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from domain.casework import CloseCase, OpenCase
from domain.errors import AuthorizationLost, RefundExceedsCaptured, StepUndone
from domain.money import Money
from domain.payments import (
    Authorization,
    AuthorizePayment,
    CapturePayment,
    CheckPayment,
    OrderPayment,
    PaymentStatus,
    RefundStatus,
    VoidPayment,
)
from domain.refunds import RefundPart, RefundPayment, RefundResult, RefundState
from tests.support.fakes import USED_UP

_A_WEEK = timedelta(days=7)


@dataclass(kw_only=True)
class Purse:
    """`moves` are all changes, each once per key.

    `asks` has the customer authenticate. The first hold lasts for `first_hold`, and `lapses` before
    the first capture where a test wants that. `at_once` has no hold: the money is taken. So many
    refunds are not made as `refusals` says, and none before it is a case.
    """

    currency: str
    asks: bool = False
    at_once: bool = False
    refusals: int = 0
    lapses: bool = False
    first_hold: timedelta = _A_WEEK
    moves: list[tuple[str, str]] = field(default_factory=list)
    cases: set[str] = field(default_factory=set)
    planned: dict[str, int] = field(default_factory=dict)
    held: int = 0
    captured: int = 0
    refunded: int = 0
    _undone: set[str] = field(default_factory=set)

    def authorize(self, command: AuthorizePayment) -> Authorization:
        self._refuse_undone(command.key)
        if self._moves_first("authorized", command.key):
            if self.at_once:
                self.captured = command.amount.amount
            else:
                self.held = command.amount.amount
        return self._authorization()

    def check(self, command: CheckPayment) -> Authorization:
        """The customer's bank has said yes."""
        self._refuse_undone(command.key)
        if self._moves_first("confirmed", command.key):
            self.asks = False
        return self._authorization()

    def capture(self, command: CapturePayment) -> OrderPayment:
        self._refuse_undone(command.key)
        if self.lapses and self._moves_first("expired", command.key):
            self.lapses, self.held = False, 0
        if not (self.held or self.captured):
            raise AuthorizationLost("Nothing is held for this order.")
        if not self.at_once and self._moves_first("captured", command.key):
            self.held, self.captured = 0, command.amount.amount
        return self.payment

    def void(self, command: VoidPayment) -> OrderPayment:
        self._undo(command.undoes, command.key)
        return self.payment

    def refund(self, command: RefundPayment) -> RefundResult:
        if self.refusals and not self.cases:
            raise USED_UP.with_traceback(None)
        if self.refusals > 1:
            self.refusals -= 1
            raise USED_UP.with_traceback(None)
        self._undo([command.undoes], command.key)
        return RefundResult(state=RefundState.SUCCEEDED, payment=self.payment)

    def plan(self, part: RefundPart) -> OrderPayment:
        if part.key not in self.planned and part.amount.amount > self.captured - self.refunded:
            raise RefundExceedsCaptured("So much is not left of what was taken.")
        if self._moves_first("promised", part.key):
            self.planned[part.key] = part.amount.amount
        return self.payment

    def refund_part(self, part: RefundPart) -> RefundResult:
        self.plan(part)
        if self._moves_first("refunded", part.key):
            self.refunded += self.planned[part.key]
        return RefundResult(state=RefundState.SUCCEEDED, payment=self.payment)

    def open_case(self, command: OpenCase) -> OrderPayment:
        """A late repetition leaves it closed: it takes a later deadline to open it again."""
        if self._moves_first("case opened", f"{command.key}:{command.deadline}"):
            self.cases.add(command.key)
        return self.payment

    def close_case(self, command: CloseCase) -> OrderPayment:
        if command.key in self.cases:
            self.moves.append(("case closed", command.key))
            self.cases.discard(command.key)
        return self.payment

    @property
    def payment(self) -> OrderPayment:
        return OrderPayment(
            status=self._status,
            authorized=Money(self.held, self.currency),
            captured=Money(self.captured, self.currency),
            refunded=Money(self.refunded, self.currency),
            refund_status=self.refund_status,
            version=len(self.moves),
        )

    @property
    def refund_status(self) -> RefundStatus:
        if self.cases:
            return RefundStatus.DUE
        if sum(self.planned.values()) > self.refunded:
            return RefundStatus.PENDING
        if not self.refunded:
            return RefundStatus.NONE
        return RefundStatus.FULL if self.refunded == self.captured else RefundStatus.PARTIAL

    @property
    def _status(self) -> PaymentStatus:
        if self.captured:
            if not self.refunded:
                return PaymentStatus.CAPTURED
            whole = self.refunded == self.captured
            return PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
        if self.held:
            return PaymentStatus.REQUIRES_ACTION if self.asks else PaymentStatus.AUTHORIZED
        return PaymentStatus.VOIDED if self.moves else PaymentStatus.PENDING

    def _authorization(self) -> Authorization:
        """Of a method that is taken at once nothing lapses."""
        first = len([kind for kind, _ in self.moves if kind == "authorized"]) == 1
        lasts = self.first_hold if first else _A_WEEK
        until = None if self.at_once else datetime.now(UTC) + lasts
        return Authorization(payment=self.payment, capture_before=until)

    def _undo(self, undoes: list[str], key: str) -> None:
        self._undone |= {*undoes}
        if self.held:
            self.moves.append(("voided", key))
            self.held = 0
        if self.captured > self.refunded:
            # With what was promised and is not made yet.
            self.moves += [("refunded", each) for each in (key, *self.planned)]
            self.refunded = self.captured

    def _refuse_undone(self, key: str) -> None:
        if key in self._undone:
            raise StepUndone("The order was undone before this could happen.")

    def _moves_first(self, kind: str, key: str) -> bool:
        """Once per key: another try finds it done."""
        if (kind, key) in self.moves:
            return False
        self.moves.append((kind, key))
        return True
