"""What hypothesis does with the town: anything, in any order, to up to three orders at once."""

import asyncio
from collections.abc import Coroutine
from typing import Any, ClassVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, precondition, rule

from domain.orders import IfUnavailable
from tests.model.expectations import Request, Verb
from tests.model.finale import conclude, reconcile
from tests.model.journey import go_on
from tests.model.kitchen import Kitchen
from tests.model.laboratory import Laboratory
from tests.model.pace import ServerStuck
from tests.model.run import Run, Violation
from tests.model.town import Town, Wish

_MOST_ORDERS = 3
# Of real time, for one step of a run: what takes longer has no end.
_PATIENCE = 120
_SLOTS = 2

METHODS = [
    "pm_card_visa",
    "pm_card_visa_chargeDeclined",
    "pm_card_chargeCustomerFail",
    "pm_card_authenticationRequired",
    "pm_card_refundFail",
    "pm_card_pendingRefund",
    "pm_sandbox_capturedAtOnce",
    "pm_sandbox_authorizationExpires",
    "pm_sandbox_reauthorizationDeclined",
    "pm_sandbox_captureFails",
    "pm_sandbox_refundFailsOnce",
]
_FAULTS = ["rate_limit", "error_before", "error_after", "reset_after"]
_PATHS = [
    "/v1/*",
    "/v1/payment_intents",
    "/v1/payment_intents/*/capture",
    "/v1/payment_intents/*/cancel",
    "/v1/refunds",
]
_SECOND, _MINUTE, _HOUR = 1, 60, 3_600
_JUMPS = [5 * _SECOND, 40 * _SECOND, 4 * _MINUTE, 11 * _MINUTE, 16 * _MINUTE, _HOUR, 5 * _HOUR]

WISHES = st.builds(
    Wish,
    quantities=st.sampled_from([(1, 1), (2, 0), (0, 3), (3, 2)]),
    tip=st.sampled_from([0, 100]),
    payment_method=st.sampled_from(METHODS),
    if_unavailable=st.sampled_from(IfUnavailable),
    auto_accept=st.booleans(),
)
REQUESTS = st.builds(
    Request,
    verb=st.sampled_from(Verb),
    minutes=st.sampled_from([1, 20, 60]),
    late=st.booleans(),
)
COURIERS = st.sampled_from([[0], [1], [0, 1]])


class OrdersMachine(RuleBasedStateMachine):
    """The tests give it their laboratory, and look how often it ran."""

    laboratory: ClassVar[Laboratory]
    runs: ClassVar[int] = 0
    steps: ClassVar[int] = 0
    placed: ClassVar[int] = 0
    discarded: ClassVar[int] = 0
    violations: ClassVar[int] = 0

    orders: Bundle[UUID] = Bundle("orders")

    def __init__(self) -> None:
        super().__init__()
        self._broken = False
        self._placed = 0
        type(self).runs += 1

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Once the server is stuck nothing happens any more.

        The run is drawn to its end all the same: hypothesis wants the same draws to lead on.
        """
        if self._broken:
            work.close()
            return None
        type(self).steps += 1
        try:
            return self.laboratory.run(asyncio.wait_for(work, _PATIENCE))
        except ServerStuck:
            self._broken = True
            type(self).discarded += 1
            return None
        except BaseException as error:
            self._broken = True
            type(self).violations += isinstance(error, Violation)
            raise

    @initialize(
        target=orders,
        currency=st.sampled_from(["USD", "JPY", "KWD"]),
        stock=st.sampled_from([2, 9]),
        wish=WISHES,
    )
    def the_first_customer_orders(self, currency: str, stock: int, wish: Wish) -> UUID:
        town = self._do(Town.built(self.laboratory, currency=currency, stock=stock))
        kitchen = Kitchen(slots=_SLOTS, stock={town.dishes[0].menu_item_id: stock})
        self.run = Run(town=town, kitchen=kitchen)
        return self._order(self.run.place(wish))

    def _order(self, placing: Coroutine[Any, Any, UUID]) -> UUID:
        self._placed += 1
        type(self).placed += 1
        order_id: UUID = self._do(placing)
        return order_id

    def _may_order(self) -> bool:
        return self._placed < _MOST_ORDERS

    # Customers.

    @precondition(_may_order)
    @rule(target=orders, wish=WISHES)
    def a_customer_orders(self, wish: Wish) -> UUID:
        return self._order(self.run.place(wish))

    @precondition(_may_order)
    @rule(target=orders, wish=WISHES)
    def a_customer_orders_and_regrets(self, wish: Wish) -> UUID:
        return self._order(self.run.regret(wish))

    @rule(order=orders, outcome=st.sampled_from(["succeeded", "failed"]))
    def the_customers_bank_says(self, order: UUID, outcome: str) -> None:
        self._do(self.run.authenticate(order, outcome))

    @rule(order=orders)
    def the_customer_returns(self, order: UUID) -> None:
        self._do(self.run.look_at_payment(order))

    # Everybody who asks something of an order.

    @rule(order=orders, steps=st.integers(1, 6))
    def the_order_goes_its_way(self, order: UUID, steps: int) -> None:
        for _ in range(steps):
            self._do(go_on(self.run, order))

    @rule(order=orders, request=REQUESTS)
    def somebody_asks(self, order: UUID, request: Request) -> None:
        self._do(self.run.ask(order, request))

    @rule(order=orders, one=REQUESTS, other=REQUESTS)
    def two_ask_at_once(self, order: UUID, one: Request, other: Request) -> None:
        self._do(self.run.ask_at_once(order, [one, other]))

    @rule(order=orders, missing=st.sampled_from([(0,), (1,), (0, 1)]), rejects=st.booleans())
    def the_kitchen_ran_out(self, order: UUID, missing: tuple[int, ...], rejects: bool) -> None:
        verb = Verb.REJECT if rejects else Verb.ACCEPT
        self._do(self.run.run_out(order, verb, missing))

    @rule(order=orders, verb=st.sampled_from(["claim", "release", "fail"]), couriers=COURIERS)
    def couriers_act(self, order: UUID, verb: str, couriers: list[int]) -> None:
        self._do(self.run.ride(order, verb, couriers))

    @rule(order=orders, verb=st.sampled_from(["pick_up", "deliver"]), courier=st.integers(0, 1))
    def a_courier_rides(self, order: UUID, verb: str, courier: int) -> None:
        self._do(self.run.ride(order, verb, [courier]))

    @rule(courier=st.integers(0, 1))
    def a_courier_tells_where_they_are(self, courier: int) -> None:
        self._do(self.run.town.tell_where(courier))

    # Support, and the engine.

    @rule(order=orders, tenths=st.sampled_from([1, 5, 10]))
    def support_refunds_a_part(self, order: UUID, tenths: int) -> None:
        self._do(self.run.refund_part(order, tenths))

    @rule(order=orders)
    def the_engine_cancels(self, order: UUID) -> None:
        self._do(self.run.cancel_in_engine(order))

    @rule(order=orders)
    def the_engine_terminates(self, order: UUID) -> None:
        self._do(self.run.terminate(order))

    @rule(order=orders)
    def somebody_reconciles(self, order: UUID) -> None:
        self._do(reconcile(self.run, order))

    # Stripe, and time.

    @rule(which=st.integers(0, 9), times=st.integers(1, 2))
    def stripe_tells(self, which: int, times: int) -> None:
        """Late, twice, and in any order; what is never told is lost."""
        self._do(self.run.hear_from_stripe(which, times))

    @rule(
        fault=st.sampled_from(_FAULTS),
        path=st.sampled_from(_PATHS),
        times=st.sampled_from([1, 2, 8]),
    )
    def stripe_will_fail(self, fault: str, path: str, times: int) -> None:
        self._do(self.laboratory.bank.fail(fault, path, times=times))

    @rule(seconds=st.sampled_from(_JUMPS))
    def time_passes(self, seconds: float) -> None:
        self._do(self.run.pass_time(seconds))

    def teardown(self) -> None:
        try:
            if not self._broken:
                self._do(conclude(self.run))
        finally:
            if self._broken:
                # What is left must not be in the way of the next run.
                self.laboratory.run(asyncio.wait_for(self.run.town.raze(), _PATIENCE))
