"""The kitchen's part of an order: its answer, its delays, and the food."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow

from workflows.endings import NEVER_READY, NO_ANSWER, RAN_OUT, asked_by
from workflows.handover import Handover
from workflows.money import OrderMoney
from workflows.policies import KITCHEN_DEADLINE, POSTGRES, READY_GRACE
from workflows.row import OrderRow
from workflows.shield import to_the_end
from workflows.steps import execute
from workflows.stop import Stop

with workflow.unsafe.imports_passed_through():
    from activities.stock import StockActivities
    from domain.errors import ItemNotInOrder
    from domain.orders import Actor, IfUnavailable, OrderStatus, Revision
    from domain.pricing import without
    from domain.progress import AcceptOrder, DelayOrder, RejectOrder
    from domain.stock import ConsumeStock, WithdrawItems


class Kitchen:
    """What its staff has said, and the waits for them to say it.

    Who says something only sets what is wanted: the order's one line of steps does it then, and
    writes it down. `ready_by` is the promise.
    """

    def __init__(self, row: OrderRow, stop: Stop, money: OrderMoney, handover: Handover) -> None:
        self._order, self._page = row.page.order, row.page
        self._row = row
        self._stop = stop
        self._money = money
        self._handover = handover
        self._preparation = timedelta(minutes=self._order.preparation_minutes)
        self._decides_by = self.ready_by = workflow.now()
        self.has_accepted = self._order.auto_accept
        self.has_begun = False
        self.is_done = False
        self.has_cooked = False
        self._unavailable: frozenset[UUID] = frozenset()
        self._has_withdrawn = False
        self._delays: list[DelayOrder] = []
        self._delayed = 0

    # What its staff says.

    def accept(self, answer: AcceptOrder) -> None:
        """Without what ran out; or not at all, where the customer wished so or nothing is left."""
        if self.has_accepted:
            return
        self._unavailable = frozenset(answer.unavailable_item_ids)
        if self._unavailable and not self._may_leave_out():
            self._stop.ask(RAN_OUT)
            return
        if answer.preparation_minutes is not None:
            self._preparation = timedelta(minutes=answer.preparation_minutes)
        self.has_accepted = True

    def reject(self, answer: RejectOrder) -> None:
        if not self._stop.is_asked:
            self._unavailable = frozenset(answer.unavailable_item_ids)
        self._stop.ask(asked_by(Actor.RESTAURANT, OrderStatus.REJECTED, answer.remark_id))

    def delay(self, delay: DelayOrder) -> int:
        """Which delay this is, counted from 1. Support may give one too."""
        self._delays.append(delay)
        return self._delayed + len(self._delays)

    def has_delayed(self, which: int) -> bool:
        """Whether it is written down."""
        return self._delayed >= which

    def check_items(self, item_ids: Collection[UUID]) -> None:
        """Raises `ItemNotInOrder`."""
        if unknown := set(item_ids) - {line.menu_item_id for line in self._order.lines}:
            named = ", ".join(map(str, unknown))
            raise ItemNotInOrder(f"The order has no such dish: {named}.")

    # The steps of the order.

    async def decide(self) -> None:
        """Wait for its answer, or for the end of its time."""
        self._decides_by = workflow.now() + timedelta(minutes=self._order.acceptance_minutes)
        while not self.has_accepted:
            await self._wait_for_its_answer()
        self._page.waits_no_more()

    async def take_on(self) -> None:
        """Write down what will be cooked, what it costs then, and for when it is promised."""
        await self.withdraw()
        revision = self._revision() if self._unavailable else None
        if revision is not None:
            self._page.revise(revision)
        self.ready_by = workflow.now() + self._preparation
        actor = Actor.SYSTEM if self._order.auto_accept else Actor.RESTAURANT
        await self._row.advance(
            OrderStatus.ACCEPTED, actor, revision=revision, ready_by=self.ready_by
        )

    async def begin(self) -> None:
        await self._until(lambda: self.has_begun)
        await self._row.advance(OrderStatus.PREPARING, Actor.RESTAURANT)

    async def finish(self) -> None:
        """From here on nothing is put back, and the kitchen is paid whatever becomes of it."""
        await self._until(lambda: self.is_done)
        await to_the_end(self._use_up())
        await self._row.advance(OrderStatus.READY, Actor.RESTAURANT)

    async def withdraw(self) -> None:
        """Take what ran out off the menu, once."""
        if not self._unavailable or self._has_withdrawn:
            return
        command = WithdrawItems(
            order_id=self._order.order_id,
            restaurant_id=self._order.restaurant_id,
            menu_item_ids=sorted(self._unavailable),
        )
        await execute(
            StockActivities.withdraw_items,
            command,
            policy=POSTGRES,
            summary="Take what ran out off the menu",
        )
        self._has_withdrawn = True

    # What the above is made of.

    async def _wait_for_its_answer(self) -> None:
        """One wait. The hold on the card is renewed meanwhile, and delays are written down."""
        until, renew_at = self._decides_by, self._money.renew_at
        self._page.wait("the restaurant's answer", until, then="the order is rejected")
        await self._stop.or_said(
            lambda: self.has_accepted or self._delays,
            min(until, renew_at),
            summary="The restaurant's time to answer; then the order is rejected",
        )
        if self.has_accepted:
            return
        await self._write_delays()
        if workflow.now() >= renew_at:
            await self._stop.or_result(self._money.authorize())
        elif workflow.now() >= self._decides_by:
            self._stop.ask(NO_ANSWER)
            self._stop.heed()

    async def _until(self, said: Callable[[], bool]) -> None:
        """Wait for the kitchen; meanwhile write down delays, and what the courier does."""
        while self._delays or not said():
            until = self._next_deadline()
            self._tell_what_is_waited_for()
            await self._stop.or_said(
                lambda: said() or self._delays or self._handover.has_news,
                until,
                summary="The kitchen's time; then a person is asked, at last it is cancelled",
            )
            await self._write_delays()
            await self._handover.catch_up()
            if not said():
                self._mind_the_clock()
        self._page.calm()
        self._page.waits_no_more()

    def _tell_what_is_waited_for(self) -> None:
        if workflow.now() < self.ready_by + READY_GRACE:
            self._page.wait("the food, promised", self.ready_by, then="a person is asked")
        else:
            given_up_at = self.ready_by + KITCHEN_DEADLINE
            self._page.wait("the food, which is late,", given_up_at, then="the order is cancelled")

    def _next_deadline(self) -> datetime:
        late_at = self.ready_by + READY_GRACE
        return late_at if workflow.now() < late_at else self.ready_by + KITCHEN_DEADLINE

    def _mind_the_clock(self) -> None:
        """Raises `OrderEnded` where nobody believes in this food any more."""
        if workflow.now() >= self.ready_by + KITCHEN_DEADLINE:
            self._stop.ask(NEVER_READY)
            self._stop.heed()
        if workflow.now() >= self.ready_by + READY_GRACE:
            to_do = "call the restaurant; it needs longer, or the order is cancelled."
            self._page.alarm("Kitchen late", to_do)
        else:
            self._page.calm()

    async def _write_delays(self) -> None:
        """Before it has accepted a delay is of its answer, after that of the food."""
        while self._delays:
            delay = self._delays[0]
            promised = None
            if self._row.status is OrderStatus.CONFIRMED:
                self._decides_by += timedelta(minutes=delay.minutes)
            else:
                self.ready_by += timedelta(minutes=delay.minutes)
                promised = self.ready_by
            await self._row.record_delay(delay, promised)
            self._delays.pop(0)
            self._delayed += 1

    async def _use_up(self) -> None:
        await execute(
            StockActivities.consume_stock,
            ConsumeStock(order_id=self._order.order_id),
            policy=POSTGRES,
            summary="Use up the dishes and free the kitchen slot",
        )
        self.has_cooked = True

    def _revision(self) -> Revision:
        return without(self._unavailable, self._order.lines, self._order.quote)

    def _may_leave_out(self) -> bool:
        something_is_left = not all(line.unavailable for line in self._revision().lines)
        return something_is_left and self._order.if_unavailable is IfUnavailable.DROP
