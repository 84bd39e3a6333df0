"""The model: what may become of an order, and what it then costs. Pure, and knows no workflow."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import permutations
from uuid import UUID

from domain.orders import IfUnavailable, OrderStatus, PlaceOrder

S = OrderStatus

_BEFORE_COOKING = {S.PLACED, S.RESERVED, S.PAYMENT_ACTION_REQUIRED, S.CONFIRMED, S.ACCEPTED}
_DELAYABLE = {S.CONFIRMED, S.ACCEPTED, S.PREPARING}
# What an end may wait for: the refund's half minute, the delivery's two, and some tries.
_SLACK = timedelta(minutes=10)
_NEVER = timedelta(days=10_000)

_DECLINED = {"pm_card_visa_chargeDeclined", "pm_card_chargeCustomerFail"}
_CAPTURE_FAILS = "pm_sandbox_captureFails"
_AUTHENTICATED = "pm_card_authenticationRequired"
_NOT_RENEWED = "pm_sandbox_reauthorizationDeclined"


class Verb(StrEnum):
    """The updates of an order's workflow, by their names."""

    ACCEPT = "accept"
    REJECT = "reject"
    DELAY = "delay"
    PREPARE = "start_preparing"
    READY = "mark_ready"
    CANCEL = "cancel"


@dataclass(frozen=True, kw_only=True)
class Request:
    """`late` is support's. `missing` are the dishes that the kitchen is out of."""

    verb: Verb
    minutes: int = 10
    missing: frozenset[UUID] = frozenset()
    late: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """`ends_as` is how the order will end, once the undo is done."""

    status: OrderStatus
    ends_as: OrderStatus | None = None

    @property
    def is_open(self) -> bool:
        return not self.status.is_final and self.ends_as is None


@dataclass(frozen=True, slots=True)
class Outcome:
    granted: bool
    state: State


def ended(state: State, as_: OrderStatus) -> list[State]:
    """At once, or when its undo is done."""
    return [State(as_), replace(state, ends_as=as_)]


def outcomes(order: PlaceOrder, state: State, request: Request) -> Iterator[Outcome]:
    """What may come of a request."""
    follow = _LEADS_TO[request.verb](order, state, request)
    if follow is None:
        yield Outcome(granted=False, state=state)
    else:
        for after in follow:
            yield Outcome(granted=True, state=after)


def _accepted(order: PlaceOrder, state: State, request: Request) -> list[State] | None:
    if not state.is_open or state.status not in {S.CONFIRMED, S.ACCEPTED}:
        return None
    if state.status is S.ACCEPTED:
        return [state]
    kept = [line for line in order.lines if line.menu_item_id not in request.missing]
    wishes_all = order.if_unavailable is IfUnavailable.REJECT
    if request.missing and (wishes_all or not kept):
        return ended(state, S.REJECTED)
    return paid(order)


def paid(order: PlaceOrder) -> list[State]:
    """What an accepted order is once its money was asked for."""
    if order.payment_method == _CAPTURE_FAILS:
        return ended(State(S.ACCEPTED), S.PAYMENT_FAILED)
    return [State(S.ACCEPTED)]


def _rejected(_: PlaceOrder, state: State, __: Request) -> list[State] | None:
    if state.ends_as is S.REJECTED:
        return [state]
    return ended(state, S.REJECTED) if state == State(S.CONFIRMED) else None


def _delayed(_: PlaceOrder, state: State, __: Request) -> list[State] | None:
    return [state] if state.is_open and state.status in _DELAYABLE else None


def _prepared(_: PlaceOrder, state: State, __: Request) -> list[State] | None:
    cooking = state.is_open and state.status in {S.ACCEPTED, S.PREPARING}
    return [State(S.PREPARING)] if cooking else None


def _ready(_: PlaceOrder, state: State, __: Request) -> list[State] | None:
    done = state.is_open and state.status in {S.PREPARING, S.READY}
    return [State(S.READY)] if done else None


def _cancelled(_: PlaceOrder, state: State, request: Request) -> list[State] | None:
    if state.ends_as is S.CANCELLED:
        # Granted too, and answered when the undo is done.
        return ended(state, S.CANCELLED)
    in_time = request.late or state.status in _BEFORE_COOKING
    return ended(state, S.CANCELLED) if state.is_open and in_time else None


_LEADS_TO = {
    Verb.ACCEPT: _accepted,
    Verb.REJECT: _rejected,
    Verb.DELAY: _delayed,
    Verb.PREPARE: _prepared,
    Verb.READY: _ready,
    Verb.CANCEL: _cancelled,
}


@dataclass(kw_only=True)
class Expected:
    """One order, as it has to be. `state` is what was seen last, and was allowed.

    `decides_by` and `ready_by` are the kitchen's; `since` is when the status was first seen.
    `bank_said` is whether the customer's bank let them pay. `is_lost` has no workflow any more,
    `is_reconciled` may have been found to have missed news.
    `reserved` is whether the kitchen had room; None where the model can't know.
    """

    order: PlaceOrder
    state: State = State(S.PLACED)
    since: datetime
    decides_by: datetime | None = None
    ready_by: datetime | None = None
    missing: frozenset[UUID] = frozenset()
    bank_said: bool | None = None
    is_lost: bool = False
    is_reconciled: bool = False
    was_cooked: bool = False
    reserved: bool | None = None
    promised: dict[str, int] = field(default_factory=dict)

    @property
    def runs(self) -> bool:
        """Its workflow does."""
        return not (self.is_lost or self.state.status.is_final)

    def see(self, state: State, now: datetime) -> None:
        if state.status is not self.state.status:
            self.since = now
        if state.status is S.CONFIRMED and self.decides_by is None:
            self.decides_by = now + timedelta(minutes=self.order.acceptance_minutes)
        self.was_cooked |= state.status in {S.READY, S.PICKED_UP, S.DELIVERED}
        self.state = state

    def delay_decision(self, minutes: int) -> None:
        if self.decides_by:
            self.decides_by += timedelta(minutes=minutes)

    def by_time_alone(self, now: datetime) -> set[State]:
        """What it may be now though nobody asked for anything."""
        if self.is_lost or self.state.status.is_final:
            # Whoever reconciles ends it.
            return {self.state} | ({State(S.CANCELLED)} if self.is_lost else set())
        if self.state.ends_as:
            over = now > self.since + _SLACK
            return {State(self.state.ends_as)} | (set() if over else {self.state})
        earliest, latest, ends = self._deadline()
        may = {self.state} if now <= latest + _SLACK else set()
        if now >= earliest:
            may |= {after for end in ends for after in ended(self.state, end)}
        # Who reconciles looks twice, some time apart, and then asks the order.
        if now >= earliest or self.is_reconciled:
            may |= self._authenticated()
        return may

    def _deadline(self) -> tuple[datetime, datetime, set[OrderStatus]]:
        """When the order ends at the earliest and at the latest if nothing happens, and how."""
        since, ready_by = self.since, self.ready_by or self.since
        decides_by = self.decides_by or since + _NEVER
        hour, early = timedelta(hours=1), timedelta(minutes=1)
        asked_by, brought_by = since + hour / 4, since + 2 * hour
        deadlines = {
            S.PAYMENT_ACTION_REQUIRED: (asked_by - early, asked_by, {S.CANCELLED}),
            S.CONFIRMED: (decides_by - early, decides_by, {S.REJECTED}),
            S.ACCEPTED: (ready_by + 3 * hour, ready_by + 3 * hour, {S.CANCELLED}),
            S.PREPARING: (ready_by + hour, ready_by + 3 * hour, {S.CANCELLED}),
            S.READY: (min(ready_by, since) + hour, since + 12 * hour, {S.CANCELLED}),
            S.PICKED_UP: (brought_by - early, brought_by, {S.CANCELLED}),
        }
        if self.state.status is S.CONFIRMED and self.order.payment_method == _NOT_RENEWED:
            return since, decides_by, {S.CANCELLED, S.REJECTED}
        never = since + _NEVER
        return deadlines.get(self.state.status, (never, never, set()))

    def _authenticated(self) -> set[State]:
        if self.state.status is S.PAYMENT_ACTION_REQUIRED and self.bank_said is not None:
            return {*self.after_a_look()}
        return set()

    def after_a_look(self) -> list[State]:
        """Once somebody looked at a payment that waited for the customer."""
        if self.bank_said is None:
            return [self.state]
        if not self.bank_said:
            return ended(self.state, S.PAYMENT_FAILED)
        return self.confirmed()

    def confirmed(self) -> list[State]:
        return paid(self.order) if self.order.auto_accept else [State(S.CONFIRMED)]

    @property
    def agreed(self) -> int:
        """Minor units of what the customer owes for the food that is cooked.

        Of the subtotal 5 % are the service fee, half a unit rounded up; ride and tip stay.
        """
        quote = self.order.quote
        kept = sum(
            line.quantity * line.unit_price.amount
            for line in self.order.lines
            if line.menu_item_id not in self.missing
        )
        fee = (kept * 5 * 2 + 100) // 200
        return kept + fee + quote.delivery_fee.amount + quote.tip.amount


def after_placing(expected: Expected) -> set[State]:
    """What a new order comes to, before anybody but its customer's bank said something."""
    method = expected.order.payment_method
    may: set[State] = set()
    if expected.reserved is not True:
        may.add(State(S.REJECTED))
    if expected.reserved is False:
        return may
    if method in _DECLINED:
        return may | {State(S.PAYMENT_FAILED)}
    if method == _AUTHENTICATED:
        return may | {State(S.PAYMENT_ACTION_REQUIRED)}
    return may | {*expected.confirmed()}


@dataclass(frozen=True, slots=True)
class Way:
    """One order in which requests may come in: who is granted what, by request, and the end."""

    granted: list[bool]
    state: State


def ways_of(expected: Expected, requests: Sequence[Request]) -> Iterator[Way]:
    for turn in permutations(range(len(requests))):
        yield from _ways(expected, requests, turn, Way([False] * len(requests), expected.state))


def _ways(
    expected: Expected, requests: Sequence[Request], turn: Sequence[int], so_far: Way
) -> Iterator[Way]:
    if not turn:
        yield so_far
        return
    first, *rest = turn
    for outcome in outcomes(expected.order, so_far.state, requests[first]):
        granted = [*so_far.granted]
        granted[first] = outcome.granted
        yield from _ways(expected, requests, rest, Way(granted, outcome.state))
