"""The order's page in the Temporal UI: what is known, and what a person sees who asks why."""

from dataclasses import dataclass, field
from datetime import datetime

from temporalio import workflow

from workflows import order_page_text, page_parts
from workflows.attention import Attention
from workflows.links import Links
from workflows.search_attributes import ORDER_STATUS, REFUND_STATUS

with workflow.unsafe.imports_passed_through():
    from domain import timeline
    from domain.money import Money
    from domain.orders import OrderLine, OrderStatus, PlaceOrder, Quote, Revision
    from domain.payments import OrderPayment, RefundStatus

_OWED = (RefundStatus.PENDING, RefundStatus.DUE)


@dataclass
class OrderPage:
    """What is known so far. Every change is published at once; that costs no history.

    `refund_handed_on`: a workflow of its own gives the money back, and has not said that it did.
    `waits` is what for, and until when. `notes` counts those of support. `kept` is what the
    customer still pays of an order that ended without food. `payment` is what the order did with
    the money; `heard` what the last refund of a part told, which support gave back beside it.
    """

    order: PlaceOrder
    payment: OrderPayment
    links: Links = field(default_factory=Links)
    status: OrderStatus = OrderStatus.PLACED
    payment_intent_id: str = ""
    refund_handed_on: bool = False
    waits: str = ""
    notes: int = 0
    story: list[str] = field(default_factory=list)
    attention: Attention = field(init=False)
    heard: OrderPayment | None = None
    kept: Money = field(init=False)
    lines: list[OrderLine] = field(init=False)
    quote: Quote = field(init=False)

    def __post_init__(self) -> None:
        self.attention = Attention(self.tell)
        self.kept = Money.zero(self.order.quote.total.currency)
        self.lines, self.quote = self.order.lines, self.order.quote

    @property
    def refund_status(self) -> RefundStatus:
        return RefundStatus.PENDING if self.refund_handed_on else self.payment.refund_status

    @property
    def standing(self) -> OrderPayment:
        """Of both the newer one, to be shown."""
        known = [*([self.heard] if self.heard else []), self.payment]
        return max(known, key=lambda payment: payment.version)

    @property
    def due(self) -> Money:
        """What was taken, and has to go back still."""
        if self.refund_status not in _OWED:
            return Money.zero(self.quote.total.currency)
        return self.payment.captured - self.payment.refunded - self.kept

    def tell(self, sentence: str) -> None:
        """Add a line to what happened; `sentence` holds no unescaped outside text."""
        self.story.append(f"{workflow.now():%H:%M:%S} {sentence}")
        self._publish()

    def wait(self, what: str, until: datetime | None = None, *, then: str = "") -> None:
        """Say what is waited for, until when, and what happens then."""
        self.waits = page_parts.waiting(what, until, then)
        self._publish()

    def waits_no_more(self) -> None:
        self.waits = ""
        self._publish()

    def note(self) -> None:
        self.notes += 1
        self.tell("Support added a note.")

    def alarm(self, reason: str, to_do: str) -> None:
        """Ask for a person: `reason` is what the list of workflows shows."""
        if self.attention.alarm(reason, to_do):
            self.tell(f"A person is asked to look: {reason.lower()}.")

    def calm(self) -> None:
        """Nobody has to look any more."""
        if self.attention.calm():
            self._publish()

    def hear_of_part(self, payment: OrderPayment) -> None:
        """Only shown: what the order does with its money goes by `payment`."""
        before = self.standing.refunded
        self.heard = payment
        if self.standing.refunded != before:
            back = self.standing.refunded - before
            self.tell(f"{back} went back to the customer, by decision of support.")

    def revise(self, revision: Revision) -> None:
        self.lines, self.quote = revision.lines, revision.quote
        self.tell(f"The kitchen had to leave something out; the order costs {self.quote.total}.")

    def show_refund(self, *, handed_on: bool) -> None:
        self.refund_handed_on = handed_on
        workflow.upsert_search_attributes([REFUND_STATUS.value_set(self.refund_status.value)])

    def show(self, status: OrderStatus) -> None:
        self.status = status
        workflow.upsert_search_attributes([ORDER_STATUS.value_set(status.value)])
        self.tell(timeline.STATUS[status])

    def render(self) -> str:
        return order_page_text.render(self)

    def _publish(self) -> None:
        workflow.set_current_details(self.render())
