"""The order's page in the Temporal UI: what a person sees who asks why.

Markdown of at most 2 KB, because the UI sends it back and forth in an address. Everything that
came from outside is escaped.
"""

from dataclasses import dataclass, field

from temporalio import workflow

from workflows.markdown import escape
from workflows.search_attributes import ORDER_STATUS

with workflow.unsafe.imports_passed_through():
    from domain.orders import OrderStatus, PlaceOrder
    from domain.payments import OrderPayment

_LINES_SHOWN = 8
_LIMIT = 2_000
# The UI's tables have no padding: an em space sets the label off from its value.
_GAP = "\u2003"

_SENTENCES = {
    OrderStatus.PLACED: "The order was taken and is being prepared for the kitchen.",
    OrderStatus.RESERVED: "The dishes are set aside. The payment is being authorized.",
    OrderStatus.PAYMENT_ACTION_REQUIRED: "The customer has to confirm the payment with the bank.",
    OrderStatus.CONFIRMED: "The money is held. The restaurant has to accept or reject.",
    OrderStatus.ACCEPTED: "The restaurant accepted, and cooks.",
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
    """What is known so far. Every change is published at once; that costs no history."""

    order: PlaceOrder
    payment: OrderPayment
    status: OrderStatus = OrderStatus.PLACED
    to_do: str = ""
    story: list[str] = field(default_factory=list)

    def tell(self, sentence: str) -> None:
        """Add a line to what happened; `sentence` holds no unescaped outside text."""
        self.story.append(f"{workflow.now():%H:%M:%S} {sentence}")
        workflow.set_current_details(self.render())

    def ask(self, to_do: str) -> None:
        """Say what somebody may or must do now; nothing, where it is empty."""
        self.to_do = to_do
        workflow.set_current_details(self.render())

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
            "Total": f"**{self.order.quote.total}**",
            "Held": str(self.payment.authorized),
            "Taken": str(self.payment.captured),
            "Given back": str(self.payment.refunded),
            "Items": self._items(),
        }
        rows = [f"| {label}{_GAP} | {value} |" for label, value in facts.items()]
        return ["| | |", "|---|---|", *rows]

    def _items(self) -> str:
        shown = [f"{line.quantity} × {escape(line.name[:40])}" for line in self.order.lines[:6]]
        more = len(self.order.lines) - len(shown)
        return ", ".join(shown) + (f" and {more} more" if more else "")
