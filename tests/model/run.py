"""One run: what happens in the town, and whether the model allows what is then seen."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from domain.money import Money
from domain.orders import Actor, OrderStatus
from domain.progress import AcceptOrder, CancelOrder, DelayOrder, RejectOrder
from tests.model.expectations import Expected, Request, State, Verb, after_placing, ended, ways_of
from tests.model.kitchen import Kitchen
from tests.model.pace import Answer
from tests.model.rides import Ride
from tests.model.stillness import Posture, story
from tests.model.town import Town, Wish
from tests.support.builders import a_mandate
from workflows.order import workflow_id

# Milliseconds that a payment takes whose customer regrets it.
_SLOW = 120


class Violation(AssertionError):
    """The model does not allow what is seen."""


@dataclass(kw_only=True)
class Run:
    """`workflows` are the ids of all that ever ran."""

    town: Town
    kitchen: Kitchen
    orders: dict[UUID, Expected] = field(default_factory=dict)
    workflows: set[str] = field(default_factory=set)

    # What happens.

    async def place(self, wish: Wish) -> UUID:
        expected = await self._begin(wish)
        await self.watch({expected.order.order_id: after_placing(expected)})
        return expected.order.order_id

    async def regret(self, wish: Wish) -> UUID:
        """Place an order and cancel it while Stripe works on its payment.

        By the engine: this server goes wrong where an update meets the end of an activity.
        """
        bank = self.town.laboratory.bank
        await bank.fail("latency", "/v1/payment_intents", times=1, milliseconds=_SLOW)
        expected = await self._begin(wish)
        await bank.is_asked(seconds=_SLOW / 1000)
        await self.town.order(expected.order.order_id).cancel()
        may = after_placing(expected)
        for state in {State(OrderStatus.PLACED), *may}:
            may |= {*ended(state, OrderStatus.CANCELLED)}
        await self.watch({expected.order.order_id: may})
        return expected.order.order_id

    async def _begin(self, wish: Wish) -> Expected:
        order = await self.town.place(wish)
        expected = Expected(order=order, since=await self.town.pace.now())
        expected.reserved = self.kitchen.has_room(order, self.orders.values())
        self.orders[order.order_id] = expected
        return expected

    async def ask(self, order_id: UUID, request: Request) -> None:
        await self.ask_at_once(order_id, [request])

    async def ask_at_once(self, order_id: UUID, requests: list[Request]) -> None:
        """In an order of the server's: one of the model's has to be like it."""
        expected = self.orders[order_id]
        may_be_else = await self._may_end_by_itself(expected)
        before = expected.state
        answers = [self._send(order_id, request) for request in requests]
        await self.town.pace.rest()
        granted = [answer.refusal is None for answer in answers]
        ways = [way for way in ways_of(expected, requests) if way.granted == granted]
        if not ways and not may_be_else:
            refusals = [answer.refusal for answer in answers]
            self._violated(expected, f"{requests} were answered {refusals}")
        for request, yes in zip(requests, granted, strict=True):
            if yes:
                self._note(expected, before, request)
        await self.watch({order_id: {way.state for way in ways}})

    async def run_out(self, order_id: UUID, verb: Verb, numbers: Collection[int]) -> None:
        """The kitchen answers that it has none of these dishes, where the order has them."""
        lines = {line.menu_item_id for line in self.orders[order_id].order.lines}
        missing = frozenset(self.town.dishes[each].menu_item_id for each in numbers) & lines
        await self.ask(order_id, Request(verb=verb, missing=missing))

    async def look_at_payment(self, order_id: UUID) -> None:
        """The customer came back from the bank."""
        expected = self.orders[order_id]
        self.town.pace.ask(workflow_id(order_id), "look_at_payment")
        await self.watch({order_id: {*expected.after_a_look()}})

    async def authenticate(self, order_id: UUID, outcome: str) -> None:
        if await self.town.authenticate(order_id, outcome):
            self.orders[order_id].bank_said = outcome == "succeeded"

    async def ride(self, order_id: UUID, verb: str, couriers: Collection[int]) -> None:
        """Several couriers at once, or one."""
        expected = self.orders[order_id]
        may_be_else = await self._may_end_by_itself(expected) or len(couriers) > 1
        rides = [await self._ride(expected, self.town.couriers[each]) for each in couriers]
        answers = [await self.town.ride(order_id, verb, each) for each in couriers]
        await self.town.pace.rest()
        may: set[State] = set()
        for ride, answer in zip(rides, answers, strict=True):
            if answer.refusal is None:
                may |= ride.leads_to(verb)
            if (answer.refusal is None) is not ride.grants(verb) and not may_be_else:
                self._violated(expected, f"{verb} of {ride} was answered {answer.refusal}")
        if verb == "claim" and sum(answer.refusal is None for answer in answers) > 1:
            self._violated(expected, "two couriers have it")
        await self.watch({order_id: may})

    async def _ride(self, expected: Expected, courier_id: UUID) -> Ride:
        order_id = expected.order.order_id
        return Ride(
            order=expected.state,
            delivery=await self.town.delivery(order_id),
            courier_id=courier_id,
            lost=await self.town.lost(order_id, courier_id),
        )

    async def refund_part(self, order_id: UUID, tenths: int) -> None:
        """Support decides; what was not taken, or is promised already, can't be promised."""
        expected = self.orders[order_id]
        amount = expected.order.quote.total.amount * tenths // 10
        part = await self.town.promise(expected.order, amount)
        if part is not None:
            expected.promised[part] = amount
        await self.watch()

    async def hear_from_stripe(self, which: int, times: int) -> None:
        news = await self.town.news()
        if news:
            await self.town.deliver_webhook(news[which % len(news)], times)
        looked = {
            order_id: {*expected.after_a_look()}
            for order_id, expected in self.orders.items()
            if expected.state.status is OrderStatus.PAYMENT_ACTION_REQUIRED
        }
        await self.watch(looked)

    async def cancel_in_engine(self, order_id: UUID) -> None:
        expected = self.orders[order_id]
        if expected.runs:
            await self.town.order(order_id).cancel()
        may = ended(expected.state, OrderStatus.CANCELLED) if expected.state.is_open else []
        await self.watch({order_id: {*may}})

    async def terminate(self, order_id: UUID) -> None:
        expected = self.orders[order_id]
        if expected.runs:
            await self.town.order(order_id).terminate()
            expected.is_lost = True
        await self.watch()

    async def pass_time(self, seconds: float) -> None:
        """Stop at whatever happens meanwhile, so that everybody has the time it is."""
        end = await self.town.pace.now() + timedelta(seconds=seconds)
        while await self.town.pace.now() < end:
            event = await self.town.pace.next_event()
            await self.town.pace.jump(min(end, event or end))
            await self.watch()

    # What is seen.

    async def watch(self, may: dict[UUID, set[State]] | None = None) -> list[Posture]:
        """Let everything come to rest, and compare. `may` is what a rule made possible."""
        postures = await self.town.pace.rest()
        self.workflows |= {posture.workflow_id for posture in postures}
        for posture in postures:
            if not posture.has_a_deadline:
                told = await story(self.town.laboratory.client, posture.workflow_id)
                raise Violation(f"{posture.workflow_id} waits for ever, after {told}")
        statuses = await self.town.statuses([*self.orders])
        for order_id, expected in self.orders.items():
            status = statuses.get(order_id, OrderStatus.PLACED)
            await self._see(expected, status, (may or {}).get(order_id, set()))
        return postures

    async def _see(self, expected: Expected, status: OrderStatus, may: set[State]) -> None:
        now = await self.town.pace.now()
        likely = [state for state in may if state.status is status]
        possible = [state for state in expected.by_time_alone(now) if state.status is status]
        if not likely and not possible:
            self._violated(expected, f"it is {status}, and may be {may}")
        expected.see(min(likely or possible, key=lambda state: state.ends_as is not None), now)
        expected.ready_by = await self.town.ready_by(expected.order.order_id)

    def _violated(self, expected: Expected, what: str) -> None:
        raise Violation(f"Order {expected.order.order_id}, {expected.state}: {what}.")

    # What the above is made of.

    def _send(self, order_id: UUID, request: Request) -> Answer:
        currency = self.town.restaurant.currency
        given = _COMMANDS.get(request.verb, lambda *_: [])(request, currency)
        return self.town.pace.ask(workflow_id(order_id), request.verb.value, *given)

    async def _may_end_by_itself(self, expected: Expected) -> bool:
        """Right now: then the answer to a request is anybody's guess."""
        may = expected.by_time_alone(await self.town.pace.now())
        return bool(may - {expected.state}) or expected.is_lost

    def _note(self, expected: Expected, before: State, request: Request) -> None:
        """What a granted request means for the food."""
        confirmed = before == State(OrderStatus.CONFIRMED)
        if request.verb is Verb.DELAY and before.status is OrderStatus.CONFIRMED:
            expected.delay_decision(request.minutes)
        if confirmed and request.verb in {Verb.ACCEPT, Verb.REJECT} and request.missing:
            expected.missing = request.missing
            self.kitchen.ran_out |= request.missing


_COMMANDS: dict[Verb, Any] = {
    Verb.ACCEPT: lambda request, _: [
        AcceptOrder(
            preparation_minutes=request.minutes, unavailable_item_ids=sorted(request.missing)
        )
    ],
    Verb.REJECT: lambda request, _: [RejectOrder(unavailable_item_ids=sorted(request.missing))],
    Verb.DELAY: lambda request, _: [DelayOrder(minutes=request.minutes)],
    Verb.CANCEL: lambda request, currency: [
        CancelOrder(
            by=Actor.SUPPORT if request.late else Actor.CUSTOMER,
            remark_id=None,
            late=request.late,
            mandate=a_mandate(limit=Money(1_000_000, currency)) if request.late else None,
        )
    ],
}
