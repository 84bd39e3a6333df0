"""Everything that support may want to know of one order, read once for its page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.support.engine import ListedWorkflow
from domain.accounts import NOWHERE, Account
from domain.approvals import Approval
from domain.casework import MoneyFile
from domain.clocks import Clock, clock_of
from domain.deliveries import Courier, Delivery
from domain.desk import AuditRow, DeskAction
from domain.findings import Finding
from domain.ledger import REFUNDS_DUE, Balance, Line
from domain.money import Money
from domain.orders import Actor, Order, Remark, TimelineEntry
from domain.proposals import DeskFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """`workflows` is None where the engine does not answer, and empty where it forgot the order.

    `failing` names the steps that fail now, and is None where the engine does not answer.
    `approvals` are those that a second person has to do something about.
    `reasons` are what people wrote, by the id that the audit log has, and `why_failed` is what a
    courier wrote.
    """

    now: datetime
    order: Order
    timeline: Sequence[TimelineEntry]
    money: MoneyFile
    ledger: Sequence[Line]
    balances: Sequence[Balance]
    delivery: Delivery | None
    why_failed: str
    customer: Account | None
    carrier: Account | None
    courier: Courier | None
    available: Sequence[Courier]
    others: Sequence[Order]
    workflows: list[ListedWorkflow] | None
    failing: Sequence[str] | None
    findings: Sequence[Finding]
    approvals: Sequence[Approval]
    reasons: Mapping[UUID, Remark]
    audit: Sequence[AuditRow]
    restaurants: Mapping[UUID, str]
    people: Mapping[UUID, str]

    @property
    def is_erased(self) -> bool:
        """Nothing that people write about it is kept any more."""
        return self.order.particulars.address == NOWHERE

    @property
    def clock(self) -> Clock | None:
        wanted = f"order_{self.order.status}"
        since = [entry.at for entry in self.timeline if entry.event == wanted]
        return clock_of(self.order, since[-1] if since else self.order.placed_at)

    @property
    def due(self) -> Money:
        """What the customer is to get back, and has not got yet."""
        owed = (each.amount for each in self.balances if each.account == REFUNDS_DUE)
        return sum((amount * -1 for amount in owed), Money.zero(self.order.quote.total.currency))

    @property
    def attention(self) -> list[ListedWorkflow]:
        return [each for each in self.workflows or [] if each.reason and each.is_open]

    @property
    def words(self) -> list[Remark]:
        """What people wrote. What support wrote as a reason stands with what it did."""
        reasons = {row.remark_id for row in self.audit if row.action is not DeskAction.ADD_NOTE}
        return [
            remark
            for remark in self.reasons.values()
            if remark.text
            and (remark.actor is not Actor.SUPPORT or remark.remark_id not in reasons)
        ]

    @property
    def facts(self) -> DeskFacts:
        """For judging what is possible now."""
        return DeskFacts(
            now=self.now,
            order=self.order,
            money=self.money,
            ledger=list(self.ledger),
            delivery=self.delivery,
            failing=self.failing,
        )
