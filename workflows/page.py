"""The order's page in the Temporal UI: what a person sees who asks why.

Markdown of at most 2 KB, because the UI sends it back and forth in an address. Everything that
came from outside is escaped.
"""

from dataclasses import dataclass, field

from temporalio import workflow

from workflows.markdown import escape
from workflows.search_attributes import ATTENTION_REASON, ORDER_STATUS, REFUND_STATUS

with workflow.unsafe.imports_passed_through():
    from domain.orders import OrderLine, OrderStatus, PlaceOrder, Quote, Revision
    from domain.payments import OrderPayment, RefundStatus

_LINES_SHOWN = 8
_LIMIT = 2_000
# The UI's tables have no padding: an em space sets the label off from its value.
_GAP = "\u2003"

_SENTENCES = {
    OrderStatus.PLACED: "The order was taken and is being prepared for the kitchen.",
    OrderStatus.RESERVED: "The dishes are set aside. The payment is being authorized.",
    OrderStatus.PAYMENT_ACTION_REQUIRED: "The customer has to confirm the payment with the bank.",
    OrderStatus.CONFIRMED: "The money is held. The restaurant has to accept or reject.",
    OrderStatus.ACCEPTED: "The restaurant accepted. The money is taken, and it will cook.",
    OrderStatus.PREPARING: "The kitchen is cooking.",
    OrderStatus.READY: "The food is ready and waits for its courier.",
    OrderStatus.PICKED_UP: "The courier is on the way.",
    OrderStatus.DELIVERED: "The food was delivered.",
    OrderStatus.PAYMENT_FAILED: "The payment failed. The customer pays nothing.",
    OrderStatus.REJECTED: "The order was rejected. The customer pays nothing.",
    OrderStatus.CANCELLED: "The order was cancelled. The customer pays nothing.",
}


@dataclass
class OrderPage:
    """What is known so far. Every change is published at once; that costs no history.

    `refund_handed_on`: a workflow of its own gives the money back, and has not said that it did.
    """

    order: PlaceOrder
    payment: OrderPayment
    status: OrderStatus = OrderStatus.PLACED
    refund_handed_on: bool = False
    to_do: str = ""
    attention: str = ""
    story: list[str] = field(default_factory=list)
    lines: list[OrderLine] = field(init=False)
    quote: Quote = field(init=False)

    def __post_init__(self) -> None:
        self.lines, self.quote = self.order.lines, self.order.quote

    @property
    def refund_status(self) -> RefundStatus:
        return RefundStatus.PENDING if self.refund_handed_on else self.payment.refund_status

    def tell(self, sentence: str) -> None:
        """Add a line to what happened; `sentence` holds no unescaped outside text."""
        self.story.append(f"{workflow.now():%H:%M:%S} {sentence}")
        workflow.set_current_details(self.render())

    def ask(self, to_do: str) -> None:
        """Say what somebody may or must do now; nothing, where it is empty."""
        self.to_do = to_do
        workflow.set_current_details(self.render())

    def alarm(self, reason: str) -> None:
        """Ask for a person: `reason` is what the list of workflows shows."""
        if self.attention != reason:
            self.attention = reason
            workflow.upsert_search_attributes([ATTENTION_REASON.value_set(reason)])
            self.tell(f"A person is asked to look: {reason.lower()}.")

    def calm(self) -> None:
        """Nobody has to look any more."""
        if self.attention:
            self.attention = ""
            workflow.upsert_search_attributes([ATTENTION_REASON.value_unset()])

    def revise(self, revision: Revision) -> None:
        self.lines, self.quote = revision.lines, revision.quote
        self.tell(f"The kitchen had to leave something out; the order costs {self.quote.total}.")

    def show_refund(self, *, handed_on: bool) -> None:
        self.refund_handed_on = handed_on
        workflow.upsert_search_attributes([REFUND_STATUS.value_set(self.refund_status.value)])

    def show(self, status: OrderStatus) -> None:
        self.status = status
        workflow.upsert_search_attributes([ORDER_STATUS.value_set(status.value)])
        self.tell(f"The order is {status.value.replace('_', ' ')}.")

    def render(self) -> str:
        heading = self.status.value.replace("_", " ").upper()
        parts = [f"## {heading}", _SENTENCES[self.status]]
        if self.to_do:
            parts.append(f"> **To do:** {self.to_do}")
        parts += ["", *self._table(), "", "### What happened (UTC)"]
        parts += [f"- {line}" for line in self.story[-_LINES_SHOWN:]]
        return "\n".join(parts)[:_LIMIT]

    def _table(self) -> list[str]:
        facts = {
            "Restaurant": escape(self.order.restaurant_name[:60]),
            "Total": f"**{self.quote.total}**",
            "Held": str(self.payment.authorized),
            "Taken": str(self.payment.captured),
            "Given back": str(self.payment.refunded),
            "Items": self._items(),
        }
        rows = [f"| {label}{_GAP} | {value} |" for label, value in facts.items()]
        return ["| | |", "|---|---|", *rows]

    def _items(self) -> str:
        cooked = [line for line in self.lines if not line.unavailable]
        shown = [f"{line.quantity} × {escape(line.name[:40])}" for line in cooked[:6]]
        more = len(cooked) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")
