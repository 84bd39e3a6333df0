"""What the sweep finds: workflows that need a person and can't say so themselves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from domain.clocks import Clock
from domain.differences import WORKFLOW_LOST
from domain.orders import Order, OrderStatus
from domain.status_words import plain

# Where the words of a finding quote why somebody terminated a workflow.
QUOTED_REASON = r' \(".*"\)(?=\. )'


class FindingKind(StrEnum):
    """The value is a wire name: rows and metrics have it."""

    # Temporal's server has told of it: its code raises, or does not replay.
    OWN_CODE_FAILS = "own_code_fails"
    # Its order is beyond the usual time, and nothing of it asks for a person.
    NO_PROGRESS = "no_progress"
    # Its order is under way, and nothing brings it to an end any more.
    NO_WORKFLOW = "no_workflow"
    # Somebody ended it in the engine, where nothing is undone.
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a sweep finds, in `words` for support staff. `order_id` where the id names one."""

    kind: FindingKind
    workflow_id: str
    run_id: str
    order_id: UUID | None
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`since` is when a sweep found it first, `until` when one did not find it any more."""

    found: Found
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepFor:
    """The input of a run. `grace_seconds`: how far over its usual time an order is a finding."""

    grace_seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """How many there are now, by kind."""

    found: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Of a workflow, as the engine's list has it. `asks`: it has an AttentionReason."""

    workflow_id: str
    run_id: str
    asks: bool = False

    @property
    def kind(self) -> str:
        """What its id begins with: order, delivery, refund, dispute."""
        return self.workflow_id.partition("-")[0]

    @property
    def dispute_id(self) -> str:
        """Of one that follows a dispute, whose id has Stripe's and not the order's; else empty."""
        return self.workflow_id.partition("-")[2] if self.kind == "dispute" else ""

    @property
    def order_id(self) -> UUID | None:
        """The ids of an order's workflows begin with what they are, and go on with its id."""
        try:
            return UUID(self.workflow_id.partition("-")[2][:36])
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Termination:
    """Who ended a run in the engine and why, as they told it: nobody checks what they say."""

    run: Run
    by: str
    reason: str
    at: datetime


def own_code_fails(run: Run) -> Found:
    words = "Its own code fails again and again, so it stands still. An engineer has to mend it."
    return _found(FindingKind.OWN_CODE_FAILS, run, words)


def no_progress(run: Run, clock: Clock) -> Found:
    words = (
        f"The order has been {plain(clock.status)} since {clock.since:%d %b %H:%M} UTC, usually "
        f"until {clock.by:%H:%M}, and nothing of it asks for a person."
    )
    return _found(FindingKind.NO_PROGRESS, run, words)


def no_workflow(run: Run, clock: Clock) -> Found:
    """`run` is the one that should be there; nobody knows its run's id."""
    words = f"No workflow brings the order to its end any more. {_will_be_ended(clock.status)}"
    return _found(FindingKind.NO_WORKFLOW, run, words)


def terminated(ended: Termination, order: Order | None) -> Found:
    """`order` is the one it belongs to, as it is now: with what reconciliation has done."""
    reason = f' ("{ended.reason}")' if ended.reason else ""
    words = f"Terminated by {ended.by or 'somebody'} on {ended.at:%d %b %H:%M} UTC{reason}."
    return _found(FindingKind.TERMINATED, ended.run, f"{words} {_since_then(order)}")


def _since_then(order: Order | None) -> str:
    if order is None:
        return "Reconciliation begins again what is still to be done."
    if not order.status.is_final:
        return _will_be_ended(order.status)
    is_put_right = order.cancellation and order.cancellation.code == WORKFLOW_LOST.code
    who = "Reconciliation ended the order" if is_put_right else "The order has ended"
    return f"{who}: it is {plain(order.status)}, refund {order.refund_status}."


def _will_be_ended(status: OrderStatus) -> str:
    return (
        f"The order is {plain(status)}: within about five minutes reconciliation ends it and gives "
        "everything back."
    )


def _found(kind: FindingKind, run: Run, words: str) -> Found:
    return Found(
        kind=kind,
        workflow_id=run.workflow_id,
        run_id=run.run_id,
        order_id=run.order_id,
        words=words,
    )
